import Digest
import Facts
package import JSON

extension Plan {
    /// The version of the shapes below; it changes when a field changes its meaning or goes.
    package static let formatVersion = "1.0"

    /// The plan as one document, in the shapes that Terraform's users know.
    package func json(_ context: PlanContext) -> JSONValue {
        [
            "format_version": .string(Self.formatVersion),
            "applyable": .bool(!changes.isEmpty && obstacles.isEmpty && context.quarantine == nil),
            "complete": .bool(held.isEmpty && obstacles.isEmpty),
            "errored": .bool(!obstacles.isEmpty),
            "desired": .string(context.desired),
            "live": context.live.map { .string($0) } ?? .null,
            "healthy": context.healthy.map { .string($0) } ?? .null,
            "resource_changes": .array(
                changes.filter { $0.cause == .intended }.map(\.json)),
            "resource_drift": .array(changes.filter { $0.cause == .drift }.map(\.json)),
            "held": .array(held.map(\.json)),
            "obstacles": .array(
                obstacles.map {
                    ["subject": .string($0.subject), "reason": .string($0.reason)]
                }),
            "notes": .array(notes.map(\.json)),
            "gates": .array(gates(context).map(\.json)),
            "binding": ["commit": .string(context.desired)],
        ]
    }
}

extension Change {
    /// One entry of `resource_changes` or `resource_drift`.
    package var json: JSONValue {
        let actions: [JSONValue] =
            switch action {
            case .add: ["create"]
            case .change: ["update"]
            case .remove: ["delete"]
            }
        return [
            "address": .string("\(address)"),
            "kind": .string(address.kind),
            "change": ["actions": .array(actions)],
            "corrective": .bool(cause == .drift),
            "effect": .string(effect.rawValue),
            "details": .array(details.map { .string($0) }),
        ]
    }
}

extension Held {
    var json: JSONValue {
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
    var json: JSONValue {
        ["name": .string(name), "state": .string(state.rawValue), "reason": .string(reason)]
    }
}
