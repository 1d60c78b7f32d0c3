import Facts
import JSON
import Machine
package import Release

/// Releases that were fetched or built and verified, and are not installed yet: a folder each in
/// `ready`, named by the digest of the artifact or the key of the sources. That it has its name
/// means that it is whole.
package struct ReadyReleases: Sendable {
    private static let folder = "ready"

    private let state: StateFolder
    private let unpacking: Unpacking

    package init(in state: StateFolder, unpacking: Unpacking) {
        self.state = state
        self.unpacking = unpacking
    }

    /// What lies ready under a name; nil when nothing does.
    func programs(_ name: String, key: String) throws(MachineError) -> Programs? {
        let folder = try state.path("\(Self.folder)/\(name)")
        guard try state.files.list(folder)?.contains(ReleaseManifest.name) == true,
            let manifest = try manifest(in: folder)
        else { return nil }
        var programs = Programs(
            folder: state.files.outside(folder) + "/bin", key: key,
            isBuiltFromKey: manifest.isBuiltFromKey)
        programs.names = manifest.programs
        programs.formats = manifest.formats
        return programs
    }

    /// Unpacks an archive and keeps it, in one rename, when it is what it should be.
    ///
    /// `judge`: what the manifest is, from what the archive holds and the manifest in it; throws
    /// when it is not what was wanted.
    func add(
        _ name: String, _ archive: [UInt8],
        judge: (ArchiveListing, ReleaseManifest?) throws(MachineError) -> ReleaseManifest
    ) throws(MachineError) {
        let (new, file) = (
            try state.path("\(Self.folder)/.new"), try state.path("\(Self.folder)/.archive")
        )
        try state.files.removeTree(new)
        try state.files.makeDirectories(new, mode: 0o700)
        defer { remove([new, file]) }
        try write(file, archive)
        let listing = try unpacking.unpack(file, into: new)
        let manifest = try judge(listing, listing.hasManifest ? try manifest(in: new) : nil)
        try write(try StateFolder.hostPath("\(new)/\(ReleaseManifest.name)"), manifest.bytes)
        try state.files.syncFileSystem(of: new)
        let place = try state.path("\(Self.folder)/\(name)")
        try state.files.removeTree(place)
        try state.files.move(new, to: place)
    }

    /// What is left of a failed one is overwritten by the next.
    private func remove(_ paths: [HostPath]) {
        for path in paths {
            do throws(MachineError) {
                if try state.files.list(path) == nil {
                    try state.files.remove(path)
                } else {
                    try state.files.removeTree(path)
                }
            } catch {
                continue
            }
        }
    }

    /// Lets go of all: what is healthy is installed.
    func removeAll() throws(MachineError) {
        guard try state.files.list(try state.path(Self.folder)) != nil else { return }
        try state.files.removeTree(try state.path(Self.folder))
    }

    private func manifest(in folder: HostPath) throws(MachineError) -> ReleaseManifest? {
        ReleaseManifest(
            bytes: try state.files.read(
                try StateFolder.hostPath("\(folder)/\(ReleaseManifest.name)"),
                bytesMax: ReleaseManifest.bytesMax))
    }

    private func write(_ path: HostPath, _ bytes: [UInt8]) throws(MachineError) {
        try state.files.replace(
            path, with: bytes,
            Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o600)),
            accounts: state.accounts)
    }
}

/// A build that failed, so that the same sources are not tried at every turn.
struct FailedBuild: Hashable, Sendable {
    private static let name = "build-failed.json"
    /// What failed may have been the host's fault: it is tried again after this long.
    static let retryAfter: Duration = .seconds(3_600)

    var key: String
    var reason: String
    /// Microseconds since 1970.
    var atUs: Int64

    /// The last one; nil when there is none, or the last build succeeded.
    static func last(in state: StateFolder) throws(MachineError) -> FailedBuild? {
        guard let json = try state.document(name), let key = json["key"]?.asString,
            let reason = json["reason"]?.asString, let atUs = json["at_us"]?.asInteger
        else { return nil }
        return FailedBuild(key: key, reason: reason, atUs: atUs)
    }

    func write(in state: StateFolder) throws(MachineError) {
        try state.write(
            Self.name,
            ["key": .string(key), "reason": .string(reason), "at_us": .integer(atUs)])
    }

    /// Whether it is too early to try again. A clock that was set back makes nobody wait.
    func holds(_ key: String, atUs now: Int64) -> Bool {
        self.key == key && now >= atUs
            && now - atUs < Self.retryAfter.components.seconds * 1_000_000
    }
}
