import Digest
import Facts
import Git
package import Machine
import Reconcile
package import Release

/// A release that is wanted and not here yet.
enum PendingRelease: Hashable, Sendable {
    /// To be fetched from a path or address.
    case artifact(String, sha256: ContentDigest)
    /// To be built from the sources of the commit.
    case build

    /// Where it lies ready once it is here.
    func readyName(_ key: ReleaseKey) -> String {
        switch self {
        case .artifact(_, let sha256): "\(sha256)"
        case .build: key.text
        }
    }
}

/// Fetches or builds a release, and verifies it before anybody may install it.
package struct ReleaseMaker: Sendable {
    private let state: StateFolder
    let ready: ReadyReleases
    private let artifacts: ArtifactReader
    private let builder: any ReleaseBuilder
    private let clock: any HostClock

    package init(
        in state: StateFolder, ready: ReadyReleases, artifacts: ArtifactReader,
        builder: any ReleaseBuilder, clock: any HostClock
    ) {
        self.state = state
        self.ready = ready
        self.artifacts = artifacts
        self.builder = builder
        self.clock = clock
    }

    /// Has the release in `ready`; throws `TargetError` with what is wrong and the way out.
    func make(
        _ pending: PendingRelease, _ key: ReleaseKey, of checkout: String, label: String,
        from repository: any Repository, told: (String) -> Void
    ) throws(TargetError) {
        switch pending {
        case .artifact(let address, let sha256):
            told("fetching \(ArtifactReader.shown(address))")
            try fetch(address, sha256, key, label)
        case .build: try build(key, checkout, label, repository, told)
        }
    }

    private func fetch(
        _ address: String, _ sha256: ContentDigest, _ key: ReleaseKey, _ label: String
    ) throws(TargetError) {
        do throws(MachineError) {
            let bytes = try artifacts.read(address)
            let found = ContentDigest.of(bytes)
            guard found == sha256 else {
                throw MachineError("use", "it", .found("its sha256 is \(found), not \(sha256)"))
            }
            try ready.add("\(sha256)", bytes) { (listing, manifest) throws(MachineError) in
                try Self.judged(listing, manifest, key, isOwnKey: key.text != "\(sha256)")
            }
        } catch {
            let reason = error.subject == "it" ? error.reason : error.description
            throw TargetError(
                """
                error: the artifact of \(label), \(ArtifactReader.shown(address)), is not taken: \
                \(reason)
                  Nothing of it is installed. Put the right one there, or mend release: and push.
                """)
        }
    }

    /// The manifest of an artifact, held against what is wanted and what is there.
    ///
    /// `isOwnKey`: whether the commit has sources, whose key the artifact has to be built from.
    private static func judged(
        _ listing: ArchiveListing, _ manifest: ReleaseManifest?, _ key: ReleaseKey, isOwnKey: Bool
    ) throws(MachineError) -> ReleaseManifest {
        guard var manifest else {
            throw MachineError(
                "use", "it",
                .found(listing.hasManifest ? "its manifest.json is broken" : "no manifest.json"))
        }
        if isOwnKey, manifest.key != key.text {
            throw MachineError(
                "use", "it",
                .found("its key is \(manifest.key), and the sources of the commit make \(key)"))
        }
        if !manifest.programs.isEmpty, manifest.programs != listing.programs {
            throw MachineError(
                "use", "it",
                .found(
                    "its manifest names \(manifest.programs.joined(separator: ", ")), and in bin/ "
                        + "are \(listing.programs.joined(separator: ", "))"))
        }
        manifest.programs = listing.programs
        manifest.isBuiltFromKey = isOwnKey
        manifest.key = key.text
        return manifest
    }

    private func build(
        _ key: ReleaseKey, _ checkout: String, _ label: String, _ repository: any Repository,
        _ told: (String) -> Void
    ) throws(TargetError) {
        let now = clock.wallUs()
        let failed = try machine { () throws(MachineError) in try FailedBuild.last(in: state) }
        if let failed, failed.holds(key.text, atUs: now) {
            throw Self.notBuilt(
                key, label,
                "\(failed.reason) (at \(WallTime(us: failed.atUs)); not tried again for an hour)")
        }
        let (order, formats) = try order(checkout, label, repository)
        do throws(MachineError) {
            told("building release \(key)")
            let archive = try builder.build(order, told: told)
            try ready.add(key.text, archive) { (listing, _) throws(MachineError) in
                guard listing.programs == order.programs.sorted() else {
                    throw MachineError(
                        "use", "it", .found("it made \(listing.programs.joined(separator: ", "))"))
                }
                return ReleaseManifest(
                    key: key.text, programs: listing.programs, formats: formats)
            }
        } catch {
            let reason = error.subject == "it" ? error.reason : error.description
            try machine { () throws(MachineError) in
                try FailedBuild(key: key.text, reason: reason, atUs: now).write(in: state)
            }
            throw Self.notBuilt(key, label, reason)
        }
    }

    private static func notBuilt(
        _ key: ReleaseKey, _ label: String, _ reason: String
    ) -> TargetError {
        TargetError(
            """
            error: release \(key) of \(label) is not built: \(reason)
              Mend the sources and push, or name an artifact. To try the same again at once: \
            rm \(StateFolder.folder)/build-failed.json
            """)
    }

    /// What is to be built: sources, and what the commit says that they make.
    private func order(
        _ checkout: String, _ label: String, _ repository: any Repository
    ) throws(TargetError) -> (BuildOrder, Formats?) {
        guard let commit = CommitID(checkout) else {
            throw TargetError("error: \(label) is no commit: only commits are built")
        }
        let names = ReleaseFinder.sourceNames + ["Tests"]
        let entries = try git { () throws(GitError) in
            try repository.entries(of: commit, below: names)
        }
        let contents = try git { () throws(GitError) in try repository.bytes(of: entries) }
        var (archive, manifest) = (SourceArchive(), ReleaseManifest.own)
        manifest.formats = nil
        for (entry, bytes) in zip(entries, contents) {
            guard archive.add(entry.path, bytes) else {
                throw TargetError("error: \(label):\(entry.path): the path is too long to build")
            }
            guard entry.path == ReleaseManifest.sourcePath else { continue }
            guard let own = ReleaseManifest(bytes: bytes) else {
                throw TargetError("error: \(label):\(entry.path) is of no shape known here")
            }
            manifest = own
        }
        archive.finish()
        guard manifest.programs.allSatisfy({ ArchiveListing.isProgram($0) }),
            !manifest.programs.isEmpty
        else {
            throw TargetError(
                "error: \(label):\(ReleaseManifest.sourcePath) names no programs to build")
        }
        return (BuildOrder(sources: archive.bytes, programs: manifest.programs), manifest.formats)
    }
}
