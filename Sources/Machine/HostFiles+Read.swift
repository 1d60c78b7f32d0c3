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
    ///
    /// `max`: no more than so many are read.
    package func list(_ path: HostPath, max: Int = .max) throws(MachineError) -> [String]? {
        do throws(MachineError) {
            return try names(
                in: try open(path, O_RDONLY | O_DIRECTORY, "list"), outside(path), max: max)
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
        in folder: borrowing Descriptor, _ subject: String, max: Int = .max
    ) throws(MachineError) -> [String] {
        var names: [String] = []
        try walk(folder.number, subject) { name in
            names.append(String(cString: name))
            return names.count < max
        }
        return names.sorted()
    }

    /// How many names there are in an open folder.
    func count(in folder: Int32, _ subject: String) throws(MachineError) -> Int {
        var count = 0
        try walk(folder, subject) { _ in
            count += 1
            return true
        }
        return count
    }

    /// Shows each name in an open folder but `.` and `..`, until it is told to stop.
    private func walk(
        _ folder: Int32, _ subject: String, _ show: (UnsafePointer<CChar>) -> Bool
    ) throws(MachineError) {
        let number = try checked("list", subject) {
            Int(v6_openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0))
        }
        guard let stream = fdopendir(Int32(number)) else {
            throw MachineError("list", subject, .errno(errno))
        }
        defer { closedir(stream) }
        var goesOn = true
        while goesOn, let entry = readdir(stream) {
            withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    let isDots =
                        name[0] == 0x2e && (name[1] == 0 || (name[1] == 0x2e && name[2] == 0))
                    if !isDots { goesOn = show(name) }
                }
            }
        }
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
