import Apply
import JSON
import Reconcile

/// A turn as JSON lines, each with its `type`, for `--json`.
final class JSONReport {
    private enum Stage { case planning, applying(String), watching }

    private var stage = Stage.planning

    /// As it was given, for hints.
    private let root: String?

    init(root: String?) {
        self.root = root
        put("version", ["program": "v6-reconcile", "format_version": .string(Plan.formatVersion)])
    }

    func add(_ event: TurnEvent) {
        switch event {
        case .warning(let text):
            put("diagnostic", ["severity": "warning", "message": .string(text.keeping(root))])
        case .preparing(let text): put("provision_progress", ["message": .string(text)])
        case .planned(let plan, let context, let sides): add(plan, context, sides)
        case .applying(let change, let number, let count):
            completeStep()
            stage = .applying("\(change.address)")
            put(
                "apply_start",
                [
                    "address": .string("\(change.address)"), "number": .integer(Int64(number)),
                    "count": .integer(Int64(count)),
                ])
        case .judging(let units, let window):
            completeStep()
            stage = .watching
            put(
                "health_start",
                [
                    "units": .integer(Int64(units)),
                    "window_seconds": .integer(window.components.seconds),
                ])
        case .goingBack(let reason, let label):
            fail(reason)
            stage = .planning
            put("rollback_start", ["reason": .string(reason), "to": .string(label)])
        case .ended(let end): add(end)
        }
    }

    private func add(_ plan: Plan, _ context: PlanContext, _ sides: PlanSides) {
        for change in plan.changes {
            let type = change.cause == .drift ? "resource_drift" : "planned_change"
            put(type, ["change": change.json(sides)])
        }
        for gate in plan.gates(context) { put("gate", ["gate": gate.json]) }
        func count(_ action: Change.Action) -> JSONValue {
            .integer(Int64(plan.changes.count { $0.action == action }))
        }
        put(
            "change_summary",
            [
                "operation": "plan", "desired": .string(context.desired),
                "live": context.live.map { .string($0) } ?? nil,
                "healthy": context.healthy.map { .string($0) } ?? nil,
                "changes": [
                    "add": count(.add), "change": count(.change), "remove": count(.remove),
                    "restart": .integer(Int64(plan.changes.count { $0.effect == .restart })),
                ],
                "held": .array(plan.held.map(\.json)),
            ])
    }

    private func completeStep() {
        guard case .applying(let address) = stage else { return }
        put("apply_complete", ["address": .string(address)])
    }

    private func fail(_ reason: String) {
        switch stage {
        case .planning: break
        case .applying(let address):
            put("apply_errored", ["address": .string(address), "reason": .string(reason)])
        case .watching: put("health_complete", ["healthy": false, "reason": .string(reason)])
        }
    }

    private func add(_ end: TurnEnd) {
        var fields: JSONObject = [
            "exit_code": .integer(Int64(end.exitCode)), "message": .string(end.text.keeping(root)),
        ]
        let type: String
        switch end {
        case .unchanged, .deferred, .quarantined, .nothingToRecover, .recovered:
            type = "change_summary"
            fields["operation"] = "turn"
        case .healthy:
            type = "health_complete"
            fields["healthy"] = true
        case .wentBack: type = "rollback_complete"
        case .stuck: type = "apply_errored"
        case .stale(let changes):
            type = "diagnostic"
            fields["severity"] = "error"
            fields["changed"] = .array(changes.map { .string($0) })
        case .failed, .refused, .lockHeld:
            type = "diagnostic"
            fields["severity"] = "error"
        }
        put(type, fields)
    }

    private func put(_ type: String, _ fields: JSONObject) {
        var line: JSONObject = ["type": .string(type)]
        line.members += fields.members
        printOut(JSONValue.object(line).text())
    }
}

/// An error as the one line that `--json` has for it; the exit status is the same.
func printErrorJSON(_ error: CommandError) {
    var line: JSONObject = [
        "type": "diagnostic", "severity": "error", "message": .string(error.text),
        "exit_code": .integer(Int64(error.exitCode)),
    ]
    if !error.faults.isEmpty { line["faults"] = .array(error.faults.map(\.json)) }
    printOut(JSONValue.object(line).text())
}
