import Facts

extension Planner {
    /// Plans a unit, or says what it would be planned for while a person has it in hand.
    ///
    /// What stands in the way of a unit on hold is its own affair: it bars nothing else.
    mutating func planUnitUnlessHeld(_ name: UnitName) {
        guard let word = live.holds[name] else { return planUnit(name) }
        var apart = self
        apart.plan = Plan()
        apart.planUnit(name)
        plan.notes += apart.plan.notes
        if !apart.plan.isEmpty { plan.held.append(Held(.unit(name), onHold: word)) }
    }

    /// What else would be done to a unit on hold: taking it away, or stopping a stray.
    mutating func holdByHand() {
        plan.onHold = Set(live.holds.keys)
        guard !live.holds.isEmpty else { return }
        var changes: [Change] = []
        for change in plan.changes {
            if case .unit(let name) = change.address, let word = live.holds[name] {
                plan.held.append(Held(change.address, onHold: word))
            } else {
                changes.append(change)
            }
        }
        plan.changes = changes
    }

    /// Whether a thing is a unit that a person has in hand.
    func isOnHold(_ address: Address) -> Bool {
        if case .unit(let name) = address { live.holds[name] != nil } else { false }
    }
}

extension Held {
    /// The gate of a unit that a person has in hand.
    package static let holdGate = "hold"

    /// `word`: who holds it, until when, and why.
    init(_ address: Address, onHold word: String) {
        self.init(address, gate: Self.holdGate, reason: word)
    }

    /// Whether a person has it in hand: then it bars nothing, not even going back.
    package var isOnHold: Bool { gate == Self.holdGate }
}
