package import Digest
import Facts
package import Git
package import Machine
package import Reconcile
package import Release
package import YAML

/// A commit that a turn may make real: laid out, read and checked.
package struct Target: Sendable {
    /// Name of its folder below `checkouts`.
    package var checkout: String
    /// As people say it.
    package var label: String
    package let desired: Desired
    /// What quarantine knows it by; of what was applied once, as it was then.
    package var content: ContentDigest { counted.answer() }
    private let counted: Counted
    /// The bytes of its files.
    package var contents: Contents
    /// What the commit says of itself; nil for a folder.
    package var about: CommitAbout?
    /// What the release is installed from, where it is not installed.
    package var programs: Programs?
    /// Who signed the commit; nil where nobody had to.
    package var signedBy: String?
    /// How its release comes here; nil when it is here.
    var pending: PendingRelease?
    /// Every value with its origin; only where `Targets` was told to explain, because it is large.
    package var resolution: Resolution?
    /// The documents that desired state was read from; with `resolution`.
    package var sources: [YAMLSource] = []

    init(
        checkout: String, label: String, desired: Desired, content: ContentDigest? = nil,
        contents: Contents, programs: Programs?
    ) {
        self.checkout = checkout
        self.label = label
        self.desired = desired
        counted = Counted(content, of: desired)
        self.contents = contents
        self.programs = programs
    }

    /// Where a record points for this target.
    func pointer(atUs: Int64) -> Record.Pointer {
        Record.Pointer(
            checkout: checkout, label: label, content: content,
            environment: desired.environment, release: desired.release?.text, atUs: atUs,
            signedBy: signedBy, health: desired.health)
    }
}

/// The digest over what a target would install, worked out while the host is looked at where that
/// takes longer than to start a thread.
private enum Counted: Sendable {
    /// A thread costs as much as the digest over about so many files.
    static let filesAtOnceMax = 500

    case known(ContentDigest)
    case counting(Beside<ContentDigest>)

    init(_ content: ContentDigest?, of desired: Desired) {
        if let content {
            self = .known(content)
        } else if desired.files.count <= Self.filesAtOnceMax {
            self = .known(desired.contentDigest)
        } else {
            self = .counting(Beside { desired.contentDigest })
        }
    }

    func answer() -> ContentDigest {
        switch self {
        case .known(let content): content
        case .counting(let work): work.answer()
        }
    }
}

/// Why there is nothing that a turn could aim at.
package struct TargetError: Error, Hashable, Sendable {
    /// The whole text for the operator: what, where, and the way out.
    package let text: String
    /// The exit status of one whose signature or place in history is refused; design, section 6.
    package static let refused: Int32 = 7

    /// What is wrong with desired state, where it is that.
    package let faults: [YAMLFault]
    /// 1, or `refused`.
    package let exitCode: Int32

    package init(_ text: String, _ faults: [YAMLFault] = [], exitCode: Int32 = 1) {
        self.text = text
        self.faults = faults
        self.exitCode = exitCode
    }
}

/// Finds what the host should become: the branch's newest commit, a folder, or what is healthy.
package struct Targets: Sendable {
    /// Where the wanted commit comes from: what host.yaml names, or something else.
    package enum Origin: Hashable, Sendable {
        case repositories
        /// A folder that holds `desired/` and `systemd/`.
        case folder(String)
    }

    let settings: HostSettings
    let origin: Origin
    let store: CheckoutStore
    let follower: Follower
    let releases: ReleaseFinder
    /// Whether targets keep all that was read on the way to their desired state.
    package var explains = false

    package init(
        settings: HostSettings, origin: Origin, store: CheckoutStore,
        follower: Follower, releases: ReleaseFinder
    ) {
        self.settings = settings
        self.origin = origin
        self.store = store
        self.follower = follower
        self.releases = releases
    }

    /// What was found, and what went wrong on the way without ending it.
    package struct Found: Sendable {
        /// The branch's newest commit, or the one that was fetched last.
        package var target: Target
        /// No repository could be asked: the target is what was fetched last.
        package var fetchFailure: String?
        package var warnings: [String] = []
    }

    /// What the host should become now; fetches, and lays the commit out.
    package func newest() throws(TargetError) -> Found {
        switch origin {
        case .folder(let path):
            let (laidOut, contents) = try folder(path)
            let content = contents.map { "\($0.path) \(ContentDigest.of($0.bytes))\n" }.joined()
            let name = "folder-\(ContentDigest.of(content))"
            try machine { () throws(MachineError) in
                if try !store.has(name) { try store.add(name, contents, release: nil) }
            }
            return Found(target: try target(name, Self.label(name), laidOut))
        case .repositories: return try followed()
        }
    }

    /// Whether the branch stands by now at another commit that may act; false where nobody answers.
    func hasNewer(than target: Target) -> Bool {
        guard case .repositories = origin, let commit = CommitID(target.checkout) else {
            return false
        }
        return follower.hasNewer(than: commit)
    }

    /// The same for a plan: nothing is fetched, laid out or changed.
    package func known() throws(TargetError) -> Target? {
        switch origin {
        case .folder(let path):
            let (laidOut, contents) = try folder(path)
            let content = contents.map { "\($0.path) \(ContentDigest.of($0.bytes))\n" }.joined()
            let name = "folder-\(ContentDigest.of(content))"
            return try target(name, Self.label(name), laidOut)
        case .repositories:
            return try follower.known(isReady: isReady).map { followed throws(TargetError) in
                try target(of: followed)
            }
        }
    }

    /// Whether a commit lies laid out; one that cannot be looked at is laid out anew.
    private func isReady(_ commit: CommitID) -> Bool {
        do throws(MachineError) {
            return try store.has(commit.text)
        } catch {
            return false
        }
    }

    /// The checkout of what was fetched last, which a plan uses; nil when that is not known.
    func fetchedCheckout() -> String? { follower.fetched()?.text }

    /// The commit that a record points at, as it was applied; laid out again from the mirror where
    /// its checkout is gone.
    ///
    /// `envelope`: what no value of it may be looser than; nil for no such bound.
    package func recorded(
        _ pointer: Record.Pointer, within envelope: Envelope? = nil
    ) throws(TargetError) -> Target {
        if let commit = CommitID(pointer.checkout) { try layOut(commit) }
        var laidOut = try machine { () throws(MachineError) in try store.load(pointer.checkout) }
        // What was applied once can be gone back to, whatever was found in it since.
        laidOut.checkout.secrets = []
        var desired = try read(
            laidOut, pointer.environment, pointer.label, isRecorded: true, within: envelope
        ).desired
        desired.release = pointer.release.flatMap { ReleaseKey($0) }
        var target = Target(
            checkout: pointer.checkout, label: pointer.label, desired: desired,
            content: pointer.content, contents: laidOut.contents, programs: nil)
        target.about = laidOut.about
        target.signedBy = pointer.signedBy
        return target
    }

    static func label(_ name: String) -> String {
        String(name.dropFirst("folder-".count).prefix(7))
    }

    private func followed() throws(TargetError) -> Found {
        let last = follower.accepted()
        let guess = guess(last)
        let outcome = Result { () throws(TargetError) in try follower.newest(isReady: isReady) }
        let guessed = guess?.answer()
        let followed = try outcome.get()
        var target: Target
        if followed.commit == last, let guessed {
            target = try guessed.get()
            target.signedBy = followed.signer
        } else {
            target = try self.target(of: followed)
        }
        return Found(
            target: target, fetchFailure: followed.failure, warnings: followed.warnings)
    }

    /// Reads what was accepted last while its repository is asked: nearly always nothing is new.
    private func guess(_ last: CommitID?) -> Beside<Result<Target, TargetError>>? {
        guard let last, isReady(last) else { return nil }
        return Beside {
            Result { () throws(TargetError) in try target(of: Follower.Followed(commit: last)) }
        }
    }

    private func target(of followed: Follower.Followed) throws(TargetError) -> Target {
        let commit = followed.commit
        try layOut(commit)
        let laidOut = try machine { () throws(MachineError) in try store.load(commit.text) }
        var target = try target(commit.text, commit.short, laidOut)
        target.signedBy = followed.signer
        return target
    }

    /// Lays a commit of the mirror out, where it is not.
    private func layOut(_ commit: CommitID) throws(TargetError) {
        if isReady(commit) { return }
        let repository = follower.mirror
        let contents = try git { () throws(GitError) in
            let entries = try repository.entries(of: commit, below: CheckoutStore.folders)
            let bytes = try repository.bytes(of: entries)
            return zip(entries, bytes).map { (path: $0.path, bytes: $1) }
        }
        let release = try git { () throws(GitError) in
            try repository.treeHash(of: commit, names: ReleaseFinder.sourceNames)
        }
        let about = try git { () throws(GitError) in try repository.about(commit) }
        try machine { () throws(MachineError) in
            try store.add(commit.text, contents, release: release, about: about)
        }
    }

    private func folder(
        _ path: String
    ) throws(TargetError) -> (LaidOut, [(path: String, bytes: [UInt8])]) {
        try machine { () throws(MachineError) in try LaidOut.folder(path) }
    }

    private func target(
        _ name: String, _ label: String, _ laidOut: LaidOut
    ) throws(TargetError) -> Target {
        let resolution = try read(laidOut, settings.environment, label)
        var desired = resolution.desired
        var programs: Programs?
        var pending: PendingRelease?
        if desired.wantsRelease {
            let found = try releases.release(
                laidOut.release, from: desired.programs.origin, for: label)
            desired.release = found.key
            (programs, pending) = (found.programs, found.pending)
        }
        var target = Target(
            checkout: name, label: label, desired: desired, contents: laidOut.contents,
            programs: programs)
        target.about = laidOut.about
        target.pending = pending
        if explains {
            target.resolution = resolution
            target.sources = sources(laidOut)
        }
        return target
    }

    private func read(
        _ laidOut: LaidOut, _ environment: String, _ label: String, isRecorded: Bool = false,
        within envelope: Envelope? = nil
    ) throws(TargetError) -> Resolution {
        do throws(YAMLFaults) {
            return try resolveDesired(
                environment, from: laidOut.checkout, roots: settings.roots,
                variables: settings.variables, isRecorded: isRecorded, within: envelope)
        } catch {
            throw TargetError(describe(error, in: sources(laidOut), label), error.faults)
        }
    }

    private func sources(_ laidOut: LaidOut) -> [YAMLSource] {
        laidOut.checkout.sources + [settings.variables].compactMap(\.self)
    }
}

/// All faults, each with its line and caret: those of desired state first, then those of each of
/// the host's own files as that file's, which no push can mend.
package func describe(_ faults: YAMLFaults, in sources: [YAMLSource], _ label: String) -> String {
    let own = [HostSettings.path, HostVariables.path]
    let ofCommit = faults.faults.filter { !own.contains($0.mark.document) }
    let parts =
        [("desired state of \(label)", ofCommit)]
        + own.map { file in (file, faults.faults.filter { $0.mark.document == file }) }
    return parts.filter { !$1.isEmpty }.map { subject, faults in
        let head = "error: \(subject) has \(faults.count) fault\(faults.count == 1 ? "" : "s")"
        return ([head] + faults.map { YAML.describe($0, in: sources) }).joined(separator: "\n")
    }.joined(separator: "\n")
}

func machine<Value>(
    _ body: () throws(MachineError) -> Value
) throws(TargetError) -> Value {
    do throws(MachineError) {
        return try body()
    } catch {
        throw TargetError("error: \(error)")
    }
}

func git<Value>(_ body: () throws(GitError) -> Value) throws(TargetError) -> Value {
    do throws(GitError) {
        return try body()
    } catch {
        throw TargetError("error: \(error)")
    }
}
