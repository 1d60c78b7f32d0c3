package import Facts

/// Ordered changes and what is held with its reason: a value, complete before anything happens.
package struct Plan: Hashable, Sendable {
    /// In the order in which they are made.
    package var changes: [Change]
    /// Wanted, but not done now.
    package var held: [Held]
    /// What could not be read or does not fit; while there is one, nothing may be applied.
    package var obstacles: [Obstacle]
    /// Seen and left alone; worth a person's look.
    package var notes: [Note]
    /// What runs loaded that no turn started, as far as could be judged: to be remembered, since
    /// the times that it was judged by change with the next write.
    package var judged: [UnitName: Live.Loaded]
    /// Units that a person has in hand: nothing is done to them, and no commit answers for them.
    package var onHold: Set<UnitName> = []

    /// Folders that turns made, that nobody wants any more, and that are not empty: they are
    /// remembered, and go when they are.
    package var staying: Set<Address> = []

    package init(
        changes: [Change] = [], held: [Held] = [], obstacles: [Obstacle] = [], notes: [Note] = [],
        judged: [UnitName: Live.Loaded] = [:]
    ) {
        self.changes = changes
        self.held = held
        self.obstacles = obstacles
        self.notes = notes
        self.judged = judged
    }

    /// Every step, in the order in which they run.
    package var steps: [Step] { changes.flatMap(\.steps) }

    /// Nothing to do and nothing held; what is only noted does not count.
    package var isEmpty: Bool { changes.isEmpty && held.isEmpty && obstacles.isEmpty }

    /// What is to be remembered though desired state does not name it.
    package var remembered: [Address] { held.map(\.address) + staying }

    /// Units that a commit asked to change.
    package var intendedUnits: Set<UnitName> {
        Set(
            changes.compactMap { change in
                if case .unit(let name) = change.address, change.cause == .intended {
                    name
                } else {
                    nil
                }
            })
    }

    /// Units that a step of this plan names: to start, stop, restart, enable or disable them.
    package var actedOnUnits: Set<UnitName> {
        Set(steps.compactMap { if case .unit(_, let name) = $0 { name } else { nil } })
    }

    /// Units that a step of this plan starts, stops or restarts, or whose files it changes.
    package var touchedUnits: Set<UnitName> {
        Set(
            changes.compactMap { change in
                if case .unit(let name) = change.address { name } else { nil }
            })
    }
}

/// All that is done to one thing.
package struct Change: Hashable, Sendable {
    /// What becomes of the thing.
    package enum Action: String, Hashable, Sendable { case add, change, remove }

    /// Whether a commit asked for the difference.
    package enum Cause: String, Hashable, Sendable { case intended, drift }

    /// What the change does to a running service.
    package enum Effect: String, Hashable, Sendable {
        case none, start, stop, reload, restart
    }

    /// The thing, by kind and name.
    package var address: Address
    /// As the plan's sign says: `+`, `~` or `-`.
    package var action: Action
    /// Drift or intended, as the plan's text says.
    package var cause: Cause
    /// The most that any of its steps does to a process.
    package var effect: Effect
    /// What differs, in words: `mode 0666 -> 0640`.
    package var details: [String]
    package var steps: [Step]

    package init(
        _ address: Address, _ action: Action, _ cause: Cause, effect: Effect = .none,
        details: [String] = [], steps: [Step]
    ) {
        self.address = address
        self.action = action
        self.cause = cause
        self.effect = effect
        self.details = details
        self.steps = steps
    }
}

/// A change that is wanted and not made now.
package struct Held: Hashable, Sendable {
    /// The thing whose change waits.
    package var address: Address
    /// The gate that is not open: `deletions`, `drained`, `window`.
    package var gate: String
    package var reason: String

    package init(_ address: Address, gate: String, reason: String) {
        self.address = address
        self.gate = gate
        self.reason = reason
    }
}

/// Something that was seen and is left as it is.
package struct Note: Hashable, Sendable {
    /// The thing that was seen.
    package var address: Address
    /// In words for the operator.
    package var reason: String

    package init(_ address: Address, _ reason: String) {
        self.address = address
        self.reason = reason
    }
}

/// Why nothing can be planned for a thing.
package struct Obstacle: Hashable, Sendable {
    /// What could not be read or does not fit: an address, or the host's part.
    package var subject: String
    /// In words for the operator, without the subject.
    package var reason: String

    package init(_ subject: String, _ reason: String) {
        self.subject = subject
        self.reason = reason
    }
}
