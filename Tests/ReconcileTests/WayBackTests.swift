import Facts
import Testing

@testable import Reconcile

/// What seeded pairs of commits found to be otherwise after going back than it was before.
struct WayBackTests {
    private let name = unitName("v6-x.service")

    private func desired(_ service: DesiredService) -> Desired {
        Desired(environment: "paper", services: [name: service])
    }

    private func converged(_ service: DesiredService) -> ModelTurns {
        var turns = ModelTurns()
        turns.converge(to: desired(service))
        return turns
    }

    private func plan(
        _ service: DesiredService, _ turns: ModelTurns,
        _ change: (inout Observed) -> Void = { _ in }
    ) -> Plan {
        var turns = turns
        turns.host.learn(desired(service))
        var observed = turns.observe(desired(service))
        change(&observed)
        return Reconcile.plan(desired: desired(service), observed: observed, live: turns.live)
    }

    @Test func maskedUnitThatIsNotToBeEnabledLosesItsLinks() {
        var turns = converged(Scene.service("v6-x.service"))
        let masked = Scene.foreign(enabled: false, isMasked: true)
        let steps = plan(masked, turns).steps
        #expect(steps.suffix(2) == [.loadUnitFiles, .unit(.disable, name)])
        turns.converge(to: desired(masked))
        #expect(plan(masked, turns).isEmpty)
    }

    @Test func unitThatWasDownBeforeTheTurnThatFailedIsNotAmongThoseThatFailed() {
        let stopped = Scene.service("v6-x.service", state: .stopped)
        var turns = converged(stopped)
        func fail(_ observed: inout Observed) {
            guard case .present(var units) = observed.units else { return }
            units[name]?.active = "failed"
            observed.units = .present(units)
        }
        #expect(plan(stopped, turns, fail).isEmpty, "it failed by itself: that stays to be seen")
        turns.live.originals.before[name] = UnitOriginal(isActive: false)
        #expect(plan(stopped, turns, fail).steps == [.unit(.resetFailed, name)])
    }
}
