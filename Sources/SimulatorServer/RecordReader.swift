import Glibc
package import Machine

/// Reads a record again.
package enum RecordReader {
    /// All of it.
    ///
    /// - Throws: `MachineError` when it cannot be read.
    package static func text(_ path: String) throws(MachineError) -> String {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { throw MachineError("open", path, .errno(errno)) }
        defer { close(number) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(number, &buffer, buffer.count)
            guard count >= 0 else { throw MachineError("read", path, .errno(errno)) }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
