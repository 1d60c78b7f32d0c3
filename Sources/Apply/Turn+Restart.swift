import Facts
import Machine
import Reconcile

extension Turn {
    /// Restarts one unit because a person asks for it: with what the applied commit wants it to
    /// load, and judged through the same window.
    func restart(_ unit: UnitName, _ word: PersonsWord) throws(MachineError) -> TurnEnd {
        let record = try parts.state.record()
        notes.record = record
        if let attempted = record.attempted {
            return .failed(
                """
                error: a turn with \(attempted.label) was killed, so nobody knows what \(unit) \
                would load
                  Run v6-reconcile first: it finishes or undoes that.
                """)
        }
        guard let applied = record.applied else {
            return .failed("error: no turn has ended on this host, so no unit is ours to restart")
        }
        let target: Target
        do throws(TargetError) {
            target = try parts.targets.installable(applied, within: record.envelope)
        } catch {
            return .failed(error.text)
        }
        let observed = observe(target, record)
        let live = try live(record.live)
        let whole = plan(desired: target.desired, observed: observed, live: live)
        switch whole.restart(of: unit, desired: target.desired, observed: observed, live: live) {
        case .refused(let reason): return .failed("error: \(reason)")
        case .held(let held):
            return .barred(label: unit.text, gate: held.gate, reason: held.reason)
        case .may(let plan):
            try warnOfSuspension()
            var attempt = Attempt(
                target: target, plan: plan, before: observed, record: record, isDrift: true,
                answersForAll: false, asked: PersonsRequest(cause: .restart, word: word, unit: unit)
            )
            if let refusal = try refusalOfUnits(attempt) { return .failed(refusal) }
            return ended(try carryOut(&attempt), unit, target)
        }
    }

    /// What waits for other reasons is no matter of a restart.
    private func ended(_ end: TurnEnd, _ unit: UnitName, _ target: Target) -> TurnEnd {
        switch end {
        case .healthy(_, _, let window): .restarted(unit: unit.text, window: window)
        case .deferred: .restarted(unit: unit.text, window: target.desired.health.stableFor)
        default: end
        }
    }
}
