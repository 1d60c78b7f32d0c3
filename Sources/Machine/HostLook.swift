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
    /// By folder, kept open or not.
    private var tallies: [HostPath: Tally] = [:]
    private var judged: Set<HostPath> = []
    /// What is there, seen before it was known what should be.
    private var seen: [HostPath: Seen] = [:]
    private var seenUntil = ContinuousClock.now
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

    deinit { folders.values.forEach { close($0.number) } }

    /// A folder that is kept open.
    private struct Folder {
        let number: Int32
        let tally: Tally
    }

    /// How many things that were asked for were found in one folder.
    private final class Tally {
        var found = 0
    }

    /// Something that was looked at ahead.
    private struct Seen {
        let status: FileStatus
        /// What the index knows it to hold.
        let digest: ContentDigest?
        /// Of the folder that it lies in.
        let tally: Tally?

        /// Nil where its bytes would have to be read.
        func compared(with expected: ExpectedBytes?) -> FileStatus? {
            guard let expected, status.kind == .file else { return status }
            var status = status
            if status.size != expected.size {
                status.content = .different(size: status.size)
                return status
            }
            guard digest == expected.digest else { return nil }
            status.content = .same
            return status
        }
    }

    /// Later than this after it was seen, it is looked at anew.
    static let freshMax: Duration = .seconds(2)

    /// Looks at paths before it is known what should be there, while something else is waited for.
    /// What cannot be seen now is looked at when it is asked for.
    package func lookAhead(at paths: [HostPath]) {
        seenUntil = ContinuousClock.now + Self.freshMax
        seen.reserveCapacity(paths.count)
        for path in paths {
            do throws(MachineError) {
                let (status, found, above) = try find(path)
                let digest = status.kind == .file ? index?.digest(of: FileIndex.Stamp(found)) : nil
                seen[path] = Seen(status: status, digest: digest, tally: above?.tally)
            } catch {
                // Whoever asks for it is told why.
            }
        }
    }

    /// Forgets what was seen ahead when that is too long ago.
    package func forgetWhatIsOld() {
        if ContinuousClock.now >= seenUntil { seen = [:] }
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
        if let seen = seen[path], let status = seen.compared(with: expected) {
            seen.tally?.found += 1
            return status
        }
        var (status, found, above) = try find(path)
        above?.tally.found += 1
        if let expected, status.kind == .file {
            status.content = try compare(
                path, String(path.name), in: above?.number ?? files.directory, found,
                with: expected)
        }
        return status
    }

    /// What is at a path, its bytes left aside, and the folder that it lies in; nil for the root.
    private func find(
        _ path: HostPath
    ) throws(MachineError) -> (FileStatus, v6_found, above: Folder?) {
        let above = try path.parent.map { parent throws(MachineError) in try open(parent) }
        let folder = above?.number ?? files.directory
        let name = String(path.name)
        var found = v6_found()
        try checked("look at", files.outside(path)) { Int(v6_look(folder, name, &found)) }
        var status = FileStatus(
            kind: HostFiles.kind(of: found.mode),
            mode: FileMode(bits: UInt16(found.mode & 0o7777)),
            owner: files.honoursOwners ? accounts.user(found.uid) : nil,
            group: files.honoursOwners ? accounts.group(found.gid) : nil,
            modifiedUs: max(found.modified_ns, found.changed_ns) / 1_000,
            frozen: found.is_immutable != 0
                ? .immutable : found.is_append_only != 0 ? .appendOnly : nil)
        switch status.kind {
        case .file:
            status.names = Int(found.links)
            status.size = Int(found.size)
        case .link: status.linkTarget = try files.linkTarget(name, in: folder, path)
        case .directory, .other: break
        }
        return (status, found, above)
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
            folders.values.forEach { close($0.number) }
            folders = [:]
        }
        let number = try checkedDescriptor("look at", files.outside(folder)) {
            Int(
                v6_open_beneath(
                    files.directory, String(folder.relative),
                    v6_O_PATH | O_DIRECTORY | O_CLOEXEC, 0))
        }
        let tally = tallies[folder] ?? Tally()
        tallies[folder] = tally
        let open = Folder(number: number, tally: tally)
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
        return try files.count(in: open.number, files.outside(folder)) != open.tally.found
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
