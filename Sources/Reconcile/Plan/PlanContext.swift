/// What a plan is shown with: the commits it lies between, and what bars it as a whole.
package struct PlanContext: Hashable, Sendable {
    /// Short names of commits; nil where there is none yet.
    package var desired: String
    package var live: String?
    package var healthy: String?
    /// Why the content is not to be tried again; nil when it may be.
    package var quarantine: String?
    /// Closed gates that bar the plan as a whole: `suspension`, `rollback`.
    package var bars: [Gate] = []

    package init(
        desired: String, live: String?, healthy: String?, quarantine: String? = nil
    ) {
        self.desired = desired
        self.live = live
        self.healthy = healthy
        self.quarantine = quarantine
    }
}

/// What can let a change through or hold it: open, closed, or unknown.
package struct Gate: Hashable, Sendable {
    /// Unknown lets nothing through that an open gate would.
    package enum State: String, Hashable, Sendable { case open, closed, unknown }

    /// As `--override-gate` and the JSON say it: `deletions`, `quarantine`.
    package var name: String
    /// At the time of the plan.
    package var state: State
    /// In words for the operator: what would have to change.
    package var reason: String

    package init(name: String, state: State, reason: String) {
        self.name = name
        self.state = state
        self.reason = reason
    }
}

extension Plan {
    /// Gates of which it is known what they wait for.
    private static let closedGates: Set<String> = [
        "deletions", "formats", "immutable", Held.holdGate,
    ]

    /// The gates that this plan met.
    package func gates(_ context: PlanContext) -> [Gate] {
        var gates: [Gate] = []
        if let quarantine = context.quarantine {
            gates.append(Gate(name: "quarantine", state: .closed, reason: quarantine))
        }
        gates += context.bars
        for held in held where !gates.contains(where: { $0.name == held.gate }) {
            gates.append(
                Gate(
                    name: held.gate,
                    state: Self.closedGates.contains(held.gate) ? .closed : .unknown,
                    reason: held.reason))
        }
        return gates
    }
}
