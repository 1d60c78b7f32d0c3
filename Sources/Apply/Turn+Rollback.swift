import Facts
import Git
import Machine
package import Reconcile
import Release

extension Turn {
    /// Goes to a release that was healthy here before, because a person asks for it; no network is
    /// needed. The host is held there until the branch moves on.
    ///
    /// An ordinary turn towards it, by the same planner and judge. One that is not healthy there is
    /// gone back from as from any other, and ends with 5: what the person wanted is not to be had.
    func rollBack(to name: String?, _ word: PersonsWord) throws(MachineError) -> TurnEnd {
        var record = try parts.state.record()
        notes.record = record
        if record.attempted != nil { try cleanUp() }
        let pointer: Record.Pointer
        do throws(TargetError) {
            pointer = try parts.state.rollbackTarget(name)
        } catch {
            return .failed(error.text)
        }
        if record.healthy?.content != pointer.content,
            let entry = try parts.state.quarantine().entry(for: pointer.content)
        {
            return .barred(
                label: pointer.label, gate: "quarantine",
                reason: "\(entry.reason); "
                    + "`v6-reconcile quarantine clear \(entry.label)` lets it be tried")
        }
        let target: Target
        switch try ready(pointer, record) {
        case .success(let found): target = found
        case .failure(let error): return .failed(error.text)
        }
        try warnOfSuspension()
        let before = record.pinned
        // Before the first step: a rollback that is killed is finished by the next turn.
        record.pinned = pin(pointer, word, record)
        if record.pinned != before { try parts.state.write(record) }
        let end = try converge(
            to: target, record, asked: PersonsRequest(cause: .rollback, word: word))
        switch end {
        case .unchanged, .healthy, .deferred:
            return reasonToStayHalted(on: target, record).map { .stuck($0) } ?? end
        default: break
        }
        try restorePin(before)
        if case .wentBack(let from, let to, let reason) = end {
            return .stuck(
                """
                rolling back to \(from): \(reason)
                  The host is on \(to) again, which is healthy.
                """)
        }
        return end
    }

    /// Nil where the host is to be on the newest commit: then there is nothing to hold it against.
    private func pin(
        _ pointer: Record.Pointer, _ word: PersonsWord, _ record: Record
    ) -> Record.Pin? {
        let tip = parts.targets.newestAccepted() ?? record.applied?.checkout ?? pointer.checkout
        if tip == pointer.checkout { return nil }
        return Record.Pin(
            pointer, tip: tip, tipLabel: Targets.label(ofCheckout: tip), word: word)
    }

    private func restorePin(_ pin: Record.Pin?) throws(MachineError) {
        var record = try parts.state.record()
        guard record.pinned != pin else { return }
        record.pinned = pin
        try parts.state.write(record)
        notes.record = nil
    }

    /// A person's own request is carried out although turns are suspended; they are told.
    func warnOfSuspension() throws(MachineError) {
        if let word = try parts.state.suspension(atUs: parts.clock.wallUs()) {
            report(.warning("turns are suspended, and stay so: \(word.words)"))
        }
    }
}

extension Targets {
    /// What a person rolls back to, with the programs of its release, or how they come here.
    ///
    /// `envelope`: what no value of it may be looser than; nil for no such bound.
    /// - Throws: `TargetError` when it cannot be laid out again or its release is not at hand.
    package func installable(
        _ pointer: Record.Pointer, within envelope: Envelope? = nil
    ) throws(TargetError) -> Target {
        var target: Target
        do throws(TargetError) {
            target = try recorded(pointer, within: envelope)
        } catch {
            throw TargetError(
                "\(error.text)\n  So \(pointer.label) cannot be laid out again on this host.",
                error.faults)
        }
        if let key = pointer.release {
            let found = try releases.release(
                key, from: target.desired.programs.origin, for: pointer.label)
            (target.programs, target.pending) = (found.programs, found.pending)
        }
        return target
    }

    /// The checkout of the newest commit that may act; nobody is asked.
    func newestAccepted() -> String? {
        if case .folder = origin { return newestKnown() }
        return follower.accepted()?.text ?? fetchedCheckout()
    }

    /// The checkout of the newest commit that is known here; nobody is asked.
    package func newestKnown() -> String? {
        guard case .folder = origin else { return fetchedCheckout() }
        do throws(TargetError) {
            return try known()?.checkout
        } catch {
            // A folder that cannot be used is no commit to hold the host against.
            return nil
        }
    }

    /// A commit or folder as people say it.
    package static func label(ofCheckout name: String) -> String {
        name.hasPrefix("folder-") ? label(name) : String(name.prefix(7))
    }
}

extension Targets {
    /// Whether what a record points at lies ready.
    package func isLaidOut(_ pointer: Record.Pointer) throws(TargetError) -> Bool {
        try machine { () throws(MachineError) in try store.has(pointer.checkout) }
    }

    /// The same, with commits laid out in another state folder: for a look that keeps nothing.
    package func laying(in state: StateFolder) -> Targets {
        var targets = Targets(
            settings: settings, origin: origin, store: CheckoutStore(in: state),
            follower: follower, releases: releases)
        targets.explains = explains
        return targets
    }
}
