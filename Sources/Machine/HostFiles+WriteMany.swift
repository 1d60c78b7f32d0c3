import CLinux
package import Facts
import Glibc

/// One file of many that are put at their paths together.
package struct FileToWrite: Sendable {
    /// Where it belongs.
    package let path: HostPath
    /// Read when it is written, and not before: ten thousand files are not held in memory.
    package let source: ExpectedBytes
    package let ownership: Ownership

    package init(_ path: HostPath, _ source: ExpectedBytes, _ ownership: Ownership) {
        self.path = path
        self.source = source
        self.ownership = ownership
    }
}

/// Why not all of many files are at their paths.
package struct WriteManyError: Error, Hashable, Sendable {
    /// How many, counted from the first, are at their paths.
    package let finished: Int
    /// The file at which it ended, counted from 0.
    package let index: Int
    package let cause: MachineError
}

extension HostFiles {
    /// Puts many files at their paths, each with the promise of `replace`: old or new, whole, and
    /// with owner and mode before its name appears.
    ///
    /// All are written first, then the disk is waited for once, then they get their names: ten
    /// thousand files cost one wait, not twenty thousand. Folders that are missing are made.
    package func replaceMany(
        _ all: [FileToWrite], accounts: Accounts
    ) throws(WriteManyError) {
        let folders = WrittenFolders(self)
        var written = 0
        do throws(MachineError) {
            for file in all {
                try writeTemporary(of: file, folders, accounts)
                written += 1
            }
            try folders.syncFileSystems()
        } catch {
            removeTemporaries(of: all.prefix(written + 1), folders)
            throw WriteManyError(finished: 0, index: min(written, all.count - 1), cause: error)
        }
        var named = 0
        do throws(MachineError) {
            for file in all {
                try name(file, folders)
                named += 1
            }
            try folders.syncFolders()
        } catch {
            removeTemporaries(of: all.dropFirst(named), folders)
            throw WriteManyError(finished: named, index: min(named, all.count - 1), cause: error)
        }
    }

    private func writeTemporary(
        of file: FileToWrite, _ folders: WrittenFolders, _ accounts: Accounts
    ) throws(MachineError) {
        let temporary = Descriptor(
            try newTemporary(of: file.path, in: try folders.open(above: file.path)))
        try write(try file.source.bytes(for: file.path), to: temporary, "write", file.path)
        let ids = try folders.ids(of: file.ownership, accounts)
        let number = temporary.number
        if let ids {
            try checked("set the owner of", outside(file.path)) {
                Int(fchown(number, ids.user, ids.group))
            }
        }
        try checked("set the mode of", outside(file.path)) {
            Int(fchmod(number, mode_t(file.ownership.mode.bits)))
        }
    }

    private func newTemporary(
        of path: HostPath, in folder: Int32
    ) throws(MachineError) -> Int32 {
        let name = Self.temporaryName(for: path)
        func create() -> Int { Int(v6_openat(folder, name, Self.newFileFlags, 0o600)) }
        do throws(MachineError) {
            return try checkedDescriptor("write", outside(path), create)
        } catch {
            // What a killed turn left.
            guard error.ending == .errno(EEXIST) else { throw error }
            unlinkat(folder, name, 0)
            return try checkedDescriptor("write", outside(path), create)
        }
    }

    private func name(_ file: FileToWrite, _ folders: WrittenFolders) throws(MachineError) {
        let folder = try folders.open(above: file.path)
        try checked("replace", outside(file.path)) {
            Int(
                renameat(
                    folder, Self.temporaryName(for: file.path), folder, String(file.path.name)))
        }
    }

    /// As far as it goes: what stays is found by the next turn.
    private func removeTemporaries(of files: ArraySlice<FileToWrite>, _ folders: WrittenFolders) {
        for file in files {
            if let folder = folders.opened(above: file.path) {
                unlinkat(folder, Self.temporaryName(for: file.path), 0)
            }
        }
    }
}

/// The folders that many files are written into, and the accounts that they belong to.
private final class WrittenFolders {
    private let files: HostFiles
    private var descriptors: [HostPath?: Int32] = [:]
    private var known: [String: (user: uid_t, group: gid_t)] = [:]

    init(_ files: HostFiles) { self.files = files }

    deinit { descriptors.values.forEach { close($0) } }

    func opened(above path: HostPath) -> Int32? { descriptors[path.parent] }

    func open(above path: HostPath) throws(MachineError) -> Int32 {
        if let open = descriptors[path.parent] { return open }
        if let parent = path.parent { try files.makeDirectories(parent) }
        let folder = try files.openParent(of: path, "write")
        let number = try checkedDescriptor("write", files.outside(path)) {
            Int(v6_openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0))
        }
        descriptors[path.parent] = number
        return number
    }

    /// Nil where owners are not honoured.
    func ids(
        of ownership: Ownership, _ accounts: Accounts
    ) throws(MachineError) -> (user: uid_t, group: gid_t)? {
        guard files.honoursOwners else { return nil }
        let key = "\(ownership.owner):\(ownership.group)"
        if let ids = known[key] { return ids }
        let ids = (
            user: try accounts.userId(ownership.owner), group: try accounts.groupId(ownership.group)
        )
        known[key] = ids
        return ids
    }

    /// One wait for each file system.
    func syncFileSystems() throws(MachineError) {
        var synced: Set<UInt64> = []
        for (path, number) in descriptors {
            var found = v6_found()
            let name = path?.text ?? "/"
            try checked("look at", name) { Int(v6_look(number, "", &found)) }
            guard synced.insert(found.device).inserted else { continue }
            try checked("sync the file system of", name) { Int(v6_syncfs(number)) }
        }
    }

    func syncFolders() throws(MachineError) {
        for (path, number) in descriptors {
            try checked("sync", path?.text ?? "/") { Int(fsync(number)) }
        }
    }
}
