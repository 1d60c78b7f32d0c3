package import Reconcile

extension Record {
    /// What a turn that has begun to mutate leaves for whoever goes on, should it be killed.
    package struct Begun: Hashable, Sendable {
        /// Of all that was tried since the host was on one commit, the strictest. Nothing is made
        /// looser until it is on one again.
        package var envelope: Envelope
        /// Why nothing may be traded on what was healthy before; nil where it may.
        package var halted: String?
        /// Required checks that failed before the first step.
        package var failedBefore: Set<String> = []
        /// Numbers of the host that were over their bounds before the first step.
        package var overBefore: Set<String> = []
    }

    /// What nothing may be looser than now, except by a commit that becomes healthy.
    package var bound: Envelope? { begun?.envelope ?? envelope }

    /// Notes what is tried, before the first step.
    mutating func begin(_ pointer: Pointer, _ attempt: Attempt) {
        let wanted = attempt.target.desired.envelope
        var begun =
            begun
            ?? Begun(
                envelope: envelope ?? wanted, failedBefore: attempt.failedBefore,
                overBefore: attempt.overBefore)
        let before = begun.envelope
        begun.envelope = before.stricter(of: wanted)
        if !before.isForSameAccount(as: wanted) {
            begun.envelope = begun.envelope.halted
            begun.halted = "\(pointer.label) is for another account or mode"
        } else if !before.isComparable(with: wanted) {
            begun.envelope = begun.envelope.halted
            begun.halted = "\(pointer.label) has limits that cannot be compared"
        }
        attempted = pointer
        self.begun = begun
    }
}
