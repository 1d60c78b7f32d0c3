import Facts
import JSON
import Machine
package import Reconcile

/// What persons said, as far as it keeps a turn from something.
extension Turn {
    /// What a planner knows of earlier turns, with the units that persons have in hand now.
    func live(_ live: Live) throws(MachineError) -> Live {
        var live = live
        live.holds = try parts.state.holds(atUs: parts.clock.wallUs()).mapValues(\.words)
        return live
    }

    /// The end of a turn while turns are suspended: it has looked, and says what waits.
    ///
    /// - Returns: nil where no suspension holds now.
    func suspended(
        _ plan: Plan, _ target: Target, _ context: inout PlanContext, _ sides: PlanSides
    ) throws(MachineError) -> TurnEnd? {
        guard let word = try parts.state.suspension(atUs: parts.clock.wallUs()),
            plan.appliedWhileSuspended.changes.isEmpty
        else { return nil }
        context.bars.append(.suspension(word))
        report(.planned(plan, context, sides))
        return .barred(label: target.label, gate: Gate.suspensionName, reason: word.words)
    }

    /// The branch has moved past the commit at which a person rolled back, or what they rolled back
    /// to has failed since: the branch is followed again.
    func endPin(passedBy target: Target, _ record: inout Record) throws(MachineError) {
        guard let pin = record.pinned else { return }
        let hasFailed =
            pin.pointer.content != record.healthy?.content
            ? try parts.state.quarantine().entry(for: pin.pointer.content) != nil : false
        guard pin.tip != target.checkout || hasFailed else { return }
        let why = hasFailed ? "it has failed" : "the branch moved past \(pin.tipLabel)"
        report(.warning("the hold on \(pin.pointer.label) has ended: \(why)"))
        record.pinned = nil
        try parts.state.write(record)
        notes.record = record
    }

    /// Keeps the host on what a person rolled back to: drift is healed there, and the newest commit
    /// waits.
    func stay(
        on pin: Record.Pin, insteadOf found: Targets.Found, _ record: Record
    ) throws(MachineError) -> TurnEnd {
        let target: Target
        switch try ready(pin.pointer, record) {
        case .success(let found): target = found
        case .failure(let error):
            return record.attempted == nil ? .failed(error.text) : .stuck(error.text)
        }
        // Until the host is there, it is still what the person asked for that is carried out.
        let isThere = record.healthy?.content == target.content
        let end = try converge(
            to: target, record,
            asked: isThere ? nil : PersonsRequest(cause: .rollback, word: pin.word))
        guard end.exitCode == 0 || end.exitCode == 3 else { return end }
        if isThere, let reason = reasonToStayHalted(on: target, record) { return .stuck(reason) }
        if let failure = found.fetchFailure {
            return .failed("error: \(failure)\n  The host is \(pin.words).")
        }
        if case .barred = end { return end }
        // 4 wins over 3: the hold hides no quarantine.
        let newest = found.target
        if newest.content != target.content,
            let entry = try quarantined(newest)
        {
            return .quarantined(
                label: newest.label, first: entry.label, staysWith: pin.pointer.label,
                reason: entry.reason)
        }
        return .barred(label: newest.label, gate: Record.Pin.gate, reason: pin.words)
    }

    /// A release that was healthy here before, ready to be applied; no looser than what is live.
    func ready(
        _ pointer: Record.Pointer, _ record: Record
    ) throws(MachineError) -> Result<Target, TargetError> {
        let target: Target
        do throws(TargetError) {
            target = try parts.targets.installable(pointer, within: record.bound)
        } catch {
            return .failure(error)
        }
        return try withRelease(target, record)
    }
}

extension Gate {
    /// Closed while turns are suspended.
    package static let suspensionName = "suspension"

    /// `word`: who closed it, until when, and why.
    package static func suspension(_ word: PersonsWord) -> Gate {
        Gate(name: suspensionName, state: .closed, reason: word.words)
    }

    /// Closed while the host is held on what a person rolled back to.
    package static func rollback(_ pin: Record.Pin) -> Gate {
        Gate(name: Record.Pin.gate, state: .closed, reason: pin.words)
    }
}
