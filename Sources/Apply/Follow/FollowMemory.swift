import Digest
import Facts
import JSON
import Machine
import Reconcile

/// What the host itself knows of the repository that it follows, wherever the mirror lies.
package struct FollowMemory: Sendable {
    private static let name = "follow.json"

    private let state: StateFolder
    private let isWritten: Bool

    /// `isWritten`: false for a plan, which leaves everything as it is.
    package init(in state: StateFolder, isWritten: Bool) {
        self.state = state
        self.isWritten = isWritten
    }

    /// Empty on a host that never followed one.
    func notes() throws(MachineError) -> FollowNotes {
        guard let document = try state.document(Self.name) else { return FollowNotes() }
        guard let notes = FollowNotes(document) else {
            throw MachineError(
                "read", state.files.outside(try state.path(Self.name)),
                .found("it is not of a shape known here"))
        }
        return notes
    }

    /// Makes what was learnt durable.
    func keep(_ notes: FollowNotes, insteadOf before: FollowNotes) throws(MachineError) {
        guard isWritten, notes != before else { return }
        try state.write(Self.name, notes.json)
    }

    /// The commit that is healthy here; nil where none is, or where it came from a folder.
    func healthy() throws(MachineError) -> CommitID? {
        try state.record().healthy.flatMap { CommitID($0.checkout) }
    }

    /// Whether a generation of this host names a commit: asked where the notes do not know it.
    func hasGeneration(of commit: CommitID) throws(MachineError) -> Bool {
        for name in try state.files.list(try state.path("generations")) ?? [] {
            let document = try state.document("generations/\(name)")
            if document?["healthy"]?["checkout"]?.asString == commit.text { return true }
        }
        return false
    }

    /// The keys that this host allows, from its own files.
    func trust(_ settings: SignatureSettings) throws(TargetError) -> HostTrust {
        try HostTrust(settings, state.files)
    }
}
