import CLinux
package import Facts
import Glibc

extension HostFiles {
    /// Looks at a path without following it.
    ///
    /// `expected`: bytes to compare a regular file with; nil compares nothing.
    package func status(
        of path: HostPath, comparedWith expected: ExpectedBytes? = nil, accounts: Accounts
    ) -> Reading<FileStatus> {
        do throws(MachineError) {
            return .present(try look(at: path, expected, accounts))
        } catch {
            return error.isAbsence ? .absent : .unreadable(reason: error.description)
        }
    }

    private func look(
        at path: HostPath, _ expected: ExpectedBytes?, _ accounts: Accounts
    ) throws(MachineError) -> FileStatus {
        let handle = try open(path, v6_O_PATH | O_NOFOLLOW, "look at")
        var found = stat()
        try checked("look at", path.text) { Int(fstat(handle.number, &found)) }
        var status = FileStatus(
            kind: Self.kind(of: found.st_mode),
            mode: FileMode(bits: UInt16(found.st_mode & 0o7777)),
            owner: honoursOwners ? accounts.user(found.st_uid) : nil,
            group: honoursOwners ? accounts.group(found.st_gid) : nil,
            modifiedUs: Int64(found.st_mtim.tv_sec) * 1_000_000
                + Int64(found.st_mtim.tv_nsec) / 1_000)
        switch status.kind {
        case .file:
            if let expected {
                status.content = try compare(path, size: Int(found.st_size), with: expected)
            }
        case .link: status.linkTarget = try target(of: handle, path)
        case .directory, .other: break
        }
        return status
    }

    private func compare(
        _ path: HostPath, size: Int, with expected: ExpectedBytes
    ) throws(MachineError) -> FileContent {
        guard size == expected.size else { return .different(size: size) }
        let file = try open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, "read")
        return try expected.match(file, subject: path.text) ? .same : .different(size: size)
    }

    private func target(
        of handle: borrowing Descriptor, _ path: HostPath
    ) throws(MachineError) -> String {
        let number = handle.number
        return try withBuffer { (buffer) throws(MachineError) -> String in
            let count = try checked("read", path.text) {
                readlinkat(number, "", buffer.assumingMemoryBound(to: CChar.self), scratchBytes)
            }
            return String(
                decoding: UnsafeRawBufferPointer(start: buffer, count: count), as: UTF8.self)
        }
    }

    /// Reads a whole file.
    ///
    /// `bytesMax`: a longer file is an error, so that nothing foreign fills the memory.
    package func read(_ path: HostPath, bytesMax: Int = 16 << 20) throws(MachineError) -> [UInt8] {
        let file = try open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, "read")
        var found = stat()
        try checked("read", path.text) { Int(fstat(file.number, &found)) }
        guard found.st_mode & S_IFMT == S_IFREG else {
            let kind = Self.kind(of: found.st_mode)
            throw MachineError("read", path.text, .found("it is a \(kind.rawValue), not a file"))
        }
        return try readAll(file, subject: path.text, bytesMax: bytesMax)
    }

    /// The last bytes of a file, at most `bytesMax`, and where in the file they begin.
    package func tail(
        of path: HostPath, bytesMax: Int
    ) throws(MachineError) -> (bytes: [UInt8], offset: Int) {
        let file = try open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, "read")
        let number = file.number
        let size = try checked("read", path.text) { lseek(number, 0, SEEK_END) }
        let offset = max(0, size - bytesMax)
        try checked("read", path.text) { lseek(number, offset, SEEK_SET) }
        return (try readAll(file, subject: path.text, bytesMax: bytesMax), offset)
    }

    /// The target of a link, as written in it.
    package func readLink(_ path: HostPath) throws(MachineError) -> String {
        let handle = try open(path, v6_O_PATH | O_NOFOLLOW, "read")
        return try target(of: handle, path)
    }

    /// The names in a folder, sorted; nil when there is no such folder.
    package func list(_ path: HostPath) throws(MachineError) -> [String]? {
        do throws(MachineError) {
            return try names(in: try open(path, O_RDONLY | O_DIRECTORY, "list"), path.text)
        } catch {
            if error.isAbsence { return nil }
            throw error
        }
    }

    /// The names directly below the root, sorted.
    package func listRoot() throws(MachineError) -> [String] {
        let own = try open(relative: ".", O_RDONLY | O_DIRECTORY, "list", root)
        return try names(in: own, root)
    }

    private func names(
        in folder: borrowing Descriptor, _ subject: String
    ) throws(MachineError) -> [String] {
        let own = folder.number
        let number = try checked("list", subject) {
            Int(v6_openat(own, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0))
        }
        guard let stream = fdopendir(Int32(number)) else {
            throw MachineError("list", subject, .errno(errno))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func kind(of mode: mode_t) -> FileKind {
        switch mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        case S_IFLNK: .link
        default: .other
        }
    }
}

/// Bytes that a file on the host should hold, read where the checkout keeps them.
package struct ExpectedBytes: Sendable {
    let files: HostFiles
    let path: HostPath
    let size: Int

    /// `files`: the root that holds the expected file, such as a checkout.
    /// `size`: in bytes, as recorded when the checkout was laid out.
    package init(files: HostFiles, path: HostPath, size: Int) {
        self.files = files
        self.path = path
        self.size = size
    }

    func match(
        _ other: borrowing Descriptor, subject: String
    ) throws(MachineError) -> Bool {
        let own = try files.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, "read")
        let theirs = other.number
        let mine = own.number
        return try withBuffer { (buffer) throws(MachineError) -> Bool in
            let half = scratchBytes / 2
            while true {
                let count = try fill(buffer, half, from: theirs, subject)
                guard try fill(buffer + half, half, from: mine, path.text) == count else {
                    return false
                }
                if count == 0 { return true }
                guard memcmp(buffer, buffer + half, count) == 0 else { return false }
            }
        }
    }
}

/// Reads until `room` bytes are there or the file ends.
private func fill(
    _ buffer: UnsafeMutableRawPointer, _ room: Int, from number: Int32, _ subject: String
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

private func readAll(
    _ file: borrowing Descriptor, subject: String, bytesMax: Int
) throws(MachineError) -> [UInt8] {
    let number = file.number
    return try withBuffer { (buffer) throws(MachineError) -> [UInt8] in
        var bytes: [UInt8] = []
        while true {
            let count = try checked("read", subject) {
                Glibc.read(number, buffer, scratchBytes)
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= bytesMax else {
                throw MachineError("read", subject, .found("it is over \(bytesMax) bytes"))
            }
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: buffer, count: count))
        }
    }
}

private let scratchBytes = 65_536

/// Lends `scratchBytes` of memory.
private func withBuffer<Value>(
    _ body: (UnsafeMutableRawPointer) throws(MachineError) -> Value
) throws(MachineError) -> Value {
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: scratchBytes, alignment: 16)
    defer { buffer.deallocate() }
    return try body(buffer)
}
