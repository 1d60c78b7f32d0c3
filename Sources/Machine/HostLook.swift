import CLinux
package import Digest
package import Facts
import Glibc

/// One look at many paths of a host: folders stay open from one path to the next, and a file that
/// the index knows is not read again.
package final class HostLook {
    /// Most folders that are kept open; far below the usual limit of 1,024.
    static let openFoldersMax = 256

    private let files: HostFiles
    private let accounts: Accounts
    private let index: FileIndex?
    private let nowNs: () -> Int64
    private var folders: [HostPath: Folder] = [:]
    /// How many things were found in folders that are not kept open any more.
    private var foundBefore: [HostPath: Int] = [:]
    private var judged: Set<HostPath> = []
    /// Folders above the paths looked at that are not root's, with their owners; none where owners
    /// do not count.
    package private(set) var foreignFolders: [HostPath: String] = [:]

    /// `index`: nil reads every file in full.
    /// `clock`: tells when a reading began.
    package init(
        _ files: HostFiles, accounts: Accounts, index: FileIndex? = nil,
        clock: any HostClock = RealClock()
    ) {
        self.files = files
        self.accounts = accounts
        self.index = index
        nowNs = { clock.wallUs() * 1_000 }
    }

    /// A folder that is kept open.
    private final class Folder {
        let number: Int32
        /// How many things were found in it.
        var found = 0

        init(_ number: Int32) { self.number = number }
        deinit { close(number) }
    }

    /// Looks at a path without following it.
    ///
    /// `expected`: bytes to compare a regular file with; nil compares nothing.
    ///
    /// `isWanted`: false for a path of which only matters whether anything is there: there is
    /// nothing below a file.
    package func status(
        of path: HostPath, comparedWith expected: ExpectedBytes? = nil, isWanted: Bool = true
    ) -> Reading<FileStatus> {
        do throws(MachineError) {
            return .present(try look(at: path, expected))
        } catch {
            if !isWanted, error.ending == .errno(ENOTDIR) { return .absent }
            return error.isAbsence ? .absent : .unreadable(reason: error.description)
        }
    }

    /// Most names of one folder that are read.
    private static let namesMax = 100_000

    /// The names in a folder, the first 100,000 of them; none where there is no folder.
    package func names(in folder: HostPath) -> Reading<Set<String>> {
        do throws(MachineError) {
            return .present(Set(try files.list(folder, max: Self.namesMax) ?? []))
        } catch {
            return error.isOfAnotherKind
                ? .present([]) : .unreadable(reason: error.description)
        }
    }

    private func look(
        at path: HostPath, _ expected: ExpectedBytes?
    ) throws(MachineError) -> FileStatus {
        let above = try path.parent.map { parent throws(MachineError) in try open(parent) }
        let folder = above?.number ?? files.directory
        let name = String(path.name)
        var found = v6_found()
        try checked("look at", files.outside(path)) { Int(v6_look(folder, name, &found)) }
        above?.found += 1
        var status = FileStatus(
            kind: HostFiles.kind(of: found.mode),
            mode: FileMode(bits: UInt16(found.mode & 0o7777)),
            owner: files.honoursOwners ? accounts.user(found.uid) : nil,
            group: files.honoursOwners ? accounts.group(found.gid) : nil,
            modifiedUs: found.modified_ns / 1_000,
            frozen: found.is_immutable != 0
                ? .immutable : found.is_append_only != 0 ? .appendOnly : nil)
        switch status.kind {
        case .file:
            status.names = Int(found.links)
            status.size = Int(found.size)
            if let expected {
                status.content = try compare(path, name, in: folder, found, with: expected)
            }
        case .link: status.linkTarget = try files.linkTarget(name, in: folder, path)
        case .directory, .other: break
        }
        return status
    }

    private func compare(
        _ path: HostPath, _ name: String, in folder: Int32, _ found: v6_found,
        with expected: ExpectedBytes
    ) throws(MachineError) -> FileContent {
        let size = Int(found.size)
        guard size == expected.size else { return .different(size: size) }
        let stamp = FileIndex.Stamp(found)
        if let index, index.knows(stamp, holds: expected.digest) { return .same }
        let begun = nowNs()
        let file = Descriptor(
            try checkedDescriptor("read", files.outside(path)) {
                Int(v6_openat(folder, name, readFlags, 0))
            })
        guard try expected.match(file, subject: files.outside(path)) else {
            return .different(size: size)
        }
        var after = v6_found()
        let number = file.number
        try checked("look at", files.outside(path)) { Int(v6_look(number, "", &after)) }
        // What changed while it was read, or is another file by now, is read again next time.
        if FileIndex.Stamp(after) == stamp {
            index?.note(stamp, holds: expected.digest, readNs: begun)
        }
        return .same
    }

    private func open(_ folder: HostPath) throws(MachineError) -> Folder {
        if let open = folders[folder] { return open }
        if folders.count == Self.openFoldersMax {
            for (path, folder) in folders { foundBefore[path, default: 0] += folder.found }
            folders = [:]
        }
        let number = try checkedDescriptor("look at", files.outside(folder)) {
            Int(
                v6_open_beneath(
                    files.directory, String(folder.relative),
                    v6_O_PATH | O_DIRECTORY | O_CLOEXEC, 0))
        }
        let open = Folder(number)
        folders[folder] = open
        if files.honoursOwners { try judge(folder, number) }
        return open
    }

    /// Whether there is more in a folder than was found in it, path by path; each path has to have
    /// been looked at once.
    ///
    /// It counts, and reads no name: a tree of 10,000 files costs one call for a few hundred.
    package func hasMore(in folder: HostPath) throws(MachineError) -> Bool {
        let open = try open(folder)
        return try files.count(in: open.number, files.outside(folder))
            != open.found + (foundBefore[folder] ?? 0)
    }

    /// Notes whether a folder, or one above it, is not root's.
    private func judge(_ folder: HostPath, _ open: Int32? = nil) throws(MachineError) {
        guard judged.insert(folder).inserted else { return }
        if let above = folder.parent { try judge(above) }
        var found = v6_found()
        if let open {
            try checked("look at", folder.text) { Int(v6_look(open, "", &found)) }
        } else {
            let folder = try files.open(folder, v6_O_PATH | O_DIRECTORY, "look at")
            let number = folder.number
            try checked("look at", "a folder") { Int(v6_look(number, "", &found)) }
        }
        if found.uid != 0 { foreignFolders[folder] = accounts.user(found.uid) }
    }
}

/// Bytes that a file on the host should hold.
package struct ExpectedBytes: Sendable {
    let contents: Contents
    let offset: Int
    let size: Int
    let digest: ContentDigest

    /// `contents`: what holds the bytes, from `offset` on, `size` of them.
    /// `digest`: over those bytes, as recorded when they were laid out.
    package init(_ contents: Contents, offset: Int, size: Int, digest: ContentDigest) {
        self.contents = contents
        self.offset = offset
        self.size = size
        self.digest = digest
    }

    /// These bytes, all of them.
    package init(_ bytes: [UInt8], digest: ContentDigest) {
        self.init(Contents(bytes), offset: 0, size: bytes.count, digest: digest)
    }

    /// The bytes, proved by their digest: damaged ones are not given out.
    ///
    /// `subject`: what they are wanted for, as an error says it.
    package func bytes(for subject: HostPath) throws(MachineError) -> [UInt8] {
        let bytes = try contents.read(at: offset, count: size)
        guard ContentDigest.of(bytes) == digest else {
            throw MachineError(
                "write", subject.text, .found("the bytes that were laid out for it are damaged"))
        }
        return bytes
    }

    func match(
        _ other: borrowing Descriptor, subject: String
    ) throws(MachineError) -> Bool {
        try contents.match(other, subject: subject, at: offset, count: size)
    }
}
