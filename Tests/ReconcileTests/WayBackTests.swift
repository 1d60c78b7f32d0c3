import Facts
import Testing

@testable import Reconcile

/// What seeded pairs of commits found to be otherwise after going back than it was before.
struct WayBackTests: OneUnitPlans {
    let name = unitName("v6-x.service")

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
