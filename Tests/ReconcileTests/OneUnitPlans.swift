import Facts

@testable import Reconcile

/// A suite that plans for one unit, whose name and release it tells.
protocol OneUnitPlans {
    var name: UnitName { get }
    var key: ReleaseKey? { get }
}

extension OneUnitPlans {
    var key: ReleaseKey? { nil }

    func desired(_ service: DesiredService) -> Desired {
        Desired(environment: "paper", services: [name: service], release: key)
    }

    func converged(_ service: DesiredService) -> ModelTurns {
        var turns = ModelTurns()
        turns.converge(to: desired(service))
        return turns
    }

    func plan(
        _ service: DesiredService, _ turns: ModelTurns,
        _ change: (inout Observed) -> Void = { _ in }
    ) -> Plan {
        var turns = turns
        turns.host.learn(desired(service))
        var observed = turns.observe(desired(service))
        change(&observed)
        return Reconcile.plan(desired: desired(service), observed: observed, live: turns.live)
    }
}
