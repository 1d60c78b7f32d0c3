import Apply
import Facts
import JSON
import Machine
import Reconcile

/// A turn as events, each of one kind: docs/events.md.
final class EventReport {
    private enum Stage { case planning, applying(Address), watching }

    private let outlet: EventOutlet
    private var stage = Stage.planning
    /// What the host is on its way to.
    private var commit: String?

    /// As it was given, for hints.
    private let root: String?

    init(_ outlet: EventOutlet, root: String?) {
        self.outlet = outlet
        self.root = root
        put(
            EventLine(
                .version,
                ["program": "v6-reconcile", "format_version": .string(Plan.formatVersion)],
                "v6-reconcile"))
    }

    func add(_ event: TurnEvent) {
        switch event {
        case .warning(let words):
            let text = words.keeping(root)
            put(
                EventLine(
                    .diagnostic, ["severity": "warning", "message": .string(text)], text,
                    priority: .warning))
        case .preparing(let text):
            put(EventLine(.provisionProgress, ["message": .string(text)], text))
        case .planned(let plan, let context, let sides): add(plan, context, sides)
        case .applying(let change, let number, let count):
            completeStep()
            stage = .applying(change.address)
            put(
                EventLine(
                    .applyStart,
                    [
                        "address": .string("\(change.address)"),
                        "number": .integer(Int64(number)), "count": .integer(Int64(count)),
                    ], "[\(number)/\(count)] \(change.address)", unit: change.address.unit))
        case .judging(let units, let window):
            completeStep()
            stage = .watching
            put(
                EventLine(
                    .healthStart,
                    [
                        "units": .integer(Int64(units)),
                        "window_seconds": .integer(window.components.seconds),
                    ], "watching \(units) unit\(units == 1 ? "" : "s") for \(words(window))"))
        case .goingBack(let reason, let label):
            fail(reason)
            stage = .planning
            put(
                EventLine(
                    .rollbackStart, ["reason": .string(reason), "to": .string(label)],
                    "not healthy: \(reason); going back to \(label)", priority: .warning))
        case .ended(let end): put(end.line(root))
        }
    }

    private func add(_ plan: Plan, _ context: PlanContext, _ sides: PlanSides) {
        commit = context.desired
        for change in plan.changes {
            put(
                EventLine(
                    change.cause == .drift ? .resourceDrift : .plannedChange,
                    ["change": change.json(sides)],
                    "\(change.address): \(change.action.rawValue)"
                        + (change.details.isEmpty
                            ? "" : " (\(change.details.joined(separator: ", ")))"),
                    priority: change.cause == .drift ? .notice : .info,
                    unit: change.address.unit))
        }
        for gate in plan.gates(context) {
            put(
                EventLine(
                    .gate, ["gate": gate.json],
                    "gate \(gate.name) is \(gate.state.rawValue): \(gate.reason)",
                    priority: .notice))
        }
        put(EventLine(.changeSummary, summary(plan, context), plan.summary))
    }

    private func summary(_ plan: Plan, _ context: PlanContext) -> JSONObject {
        [
            "operation": "plan", "desired": .string(context.desired),
            "live": context.live.map { .string($0) } ?? nil,
            "healthy": context.healthy.map { .string($0) } ?? nil,
            "changes": HistoryEntry.Counts(plan).json,
            "held": .array(plan.held.map(\.json)),
        ]
    }

    private func completeStep() {
        guard case .applying(let address) = stage else { return }
        put(
            EventLine(
                .applyComplete, ["address": .string("\(address)")], "\(address) is done",
                unit: address.unit))
    }

    private func fail(_ reason: String) {
        switch stage {
        case .planning: break
        case .applying(let address):
            put(
                EventLine(
                    .applyErrored, ["address": .string("\(address)"), "reason": .string(reason)],
                    "\(address): \(reason)", priority: .error, unit: address.unit))
        case .watching:
            put(
                EventLine(
                    .healthComplete, ["healthy": false, "reason": .string(reason)],
                    "not healthy: \(reason)", priority: .error, verdict: "unhealthy"))
        }
    }

    private func put(_ line: EventLine) {
        var line = line
        line.commit = line.commit ?? commit
        outlet.put(line)
    }
}

extension TurnEnd {
    /// The last event of a turn.
    fileprivate func line(_ root: String?) -> EventLine {
        let text = text.keeping(root)
        var fields: JSONObject = [
            "exit_code": .integer(Int64(exitCode)), "verdict": .string(word),
            "message": .string(text),
        ]
        var (kind, priority): (EventKind, EventPriority) = (.changeSummary, .info)
        switch self {
        case .unchanged, .nothingToRecover: fields["operation"] = "turn"
        case .recovered:
            priority = .warning
            fields["operation"] = "turn"
        case .deferred, .barred:
            priority = .notice
            fields["operation"] = "turn"
        case .quarantined:
            priority = .warning
            fields["operation"] = "turn"
        case .healthy:
            kind = .healthComplete
            fields["healthy"] = true
        case .restarted(let unit, _):
            kind = .restartComplete
            fields["unit"] = .string(unit)
        case .wentBack: (kind, priority) = (.rollbackComplete, .error)
        case .stuck: (kind, priority) = (.applyErrored, .error)
        case .stale(let changes):
            (kind, priority) = (.diagnostic, .error)
            fields["severity"] = "error"
            fields["changed"] = .array(changes.map { .string($0) })
        case .failed, .refused, .lockHeld:
            (kind, priority) = (.diagnostic, .error)
            fields["severity"] = "error"
        }
        var line = EventLine(kind, fields, text, priority: priority, verdict: word)
        if case .restarted(let unit, _) = self { line.unit = unit }
        return line
    }
}

extension Address {
    /// The unit that it is.
    fileprivate var unit: String? { if case .unit(let name) = self { name.text } else { nil } }
}
