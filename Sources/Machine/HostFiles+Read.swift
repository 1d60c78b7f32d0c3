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
        HostLook(self, accounts: accounts).status(of: path, comparedWith: expected)
    }

    /// Where a link in an open folder points, as written in it.
    func linkTarget(
        _ name: String, in folder: Int32, _ path: HostPath
    ) throws(MachineError) -> String {
        try withScratch { (buffer) throws(MachineError) -> String in
            let count = try checked("read", outside(path)) {
                readlinkat(
                    folder, name, buffer.assumingMemoryBound(to: CChar.self), scratchBytes)
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
        try checked("read", outside(path)) { Int(fstat(file.number, &found)) }
        guard found.st_mode & S_IFMT == S_IFREG else {
            let kind = Self.kind(of: found.st_mode)
            throw MachineError(
                "read", outside(path), .found("it is a \(kind.rawValue), not a file"))
        }
        return try readAll(file, subject: outside(path), bytesMax: bytesMax)
    }

    /// The last bytes of a file, at most `bytesMax`, and where in the file they begin.
    package func tail(
        of path: HostPath, bytesMax: Int
    ) throws(MachineError) -> (bytes: [UInt8], offset: Int) {
        let file = try open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, "read")
        let number = file.number
        let size = try checked("read", outside(path)) { lseek(number, 0, SEEK_END) }
        let offset = max(0, size - bytesMax)
        try checked("read", outside(path)) { lseek(number, offset, SEEK_SET) }
        return (try readAll(file, subject: outside(path), bytesMax: bytesMax), offset)
    }

    /// The target of a link, as written in it.
    package func readLink(_ path: HostPath) throws(MachineError) -> String {
        let parent = try open(
            relative: path.parent?.relative ?? ".", O_RDONLY | O_DIRECTORY, "read", outside(path))
        return try linkTarget(String(path.name), in: parent.number, path)
    }

    /// The names in a folder, sorted; nil when there is no such folder.
    package func list(_ path: HostPath) throws(MachineError) -> [String]? {
        do throws(MachineError) {
            return try names(in: try open(path, O_RDONLY | O_DIRECTORY, "list"), outside(path))
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

func readAll(
    _ file: borrowing Descriptor, subject: String, bytesMax: Int
) throws(MachineError) -> [UInt8] {
    let number = file.number
    return try withScratch { (buffer) throws(MachineError) -> [UInt8] in
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
