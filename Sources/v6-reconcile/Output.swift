import Glibc
import Synchronization

/// The first error by which standard output, of which a process has one, lost text; 0 for none.
private let lost = Mutex<Int32>(0)

/// Prints text to standard output, adding a newline where it has none.
func printOut(_ text: String) {
    let failure = put(text, STDOUT_FILENO)
    // Whoever went away, such as head(1), has read what it wanted.
    if failure != 0, failure != EPIPE { lost.withLock { if $0 == 0 { $0 = failure } } }
}

/// Why something that was printed is on no standard output; nil when all of it is.
func lostOutput() -> String? {
    let failure = lost.withLock(\.self)
    return failure == 0 ? nil : String(cString: strerror(failure))
}

/// Prints text to standard error, adding a newline where it has none.
func printError(_ text: String) { _ = put(text, STDERR_FILENO) }

/// - Returns: 0, or why not all of it is written.
private func put(_ text: String, _ descriptor: Int32) -> Int32 {
    let bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes {
            write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
        }
        if count < 0, errno != EINTR { return errno }
        written += max(count, 0)
    }
    return 0
}

/// The path without links and `..`; nil when it does not exist.
func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// A duration as people say it: `60 s`, `0.5 s`.
func words(_ duration: Duration) -> String {
    let tenths =
        duration.components.seconds * 10
        + duration.components.attoseconds / 100_000_000_000_000_000
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
}
