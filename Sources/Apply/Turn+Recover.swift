import Facts
import JSON
import Machine
import Reconcile

extension Turn {
    /// So often a host may go down in the middle of one content before that is quarantined.
    static let interruptionsMax = 2

    /// Undoes what a killed turn began; where none was, nothing is done.
    ///
    /// `startsNothing`: it is called at boot, before the units: they start when it has ended, on
    /// what it left.
    package func recover(startsNothing: Bool) -> TurnEnd {
        underLock { () throws(MachineError) in
            let record = try parts.state.record()
            notes.record = record
            guard let attempted = record.attempted else { return .nothingToRecover }
            try cleanUp()
            guard let healthy = record.healthy else {
                return .stuck(
                    """
                    a turn with \(attempted.label) was killed, and no commit was ever healthy here
                      The next turn finishes it.
                    """)
            }
            return startsNothing
                ? try recoverAtBoot(record, attempted, healthy)
                : try recoverNow(record, attempted, healthy)
        }
    }

    /// Nobody's turn ended in time: the commit is gone back from, as if it had been judged.
    private func recoverNow(
        _ record: Record, _ attempted: Record.Pointer, _ healthy: Record.Pointer
    ) throws(MachineError) -> TurnEnd {
        let isDrift = attempted.content == healthy.content
        let target: Target
        do throws(TargetError) {
            target = try parts.targets.recorded(
                attempted, within: isDrift ? record.bound : nil)
        } catch {
            return .stuck(error.text)
        }
        if isDrift { return try converge(to: target, record) }
        let failed = Attempt(
            target: target, plan: Plan(), before: observe(target, record), record: record,
            isDrift: false, answersForAll: true)
        let (journal, warning) = try Journal.open(
            in: parts.state, clock: parts.clock, remembered: record.journal)
        if let warning { report(.warning(warning)) }
        try noteRecovery(of: record, to: healthy, Plan(), in: journal)
        let end = try goBack(
            from: failed, journal, reason: "no turn with it has ended by its deadline",
            isFaultOfContent: true)
        noteEnd(of: journal)
        return end
    }

    /// The first line of a turn, for `history`.
    private func noteRecovery(
        of record: Record, to healthy: Record.Pointer, _ plan: Plan, in journal: Journal
    ) throws(MachineError) {
        var fields: JSONObject = [
            "commit": .string(healthy.label), "content": .string("\(healthy.content)"),
            "cause": .string(TurnCause.recovery.rawValue),
            "steps": .integer(Int64(plan.steps.count)), "plan": HistoryEntry.Counts(plan).json,
        ]
        fields["from"] = record.attempted.map { .string($0.label) }
        try journal.add("turn", fields)
    }

    /// Files, links and enablement become those of healthy again; nothing is started.
    private func recoverAtBoot(
        _ record: Record, _ attempted: Record.Pointer, _ healthy: Record.Pointer
    ) throws(MachineError) -> TurnEnd {
        var record = record
        let (journal, warning) = try Journal.open(
            in: parts.state, clock: parts.clock, remembered: record.journal)
        if let warning { report(.warning(warning)) }
        let count = record.interrupted.flatMap { $0.content == attempted.content ? $0.count : nil }
        record.interrupted = Record.Interruption(
            content: attempted.content, count: (count ?? 0) + 1)
        // Counted whatever becomes of the recovery itself.
        try parts.state.write(record)
        let target: Target
        do throws(TargetError) {
            if attempted.content == healthy.content {
                target = try parts.targets.recorded(healthy, within: record.bound)
            } else {
                let tried = try parts.targets.recorded(attempted)
                try quarantineInterrupted(tried, record, healthy)
                target = try wayBack(from: tried, record, to: healthy)
            }
        } catch {
            return .stuck(error.text)
        }
        let halted = reasonToStayHalted(on: target, record)
        if let trouble = try restoreFiles(target, healthy, &record, journal) ?? halted {
            try journal.add("stuck", ["reason": .string(trouble)])
            return .stuck("recovery of \(healthy.label) failed: \(trouble)")
        }
        let end = TurnEnd.recovered(from: attempted.label, to: healthy.label)
        noteOutcome(end, in: journal)
        noteEnd(of: journal)
        return end
    }

    /// Quarantines what the host went down in the middle of too often, whatever becomes of the
    /// recovery.
    private func quarantineInterrupted(
        _ tried: Target, _ record: Record, _ healthy: Record.Pointer
    ) throws(TargetError) {
        guard record.interrupted?.count ?? 0 >= Self.interruptionsMax else { return }
        try machine { () throws(MachineError) in
            try quarantine(
                tried, healthy,
                "the host went down \(Self.interruptionsMax) times in the middle of it")
        }
    }

    /// - Returns: why the host is not as healthy wants it; nil when it is.
    private func restoreFiles(
        _ target: Target, _ healthy: Record.Pointer, _ record: inout Record, _ journal: Journal
    ) throws(MachineError) -> String? {
        let observed = observe(target, record)
        let whole = plan(
            desired: target.desired, observed: observed, live: try live(record.lastApplied))
        if let obstacle = whole.obstacles.first {
            return "\(obstacle.subject): \(obstacle.reason)"
        }
        let plan = whole.startingNothing
        let toCome = plan.toCome(record.inventory)
        try noteRecovery(of: record, to: healthy, plan, in: journal)
        record.originals.noteMoves(of: plan, observed)
        try parts.state.write(record)
        do throws(ApplyError) {
            try execute(
                Attempt(
                    target: target, plan: plan, before: observed, record: record, isDrift: false,
                    answersForAll: false), journal)
        } catch {
            return error.reason
        }
        record.attempted = nil
        record.provedBefore = nil
        record.applied = healthy
        record.resources = target.desired.resources
        record.envelope = target.desired.envelope
        let held = plan.held.map(\.address)
        record.keepInventory(for: target.desired, held: held)
        record.inventory.subtract(toCome)
        record.originals.forgetPutBack(by: plan, observed)
        record.forget(notIn: target.desired, held: held)
        try parts.state.write(record)
        notes.settle(on: target)
        return nil
    }
}
