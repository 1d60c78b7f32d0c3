import CLinux
import Glibc
package import Machine

/// The other end of a control socket.
package struct ControlCaller {
    private let path: String

    /// An answer takes no longer.
    static let answerMsMax: Int32 = 10_000

    package init(_ path: String) { self.path = path }

    /// What is said to a line: its last line is `ok`, or begins with `error: `.
    ///
    /// - Throws: `MachineError` when nobody answers there.
    package func answer(to line: String) throws(MachineError) -> String {
        let place = try ControlPlace(path)
        let number = v6_unix_socket(0)
        guard number >= 0, v6_unix_connect(number, place.folder, place.name) == 0
        else { throw MachineError("reach", path, .errno(errno)) }
        defer { close(number) }
        let asked = Array((line + "\n").utf8)
        guard send(number, asked, asked.count, v6_MSG_NOSIGNAL) == asked.count else {
            throw MachineError("write to", path, .errno(errno))
        }
        var bytes: [UInt8] = []
        while !Self.isWhole(bytes) {
            var waiting = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Self.answerMsMax) > 0 else {
                throw MachineError("read from", path, .found("no answer within 10 s"))
            }
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            let count = read(number, &buffer, buffer.count)
            guard count > 0 else {
                throw MachineError("read from", path, .found("it ended before its answer"))
            }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }

    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard bytes.last == 0x0a, let last = bytes.dropLast().split(separator: 0x0a).last else {
            return false
        }
        return Array(last) == Array("ok".utf8) || last.starts(with: Array("error: ".utf8))
    }
}
