import Digest
package import Facts
package import JSON

extension Plan {
    /// The version of the shapes below; it changes when a field changes its meaning or goes.
    package static let formatVersion = "1.1"

    /// The plan as one document, in the shapes that Terraform's users know.
    ///
    /// `at`: when it was made.
    package func json(
        _ context: PlanContext, _ sides: PlanSides, _ binding: PlanBinding, at: WallTime
    ) -> JSONValue {
        [
            "format_version": .string(Self.formatVersion),
            "timestamp": .string("\(at)"),
            "applyable": .bool(
                !changes.isEmpty && obstacles.isEmpty && context.quarantine == nil
                    && context.bars.isEmpty),
            "complete": .bool(held.isEmpty && obstacles.isEmpty),
            "errored": .bool(!obstacles.isEmpty),
            "desired": .string(context.desired),
            "live": context.live.map { .string($0) } ?? .null,
            "healthy": context.healthy.map { .string($0) } ?? .null,
            "resource_changes": .array(
                changes.filter { $0.cause == .intended }.map { $0.json(sides) }),
            "resource_drift": .array(
                changes.filter { $0.cause == .drift }.map { $0.json(sides) }),
            "held": .array(held.map(\.json)),
            "obstacles": .array(
                obstacles.map {
                    ["subject": .string($0.subject), "reason": .string($0.reason)]
                }),
            "notes": .array(notes.map(\.json)),
            "gates": .array(gates(context).map(\.json)),
            "binding": binding.json,
        ]
    }
}

extension Change {
    /// One entry of `resource_changes` or `resource_drift`.
    package func json(_ sides: PlanSides) -> JSONValue {
        let (before, after) = (sides.before(address), sides.after(address))
        return [
            "address": .string("\(address)"),
            "kind": .string(address.kind),
            "name": .string(address.name),
            "change": [
                "actions": .array([.string(actionName)]),
                "before": before, "after": after,
                // No resource holds a secret yet.
                "before_sensitive": false, "after_sensitive": false,
            ],
            "action_reason": .string(reason),
            "corrective": .bool(cause == .drift),
            "effect": .string(effect.rawValue),
            "risk": .string(effect == .none ? "none" : "service"),
            "details": .array(details.map { .string($0) }),
        ]
    }

    /// In Terraform's words.
    private var actionName: String {
        switch action {
        case .add: "create"
        case .change: "update"
        case .remove: "delete"
        }
    }

    private var reason: String {
        switch (cause, action) {
        case (.drift, .add): "removed_by_others"
        case (.drift, .change): "changed_by_others"
        case (.drift, .remove): "added_by_others"
        case (.intended, .add): "wanted_and_absent"
        case (.intended, .change): "wanted_otherwise"
        case (.intended, .remove): "not_wanted_any_more"
        }
    }
}

extension Address {
    /// The name alone, without the kind: a path, a unit, an account.
    package var name: String {
        switch self {
        case .directory(let path), .file(let path), .link(let path): path.text
        case .user(let name), .group(let name): name
        case .unit(let name): name.text
        }
    }
}

extension Held {
    /// One entry of `held`.
    package var json: JSONValue {
        [
            "address": .string("\(address)"), "gate": .string(gate), "reason": .string(reason),
        ]
    }
}

extension Note {
    /// One entry of `notes`.
    package var json: JSONValue {
        ["address": .string("\(address)"), "reason": .string(reason)]
    }
}

extension Gate {
    /// One entry of `gates`; when it opens is not known yet for any.
    package var json: JSONValue {
        [
            "name": .string(name), "state": .string(state.rawValue), "reason": .string(reason),
            "opens_at": nil,
        ]
    }
}
