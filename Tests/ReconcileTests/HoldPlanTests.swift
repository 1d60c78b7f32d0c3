import Facts
import Reconcile
import Testing

/// What a person has in hand is nobody else's.
@Suite struct HoldPlanTests {
    private let name = unitName("v6-x.service")
    private let other = unitName("v6-y.service")
    private let word = "by ada since then: under the debugger"

    private func desired(_ services: [DesiredService], _ names: [UnitName]) -> Desired {
        Desired(
            environment: "paper",
            services: Dictionary(uniqueKeysWithValues: zip(names, services)),
            release: ReleaseKey("aaaaaaa1"))
    }

    private func converged(_ desired: Desired) -> ModelTurns {
        var turns = ModelTurns()
        turns.converge(to: desired)
        return turns
    }

    private func plan(
        _ wanted: Desired, _ turns: ModelTurns, _ change: (inout Observed) -> Void = { _ in }
    ) -> Plan {
        var turns = turns
        turns.host.learn(wanted)
        var observed = turns.observe(wanted)
        change(&observed)
        var live = turns.live
        live.holds = [name: word]
        return Reconcile.plan(desired: wanted, observed: observed, live: live)
    }

    private let x1 = Scene.service("v6-x.service", "1")
    private let x2 = Scene.service("v6-x.service", "2")
    private let y1 = Scene.service("v6-y.service", "1")
    private let y2 = Scene.service("v6-y.service", "2")

    @Test func unitOnHoldIsLeftAloneAndTheOthersAreNot() {
        let turns = converged(desired([x1, y1], [name, other]))
        let plan = plan(desired([x2, y2], [name, other]), turns)
        #expect(plan.changes.map(\.address) == [.unit(other)])
        #expect(plan.held == [Held(.unit(name), gate: "hold", reason: word)])
        #expect(plan.onHold == [name])
    }

    @Test func unitOnHoldThatDiffersInNothingHoldsNothingBack() {
        let wanted = desired([x1, y1], [name, other])
        #expect(plan(wanted, converged(wanted)).isEmpty)
    }

    @Test func driftOfAUnitOnHoldIsNotHealed() {
        let wanted = desired([x1], [name])
        let plan = plan(wanted, converged(wanted)) { observed in
            var units = observed.units.value ?? [:]
            units[name]?.active = "inactive"
            observed.units = .present(units)
        }
        #expect(plan.steps.isEmpty)
        #expect(plan.held.map(\.gate) == ["hold"])
    }

    @Test func unitOnHoldThatNobodyWantsAnyMoreStays() {
        let plan = plan(desired([y1], [other]), converged(desired([x1, y1], [name, other])))
        #expect(plan.steps.isEmpty)
        #expect(plan.held.map(\.address) == [.unit(name)])
    }

    @Test func whatCannotBeReadOfAUnitOnHoldBarsNothingElse() throws {
        let path = try HostPath("/etc/systemd/system/v6-x.service")
        let turns = converged(desired([x1, y1], [name, other]))
        let plan = plan(desired([x2, y2], [name, other]), turns) { observed in
            observed.files[path] = .unreadable(reason: "a bad disk")
        }
        #expect(plan.obstacles.isEmpty)
        #expect(plan.changes.map(\.address) == [.unit(other)])
    }

    @Test func planOfAHeldUnitIsWordedAndItsGateIsClosed() {
        let plan = plan(desired([x2], [name]), converged(desired([x1], [name])))
        let context = PlanContext(desired: "4f2c1aa", live: "91be03d", healthy: "91be03d")
        #expect(plan.text(context).contains("= service/v6-x.service  hold: \(word)\n"))
        #expect(plan.gates(context).map(\.state) == [.closed])
    }
}

/// A restart by hand is a turn's own, narrowed to one unit.
@Suite struct RestartPlanTests {
    private let name = unitName("v6-x.service")
    private let other = unitName("v6-y.service")

    private func restart(
        _ wanted: [UnitName: DesiredService], of unit: UnitName,
        _ change: (inout Observed, inout Live) -> Void = { _, _ in }
    ) -> RestartPlan {
        let desired = Desired(
            environment: "paper", services: wanted, release: ReleaseKey("aaaaaaa1"))
        var turns = ModelTurns()
        turns.converge(to: desired)
        var (observed, live) = (turns.observe(desired), turns.live)
        change(&observed, &live)
        return plan(desired: desired, observed: observed, live: live)
            .restart(of: unit, desired: desired, observed: observed, live: live)
    }

    private func refusal(_ plan: RestartPlan) -> String? {
        if case .refused(let reason) = plan { reason } else { nil }
    }

    @Test func unitThatDiffersInNothingIsRestarted() throws {
        let plan = restart([name: Scene.service("v6-x.service")], of: name)
        guard case .may(let plan) = plan else { throw Refused() }
        #expect(plan.steps == [.unit(.restart, name)])
        #expect(plan.touchedUnits == [name])
    }

    @Test func whatElseDiffersWaitsForATurn() throws {
        let wanted = [
            name: Scene.service("v6-x.service"), other: Scene.service("v6-y.service"),
        ]
        let plan = restart(wanted, of: name) { observed, _ in
            var units = observed.units.value ?? [:]
            units[other]?.active = "inactive"
            units[name]?.active = "inactive"
            observed.units = .present(units)
        }
        guard case .may(let plan) = plan else { throw Refused() }
        #expect(plan.steps == [.unit(.start, name)], "it is begun once")
        #expect(plan.held.map(\.address) == [.unit(other)])
    }

    @Test func gateOfTheUnitCountsForAPersonToo() {
        for (word, mayRestart) in [
            (DesiredService.Restart.immediate, true), (.never, true), (.drained, false),
            (.window, false),
        ] {
            let plan = restart([name: Scene.service("v6-x.service", restart: word)], of: name)
            if case .may = plan {
                #expect(mayRestart, "\(word)")
            } else {
                #expect(!mayRestart, "\(word)")
            }
        }
        let held = restart([name: Scene.service("v6-x.service")], of: name) { _, live in
            live.holds[name] = "by ada"
        }
        #expect(held == .held(Held(.unit(name), gate: "hold", reason: "by ada")))
    }

    @Test func whatIsNotOursOrMakesNoSenseIsRefusedWithTheWayOut() {
        let wanted = [name: Scene.service("v6-x.service")]
        #expect(
            refusal(restart(wanted, of: other))
                == "no turn made v6-y.service its own; these are: v6-x.service")
        let stopped = [name: Scene.service("v6-x.service", state: .stopped)]
        #expect(refusal(restart(stopped, of: name))?.contains("stopped") == true)
        let own = unitName("v6-reconcile.service")
        let itself = [own: Scene.service("v6-reconcile.service", state: nil)]
        #expect(refusal(restart(itself, of: own))?.contains("run v6-reconcile") == true)
    }

    private struct Refused: Error {}
}
