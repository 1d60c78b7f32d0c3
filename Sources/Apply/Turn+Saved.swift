import Facts
import Machine
import Reconcile

extension Turn {
    /// Applies a plan that was shown and saved, or nothing.
    ///
    /// All is resolved, looked at and planned anew: what is applied is the plan of now, and only
    /// when it is the one that was shown. Nothing else is done on the way, no drift healed and no
    /// killed turn finished.
    func applySaved(_ saved: SavedPlan, _ record: Record) throws(MachineError) -> TurnEnd {
        if let reason = try barrier(saved, record) { return .stale([reason]) }
        let outcome = Result { () throws(TargetError) in try parts.targets.newest() }
        try tellOverride(record)
        let found: Targets.Found
        do throws(TargetError) {
            found = try outcome.get()
        } catch {
            return error.end
        }
        tell(found)
        let isHealthy = record.healthy?.content == found.target.content
        if !isHealthy, let entry = try quarantined(found.target) {
            return .stale(["commit: \(found.target.label) is quarantined: \(entry.reason)"])
        }
        let target: Target
        switch try withRelease(found.target, record) {
        case .success(let ready): target = ready
        case .failure(let error): return .failed(error.text)
        }
        let observed = observe(target, record)
        let plan = plan(
            desired: target.desired, observed: observed, live: try live(record.live),
            deletionsMax: deletionsMax)
        notes.desired = target.label
        notes.add(plan, towards: target)
        var context = PlanContext(
            desired: target.label, live: record.applied?.label, healthy: record.healthy?.label)
        let now = try MadePlan(
            plan, for: target, observed, by: parts.observer, nowUs: parts.clock.wallUs())
        let changes = saved.binding.changes(to: now.binding)
        if !changes.isEmpty { return .stale(changes) }
        if !plan.obstacles.isEmpty { return .failed(plan.text(context)) }
        var record = record
        try endPin(passedBy: target, &record)
        if let pin = record.pinned {
            return .barred(label: target.label, gate: Record.Pin.gate, reason: pin.words)
        }
        if let end = try suspended(plan, target, &context, now.sides) { return end }
        if plan.isEmpty, isHealthy { return .unchanged(label: target.label) }
        report(.planned(plan, context, now.sides))
        if plan.changes.isEmpty, isHealthy { return .deferred(label: target.label, changes: 0) }
        var attempt = Attempt(
            target: target, plan: plan, before: observed, record: record, isDrift: isHealthy,
            answersForAll: !isHealthy)
        if let refusal = try refusalOfUnits(attempt) { return .failed(refusal) }
        runHooks(before: attempt)
        return try carryOut(&attempt)
    }

    /// What forbids a saved plan before anything is asked.
    private func barrier(
        _ saved: SavedPlan, _ record: Record
    ) throws(MachineError) -> String? {
        if try parts.observer.machine() != saved.binding.machine {
            return "machine: it was made for another one"
        }
        if saved.binding.expiresAt <= WallTime(us: parts.clock.wallUs()) {
            return "time: it expired at \(saved.binding.expiresAt)"
        }
        if let attempted = record.attempted {
            return "host: a turn with \(attempted.label) was killed; a plain turn finishes it"
        }
        return nil
    }
}
