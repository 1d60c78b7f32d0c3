package import Facts

/// What becomes of a restart that a person asks for.
package enum RestartPlan: Hashable, Sendable {
    case may(Plan)
    /// A gate is closed.
    case held(Held)
    /// It makes no sense here: why, with the way out.
    case refused(String)
}

extension Held {
    /// What a restart by hand leaves to the next turn.
    package static let restartGate = "restart"
}

extension Plan {
    /// The plan of a turn, narrowed to one unit's part and its restart.
    ///
    /// What else the turn would do waits: a person asked for one unit. What the unit itself waits
    /// for keeps it from being restarted too.
    ///
    /// `desired`, `observed`: what the plan was made for, with `live`.
    package func restart(
        of unit: UnitName, desired: Desired, observed: Observed, live: Live
    ) -> RestartPlan {
        let address = Address.unit(unit)
        guard let service = desired.services[unit], live.inventory.contains(address) else {
            let known = live.inventory.filter(\.isUnit).map(\.name).sorted()
            return .refused(
                "no turn made \(unit) its own; these are: \(known.joined(separator: ", "))")
        }
        if let word = live.holds[unit] { return .held(Held(address, onHold: word)) }
        if let reason = unit.cannotRestart(service, observed) { return .refused(reason) }
        if let held = held.first(where: { $0.address == address }) { return .held(held) }
        if let obstacle = obstacles.first {
            return .refused("\(obstacle.subject): \(obstacle.reason)")
        }
        let isUp = observed.units.value?[unit]?.isActive ?? false
        if isUp, let held = service.gate(of: address) { return .held(held) }
        var own =
            changes.first { $0.address == address }
            ?? Change(address, .change, .drift, steps: [])
        if !own.steps.contains(where: { $0.begins(unit) }) {
            own.steps.append(.unit(.restart, unit))
            own.details.append("restart")
        }
        own.effect = .restart
        var plan = self
        plan.changes = [own]
        plan.held += changes.filter { $0.address != address }.map {
            Held($0.address, gate: Held.restartGate, reason: "only \(unit) is restarted")
        }
        return .may(plan)
    }
}

extension UnitName {
    /// Why this unit is not restarted, whoever asks; nil when it may be.
    fileprivate func cannotRestart(_ service: DesiredService, _ observed: Observed) -> String? {
        if kind == .target || kind == .slice {
            return "\(self) loads nothing, so a restart of it does nothing"
        }
        if self == observed.ownUnit || text == Layout.ownUnit {
            return "\(self) is the turn itself: run v6-reconcile"
        }
        if service.isMasked { return "desired state masks \(self)" }
        if service.state == .stopped { return "desired state wants \(self) stopped" }
        return nil
    }
}

extension DesiredService {
    /// The gate that a restart of a running unit has to pass, whoever asks for it.
    fileprivate func gate(of address: Address) -> Held? {
        switch restart {
        case .immediate, .never: nil
        case .window, .drained:
            Held(
                address, gate: restart.rawValue, reason: "nothing on this host can prove it yet")
        }
    }
}

extension Step {
    /// Whether it begins a run of this unit.
    fileprivate func begins(_ unit: UnitName) -> Bool {
        self == .unit(.start, unit) || self == .unit(.restart, unit)
    }
}
