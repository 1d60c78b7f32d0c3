import Machine
import Reconcile
package import Release

/// Finds which release a commit wants, and where its programs are.
package struct ReleaseFinder: Sendable {
    /// What a release is made of: nothing else in a commit makes a new one.
    package static let sourceNames = ["Package.swift", "Sources"]

    let releases: Releases
    /// Absolute path of the running program, through no link.
    let program: String
    /// Fetches and builds what is not here; nil where nothing may be made.
    let maker: ReleaseMaker?
    /// Whether what is not at hand is built though no commit asks for it: below a root of its own.
    let buildsUnasked: Bool

    package init(
        releases: Releases, program: String, maker: ReleaseMaker? = nil,
        buildsUnasked: Bool = false
    ) {
        self.releases = releases
        self.program = program
        self.maker = maker
        self.buildsUnasked = buildsUnasked
    }

    /// A release that a commit wants.
    struct Found {
        var key: ReleaseKey
        /// Where its programs are; nil when it is installed, or not here yet.
        var programs: Programs?
        /// How it comes here; nil when it is here.
        var pending: PendingRelease?
    }

    /// `wanted`: the key of the release that the commit's sources make; nil for a commit without
    /// sources, and for a folder: then an artifact goes by its digest, and without one what lies
    /// beside this program serves.
    func release(
        _ wanted: String?, from origin: DesiredRelease.Origin, for label: String
    ) throws(TargetError) -> Found {
        var wanted = wanted
        if case .artifact(_, let sha256) = origin { wanted = wanted ?? "\(sha256)" }
        guard let text = wanted else {
            let beside = try beside()
            return Found(key: try key(beside.key), programs: beside)
        }
        let key = try key(text)
        if try isInstalled(key) { return Found(key: key) }
        if case .artifact(let address, let sha256) = origin {
            return try found(key, .artifact(address, sha256: sha256))
        }
        let beside = Result { () throws(TargetError) in try self.beside() }
        if case .success(let programs) = beside, programs.key == text {
            return Found(key: key, programs: programs)
        }
        if maker != nil, origin == .host || buildsUnasked { return try found(key, .build) }
        throw Self.missing(key, label, try beside.get())
    }

    /// A release that is not installed: lying ready, or still to be made.
    private func found(
        _ key: ReleaseKey, _ pending: PendingRelease
    ) throws(TargetError) -> Found {
        let programs = try machine { () throws(MachineError) in
            try maker?.ready.programs(pending.readyName(key), key: key.text)
        }
        return Found(key: key, programs: programs, pending: programs == nil ? pending : nil)
    }

    private func isInstalled(_ key: ReleaseKey) throws(TargetError) -> Bool {
        try machine { () throws(MachineError) in try releases.isInstalled(key.text) }
    }

    private func beside() throws(TargetError) -> Programs {
        try machine { () throws(MachineError) in try releases.beside(program) }
    }

    private static func missing(
        _ key: ReleaseKey, _ label: String, _ beside: Programs
    ) -> TargetError {
        TargetError(
            """
            error: commit \(label) wants release \(key), which is not on this host
              The programs in \(beside.folder) are release \(beside.key)\
            \(beside.isBuiltFromKey ? "" : " (not known to be built from any commit)").
              Build commit \(label) with Tests/build and run the v6-reconcile that it makes, or \
            have desired state name an artifact of it, or say release: {build: host}.
            """)
    }

    private func key(_ text: String) throws(TargetError) -> ReleaseKey {
        guard let key = ReleaseKey(text) else {
            throw TargetError("error: '\(text)' is no release key")
        }
        return key
    }
}
