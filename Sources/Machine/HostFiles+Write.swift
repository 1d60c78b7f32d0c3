import CLinux
package import Facts
import Glibc

extension HostFiles {
    /// What a file is called while it is being written, beside the name that it will have.
    ///
    /// One fixed name for each path, so that what a killed turn left is found and replaced.
    package static func temporaryName(for path: HostPath) -> String { ".\(path.name).v6-new" }

    /// Puts bytes at a path: afterwards the path holds the old file or the whole new one, also
    /// after a power cut.
    package func replace(
        _ path: HostPath, with bytes: [UInt8], _ ownership: Ownership, accounts: Accounts
    ) throws(MachineError) {
        try replace(path, withPieces: [bytes], ownership, accounts: accounts)
    }

    /// The same for bytes that come in pieces, one behind the other.
    package func replace(
        _ path: HostPath, withPieces pieces: [[UInt8]], _ ownership: Ownership, accounts: Accounts
    ) throws(MachineError) {
        let parent = try openParent(of: path, "write")
        let temporary = Self.temporaryName(for: path)
        try removeIfThere(temporary, in: parent, path)
        do throws(MachineError) {
            try writeTemporary(temporary, in: parent, pieces, path, ownership, accounts)
            try rename(temporary, in: parent, to: path)
        } catch {
            try removeIfThere(temporary, in: parent, path)
            throw error
        }
    }

    /// Puts bytes that can be made anew at a path, readable by root alone where no other mode is
    /// given; after a power cut they may be gone or torn.
    package func replaceCache(
        _ path: HostPath, with bytes: [UInt8], mode: UInt32 = 0o600
    ) throws(MachineError) {
        let parent = try openParent(of: path, "write")
        let folder = parent.number
        let temporary = Self.temporaryName(for: path)
        try removeIfThere(temporary, in: parent, path)
        do throws(MachineError) {
            let file = try createTemporary(temporary, in: parent, path)
            try write(bytes, to: file, "write", path)
            let number = file.number
            if mode != 0o600 {
                try checked("set the mode of", outside(path)) { Int(fchmod(number, mode)) }
            }
            try checked("replace", outside(path)) {
                Int(renameat(folder, temporary, folder, String(path.name)))
            }
        } catch {
            try removeIfThere(temporary, in: parent, path)
            throw error
        }
    }

    private func createTemporary(
        _ name: String, in parent: borrowing Descriptor, _ path: HostPath
    ) throws(MachineError) -> Descriptor {
        let folder = parent.number
        return Descriptor(
            try checkedDescriptor("write", outside(path)) {
                Int(v6_openat(folder, name, Self.newFileFlags, 0o600))
            })
    }

    /// How a file is made that nobody else has made, and through no link.
    static let newFileFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC

    private func writeTemporary(
        _ name: String, in parent: borrowing Descriptor, _ pieces: [[UInt8]], _ path: HostPath,
        _ ownership: Ownership, _ accounts: Accounts
    ) throws(MachineError) {
        let file = try createTemporary(name, in: parent, path)
        for bytes in pieces { try write(bytes, to: file, "write", path) }
        try set(ownership, on: file, path, accounts)
        try checked("sync", outside(path)) { Int(fsync(file.number)) }
    }

    private func rename(
        _ name: String, in parent: borrowing Descriptor, to path: HostPath
    ) throws(MachineError) {
        let folder = parent.number
        try checked("replace", outside(path)) {
            Int(renameat(folder, name, folder, String(path.name)))
        }
        try checked("sync", outside(path)) { Int(fsync(folder)) }
    }

    private func removeIfThere(
        _ name: String, in parent: borrowing Descriptor, _ path: HostPath
    ) throws(MachineError) {
        let folder = parent.number
        do throws(MachineError) {
            try checked("clean up beside", outside(path)) { Int(unlinkat(folder, name, 0)) }
        } catch {
            guard error.isAbsence else { throw error }
        }
    }

    /// Removes what a killed write of this path may have left beside it.
    package func removeLeftover(of path: HostPath) throws(MachineError) {
        do throws(MachineError) {
            let parent = try openParent(of: path, "clean up beside")
            try removeIfThere(Self.temporaryName(for: path), in: parent, path)
        } catch {
            guard error.isAbsence else { throw error }
        }
    }

    /// Makes a folder; its parent must exist. One that is already there is only given the
    /// ownership.
    package func makeDirectory(
        _ path: HostPath, _ ownership: Ownership, accounts: Accounts
    ) throws(MachineError) {
        let parent = try openParent(of: path, "make folder")
        let folder = parent.number
        do throws(MachineError) {
            try checked("make folder", outside(path)) {
                Int(mkdirat(folder, String(path.name), 0o700))
            }
        } catch {
            guard error.ending == .errno(EEXIST) else { throw error }
        }
        try setOwnership(of: path, ownership, accounts: accounts)
        try checked("sync", outside(path)) { Int(fsync(folder)) }
    }

    /// Makes a folder and those above it that are missing, with mode 0755; leaves what is there.
    package func makeDirectories(_ path: HostPath, mode: UInt32 = 0o755) throws(MachineError) {
        if let above = path.parent { try makeDirectories(above) }
        let parent = try openParent(of: path, "make folder")
        let folder = parent.number
        do throws(MachineError) {
            try checked("make folder", outside(path)) {
                Int(mkdirat(folder, String(path.name), mode))
            }
            try checked("sync", outside(path)) { Int(fsync(folder)) }
        } catch {
            guard error.ending == .errno(EEXIST) else { throw error }
        }
    }

    /// Sets owner, group and mode of a file or folder, through its descriptor.
    package func setOwnership(
        of path: HostPath, _ ownership: Ownership, accounts: Accounts
    ) throws(MachineError) {
        let tried = "set the mode of"
        let parent = try openParent(of: path, tried)
        let folder = parent.number
        let file = Descriptor(
            try checkedDescriptor(tried, outside(path)) {
                Int(
                    v6_openat(
                        folder, String(path.name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0
                    ))
            })
        var found = v6_found()
        let number = file.number
        try checked(tried, outside(path)) { Int(v6_look(number, "", &found)) }
        if Self.kind(of: found.mode) == .file, found.links > 1 {
            throw MachineError(
                tried, outside(path), .found("its bytes have \(found.links) names; it would be all")
            )
        }
        try set(ownership, on: file, path, accounts)
        try checked("sync", outside(path)) { Int(fsync(file.number)) }
    }

    private func set(
        _ ownership: Ownership, on file: borrowing Descriptor, _ path: HostPath,
        _ accounts: Accounts
    ) throws(MachineError) {
        let number = file.number
        if honoursOwners {
            let user = try accounts.userId(ownership.owner)
            let group = try accounts.groupId(ownership.group)
            try checked("set the owner of", outside(path)) { Int(fchown(number, user, group)) }
        }
        try checked("set the mode of", outside(path)) {
            Int(fchmod(number, mode_t(ownership.mode.bits)))
        }
    }

    /// Removes a file or link; one that is not there is removed already.
    package func remove(_ path: HostPath) throws(MachineError) {
        try unlink(path, flags: 0, "remove")
    }

    /// Removes an empty folder.
    ///
    /// - Returns: false when it is not empty and stays.
    package func removeDirectory(_ path: HostPath) throws(MachineError) -> Bool {
        do throws(MachineError) {
            try unlink(path, flags: Int32(AT_REMOVEDIR), "remove folder")
            return true
        } catch {
            if error.ending == .errno(ENOTEMPTY) || error.ending == .errno(EEXIST) { return false }
            throw error
        }
    }

    private func unlink(_ path: HostPath, flags: Int32, _ tried: String) throws(MachineError) {
        do throws(MachineError) {
            let parent = try openParent(of: path, tried)
            let folder = parent.number
            try checked(tried, outside(path)) { Int(unlinkat(folder, String(path.name), flags)) }
            try checked("sync", outside(path)) { Int(fsync(folder)) }
        } catch {
            guard error.isAbsence else { throw error }
        }
    }

    /// Points a link somewhere else, in one rename.
    package func switchLink(_ path: HostPath, to target: String) throws(MachineError) {
        let parent = try openParent(of: path, "switch")
        let temporary = Self.temporaryName(for: path)
        try removeIfThere(temporary, in: parent, path)
        let folder = parent.number
        try checked("switch", outside(path)) { Int(symlinkat(target, folder, temporary)) }
        do throws(MachineError) {
            try rename(temporary, in: parent, to: path)
        } catch {
            try removeIfThere(temporary, in: parent, path)
            throw error
        }
    }

    /// Waits until everything on the file system of a folder is durable: for what other programs
    /// wrote into it.
    package func syncFileSystem(of folder: HostPath) throws(MachineError) {
        let open = try open(folder, O_RDONLY | O_DIRECTORY, "sync the file system of")
        let number = open.number
        try checked("sync the file system of", outside(folder)) { Int(v6_syncfs(number)) }
    }

    /// Renames a folder or file whose own bytes are already durable.
    package func move(_ from: HostPath, to path: HostPath) throws(MachineError) {
        let source = try openParent(of: from, "move")
        let parent = try openParent(of: path, "move")
        let (old, new) = (source.number, parent.number)
        try checked("move", from.text) {
            Int(renameat(old, String(from.name), new, String(path.name)))
        }
        try checked("sync", outside(path)) { Int(fsync(new)) }
    }

    /// Removes a folder with all that it holds; nothing is followed.
    package func removeTree(_ path: HostPath) throws(MachineError) {
        for name in try list(path) ?? [] {
            let child: HostPath
            do throws(BadPath) {
                child = try path.appending(name)
            } catch {
                throw MachineError("remove", outside(path), .found(error.description))
            }
            let parent = try openParent(of: child, "remove")
            var found = stat()
            let folder = parent.number
            try checked("look at", child.text) {
                Int(fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW))
            }
            if Self.kind(of: found.st_mode) == .directory {
                try removeTree(child)
            } else {
                try remove(child)
            }
        }
        guard try removeDirectory(path) else {
            throw MachineError("remove folder", outside(path), .errno(ENOTEMPTY))
        }
    }

    /// Cuts a file off behind its first `size` bytes, durably.
    package func truncate(_ path: HostPath, to size: Int) throws(MachineError) {
        let file = try open(path, O_WRONLY | O_NOFOLLOW, "cut off")
        let number = file.number
        try checked("cut off", outside(path)) { Int(ftruncate(number, size)) }
        try checked("sync", outside(path)) { Int(fsync(number)) }
    }

    /// Adds a line to a file, and waits until it is durable; where that fails, the file is as long
    /// as before, so that what comes next is not joined to half a line.
    ///
    /// `isDurable`: false does not wait; the next line that does makes both durable.
    package func append(
        _ path: HostPath, _ bytes: [UInt8], isDurable: Bool = true
    ) throws(MachineError) {
        let parent = try openParent(of: path, "append to")
        let folder = parent.number
        let isNew = faccessat(folder, String(path.name), F_OK, 0) != 0
        let file = Descriptor(
            Int32(
                try checked("append to", outside(path)) {
                    Int(
                        v6_openat(
                            folder, String(path.name),
                            O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o640))
                }))
        var before = stat()
        try checked("append to", outside(path)) { Int(fstat(file.number, &before)) }
        do throws(MachineError) {
            try write(bytes, to: file, "append to", path)
            if isDurable { try checked("sync", outside(path)) { Int(fsync(file.number)) } }
            if isNew { try checked("sync", outside(path)) { Int(fsync(folder)) } }
        } catch {
            ftruncate(file.number, before.st_size)
            throw error
        }
    }

    func write(
        _ bytes: [UInt8], to file: borrowing Descriptor, _ tried: String, _ path: HostPath
    ) throws(MachineError) {
        let number = file.number
        var written = 0
        while written < bytes.count {
            written += try checked(tried, outside(path)) {
                bytes.withUnsafeBytes {
                    Glibc.write(number, $0.baseAddress.map { $0 + written }, $0.count - written)
                }
            }
        }
    }
}
