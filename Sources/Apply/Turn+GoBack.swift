import Facts
import JSON
import Machine
import Reconcile

extension Turn {
    /// Returns to the healthy commit: an ordinary plan towards it, by the same executor, without
    /// network.
    func goBack(
        from failed: Attempt, _ journal: Journal, reason: String, isFaultOfContent: Bool
    ) throws(MachineError) -> TurnEnd {
        let label = failed.target.label
        guard !failed.isDrift else {
            return .stuck(
                """
                \(reason)
                  This was \(failed.cause.rawValue) under \(label), which is healthy: \
                nothing to go back to.
                """)
        }
        guard let healthy = failed.record.healthy else {
            // Stopped first: a turn that is killed in between tries again, and stops again.
            let end = try stopWhatWasStarted(failed, journal, reason)
            if isFaultOfContent { try quarantine(failed.target, nil, reason) }
            return end
        }
        if isFaultOfContent { try quarantine(failed.target, healthy, reason) }
        report(.goingBack(reason: reason, to: healthy.label))
        try journal.add(
            "going-back", ["to": .string(healthy.label), "reason": .string(reason)])
        let target: Target
        do throws(TargetError) {
            target = try wayBack(from: failed.target, failed.record, to: healthy)
        } catch {
            return .stuck("\(reason)\n  going back to \(healthy.label): \(error.text)")
        }
        if let trouble = try restore(target, healthy, failed, journal) {
            try journal.add("stuck", ["reason": .string(trouble)])
            return .stuck("\(reason)\n  going back to \(healthy.label) failed: \(trouble)")
        }
        try journal.add("went-back", ["to": .string(healthy.label)])
        if isFaultOfContent {
            return .wentBack(from: label, to: healthy.label, reason: reason)
        }
        return .failed(
            """
            error: \(reason)
              \(label) was not applied; all of it is undone and the host is on \(healthy.label).
              Mend the cause; the next turn tries again.
            """)
    }

    /// - Returns: why the host is not on the healthy commit; nil when it is.
    private func restore(
        _ target: Target, _ healthy: Record.Pointer, _ failed: Attempt, _ journal: Journal
    ) throws(MachineError) -> String? {
        var record = failed.record
        let observed = observe(target, record)
        let plan = plan(
            desired: target.desired, observed: observed, live: try live(record.lastApplied))
        if let obstacle = plan.obstacles.first { return "\(obstacle.subject): \(obstacle.reason)" }
        // What could not be changed on the way there needs no way back; anything else that waits is
        // left to a person, when all the rest is back.
        let waiting = plan.held.first { !failed.plan.held.contains($0) && !$0.isOnHold }
        notes.leftAlone = plan.held.filter(\.isOnHold)
        let toCome = plan.toCome(record.inventory)
        if !plan.spares.isEmpty || !plan.judged.isEmpty {
            record.originals.noteMoves(of: plan, observed)
            record.loaded.merge(plan.judged) { $1 }
            try parts.state.write(record)
        }
        var attempt = Attempt(
            target: target, plan: plan, before: failed.before, record: record, isDrift: false,
            answersForAll: true)
        do throws(ApplyError) {
            try execute(attempt, journal)
        } catch {
            return error.reason
        }
        try noteLoaded(&attempt)
        record = attempt.record
        record.applied = healthy
        record.resources = target.desired.resources
        record.envelope = target.desired.envelope
        try parts.state.write(record)
        let (verdict, _) = judge(attempt.judgedUnits, attempt)
        switch verdict {
        case .unhealthy(let reason), .superseded(let reason), .unknown(let reason): return reason
        case .waiting, .healthy: break
        }
        if let reason = reasonToStayHalted(on: target, record) { return reason }
        if let waiting { return "\(waiting.address) is held back: \(waiting.reason)" }
        record.attempted = nil
        record.provedBefore = nil
        record.keepInventory(for: target.desired, held: plan.remembered)
        record.inventory.subtract(toCome)
        record.originals.forgetPutBack(by: plan, observed)
        record.forget(notIn: target.desired, held: plan.held.map(\.address))
        try parts.state.write(record)
        notes.settle(on: target)
        try parts.executor.originals.keepOnly(record.originals)
        return nil
    }

    /// What is healthy, with nothing of the envelope looser than it is now; and with nothing traded
    /// where the failed commit is for another account.
    func wayBack(
        from failed: Target, _ record: Record, to healthy: Record.Pointer
    ) throws(TargetError) -> Target {
        let own = try parts.targets.recorded(healthy)
        let target = try parts.targets.recorded(
            healthy, within: record.bound ?? failed.desired.envelope)
        let tighter = target.desired.envelope.differences(from: own.desired.envelope)
        if !tighter.isEmpty {
            let words = tighter.map { difference in
                "\(difference.place) \(difference.after ?? "none") "
                    + "(\(healthy.label) has \(difference.before ?? "none"))"
            }
            report(
                .warning(
                    "going back loosens nothing, so these stay until a commit or a person says "
                        + "otherwise: \(words.joined(separator: ", "))"))
        }
        return target
    }

    /// Why trading stays stopped on what is healthy; nil where it does not.
    func reasonToStayHalted(on target: Target, _ record: Record) -> String? {
        record.begun?.halted.map {
            """
            \($0) than \(target.label), so trading is halted there; a person has to look at both \
            accounts and release it
            """
        }
    }

    /// The entry of quarantine by which a target is not tried; nil when it may be.
    ///
    /// What was healthy here once is quarantined only by itself, not because it is tighter than
    /// something that failed.
    func quarantined(_ target: Target) throws(MachineError) -> Quarantine.Entry? {
        let quarantine = try parts.state.quarantine()
        guard let entry = quarantine.entry(for: target) else { return nil }
        if entry.content == target.content { return entry }
        let isProven = try parts.state.generations().contains { generation in
            ([generation.pointer] + generation.also).contains { $0.content == target.content }
        }
        return isProven ? nil : entry
    }

    func quarantine(
        _ failed: Target, _ healthy: Record.Pointer?, _ reason: String
    ) throws(MachineError) {
        var quarantine = try parts.state.quarantine()
        guard failed.content != healthy?.content, quarantine.entry(for: failed.content) == nil
        else { return }
        quarantine.entries.append(
            Quarantine.Entry(
                content: failed.content, core: failed.desired.coreDigest,
                envelope: failed.desired.envelope, label: failed.label, reason: reason,
                atUs: parts.clock.wallUs()))
        try parts.state.write(quarantine)
    }

    /// With no healthy commit there is nothing to go back to: what was started is stopped, the
    /// rest is left as it is for a person to look at.
    private func stopWhatWasStarted(
        _ failed: Attempt, _ journal: Journal, _ reason: String
    ) throws(MachineError) -> TurnEnd {
        var stopped: [String] = []
        var troubles: [String] = []
        for unit in failed.startedUnits.sorted()
        where failed.before.units.value?[unit]?.isActive != true {
            let step = Step.unit(.stop, unit)
            let plan = Plan(changes: [Change(.unit(unit), .change, .intended, steps: [step])])
            do throws(ApplyError) {
                try parts.executor.apply(
                    plan, contents: failed.target.contents, programs: nil, journal: journal
                ) { _ in }
                stopped.append(unit.text)
            } catch {
                troubles.append(error.reason)
            }
        }
        try journal.add("stopped", ["units": .array(stopped.map { .string($0) })])
        return .stuck(
            ([
                reason, "  No commit was ever healthy here, so there is nothing to go back to.",
                "  Stopped: \(stopped.isEmpty ? "nothing" : stopped.joined(separator: ", ")).",
            ] + troubles.map { "  " + $0 }).joined(separator: "\n"))
    }
}
