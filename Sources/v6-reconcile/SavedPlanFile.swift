import Glibc
import JSON
import Reconcile

/// The file of a saved plan, as the operator names it: `--out FILE`, `--apply FILE`.
struct SavedPlanFile {
    private static let bytesMax = 256 << 20

    let path: String

    /// Writes the document, readable by its owner alone; a file of that name is written over, a
    /// device, pipe or folder is refused and left as it is.
    func write(_ document: JSONValue) throws(CommandError) {
        guard !path.hasPrefix("-") else {
            throw CommandError("error: '\(path)' is no file for --out; write ./\(path)")
        }
        let flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        let file = open(path, flags, 0o600)
        guard file >= 0 else { throw failure("write") }
        defer { close(file) }
        var found = stat()
        guard fstat(file, &found) == 0 else { throw failure("write") }
        guard found.st_mode & S_IFMT == S_IFREG else {
            throw CommandError("error: \(path) is no file; --out writes only one")
        }
        // One that was there before may have been open to others.
        guard fchmod(file, 0o600) == 0, ftruncate(file, 0) == 0 else { throw failure("write") }
        let bytes = Array((document.text(pretty: true) + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno != EINTR { throw failure("write") }
            written += max(count, 0)
        }
        guard fsync(file) == 0 || errno == EINVAL else { throw failure("write") }
    }

    func read() throws(CommandError) -> SavedPlan {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw failure("read") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("read") }
            bytes += buffer[..<count]
            guard bytes.count <= Self.bytesMax else {
                throw CommandError("error: \(path) is over \(Self.bytesMax) bytes")
            }
        }
        return try parsed(bytes)
    }

    private func parsed(_ bytes: [UInt8]) throws(CommandError) -> SavedPlan {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue.parse(bytes)
        } catch {
            throw CommandError("error: \(path): \(error)")
        }
        do throws(SavedPlanFault) {
            return try SavedPlan(document)
        } catch {
            throw CommandError("error: \(path): \(error.reason)")
        }
    }

    private func failure(_ tried: String) -> CommandError {
        CommandError("error: cannot \(tried) \(path): \(String(cString: strerror(errno)))")
    }
}
