import CLinux
package import Facts
import Glibc

/// The bytes of many files, one behind the other: in memory, or in one file that stays open.
///
/// A commit of 10,000 files is one file to open here, not 10,000.
package final class Contents: Sendable {
    private enum Place: Sendable {
        case memory([UInt8])
        case file(Int32, name: String)
    }

    private let place: Place

    /// Bytes that are at hand.
    package init(_ bytes: [UInt8]) { place = .memory(bytes) }

    /// Bytes that stay where they are until they are asked for.
    ///
    /// - Throws: `MachineError` when the file cannot be opened.
    package init(_ path: HostPath, in files: HostFiles) throws(MachineError) {
        let name = files.outside(path)
        place = .file(
            try checkedDescriptor("read", name) {
                Int(v6_open_beneath(files.directory, String(path.relative), readFlags, 0))
            }, name: name)
    }

    deinit {
        if case .file(let number, _) = place { close(number) }
    }

    /// - Returns: exactly `count` bytes.
    /// - Throws: `MachineError` also when they end before that.
    package func read(at offset: Int, count: Int) throws(MachineError) -> [UInt8] {
        switch place {
        case .memory(let bytes):
            guard offset >= 0, count >= 0, offset + count <= bytes.count else {
                throw cut("the contents")
            }
            return Array(bytes[offset..<offset + count])
        case .file(let number, let name):
            return try withScratch(max(count, 1)) { (buffer) throws(MachineError) -> [UInt8] in
                guard try fill(buffer, count, at: offset, number, name) == count else {
                    throw cut(name)
                }
                return Array(UnsafeRawBufferPointer(start: buffer, count: count))
            }
        }
    }

    /// Whether the rest of an open file is exactly these bytes.
    func match(
        _ other: borrowing Descriptor, subject: String, at offset: Int, count: Int
    ) throws(MachineError) -> Bool {
        let theirs = other.number
        return try withScratch { (buffer) throws(MachineError) -> Bool in
            let half = scratchBytes / 2
            var done = 0
            while true {
                // One byte more than is left: a longer file differs.
                let got = try fill(buffer, min(half, count - done + 1), theirs, subject)
                guard got <= count - done else { return false }
                if got == 0 { return done == count }
                guard try lend(buffer + half, got, at: offset + done),
                    memcmp(buffer, buffer + half, got) == 0
                else { return false }
                done += got
            }
        }
    }

    /// Copies bytes into a buffer; false when they end before it is full.
    private func lend(
        _ buffer: UnsafeMutableRawPointer, _ count: Int, at offset: Int
    ) throws(MachineError) -> Bool {
        switch place {
        case .memory(let bytes):
            guard offset + count <= bytes.count else { return false }
            bytes.withUnsafeBytes {
                if let base = $0.baseAddress {
                    buffer.copyMemory(from: base + offset, byteCount: count)
                }
            }
            return true
        case .file(let number, let name):
            return try fill(buffer, count, at: offset, number, name) == count
        }
    }

    private func cut(_ name: String) -> MachineError {
        MachineError("read", name, .found("it is shorter than its manifest says"))
    }
}

/// How a file is opened to be read: never through a link, and no FIFO keeps us waiting.
let readFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC

func checkedDescriptor(
    _ tried: String, _ subject: String, _ call: () -> Int
) throws(MachineError) -> Int32 {
    Int32(try checked(tried, subject, call))
}

/// Reads from a place in a file until `room` bytes are there or the file ends.
private func fill(
    _ buffer: UnsafeMutableRawPointer, _ room: Int, at offset: Int, _ number: Int32,
    _ subject: String
) throws(MachineError) -> Int {
    var filled = 0
    while filled < room {
        let count = try checked("read", subject) {
            pread(number, buffer + filled, room - filled, off_t(offset + filled))
        }
        if count == 0 { break }
        filled += count
    }
    return filled
}

/// Reads on until `room` bytes are there or the file ends.
private func fill(
    _ buffer: UnsafeMutableRawPointer, _ room: Int, _ number: Int32, _ subject: String
) throws(MachineError) -> Int {
    var filled = 0
    while filled < room {
        let count = try checked("read", subject) {
            Glibc.read(number, buffer + filled, room - filled)
        }
        if count == 0 { break }
        filled += count
    }
    return filled
}

/// Lends some memory.
func withScratch<Value>(
    _ count: Int = scratchBytes,
    _ body: (UnsafeMutableRawPointer) throws(MachineError) -> Value
) throws(MachineError) -> Value {
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
    defer { buffer.deallocate() }
    return try body(buffer)
}

let scratchBytes = 65_536
