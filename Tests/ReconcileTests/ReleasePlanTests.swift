import Facts
import Reconcile
import Testing

/// What a plan does with another release: held by formats, and never half switched.
@Suite struct ReleasePlanTests {
    private let name = unitName("v6-x.service")
    private let link = hostPath("/opt/v6/v6-x")

    private func desired(
        _ key: String, restart: DesiredService.Restart = .immediate, noWayBack: Bool = false
    ) -> Desired {
        let service = DesiredService(
            unit: Scene.source("x", "x"),
            text: Scene.text("[Service]\nExecStart=/opt/v6/v6-x/bin/v6-x\n"), state: .running,
            restart: restart, runsRelease: true)
        var desired = Desired(
            environment: "paper", services: [name: service], release: ReleaseKey(key))
        desired.programs.hasNoWayBack = noWayBack
        return desired
    }

    private func plan(
        _ desired: Desired, _ formats: ReleaseFormats? = nil
    ) -> Plan {
        var turns = ModelTurns()
        turns.converge(to: self.desired("aaaaaaa1"))
        var observed = turns.observe(desired)
        observed.formats = formats
        return Reconcile.plan(desired: desired, observed: observed, live: turns.live)
    }

    private func formats(_ reads: Set<Int>, _ writes: Int) -> Reading<Formats> {
        .present(Formats(["book": StoreFormats(reads: reads, writes: writes)]))
    }

    @Test func aBuildThatWritesWhatHealthyReadsMayRun() {
        let both = ReleaseFormats(wanted: formats([1, 2], 1), healthy: formats([1], 1))
        #expect(plan(desired("bbbbbbb2"), both).held.isEmpty)
        let other = ReleaseFormats(
            wanted: .present(Formats(["new": StoreFormats(reads: [7], writes: 7)])),
            healthy: formats([1], 1))
        #expect(plan(desired("bbbbbbb2"), other).held.isEmpty, "a store that healthy never reads")
        let coming = ReleaseFormats(wanted: .absent, healthy: formats([1], 1))
        #expect(plan(desired("bbbbbbb2"), coming).held.isEmpty, "it is judged when it is here")
    }

    @Test func aBuildThatWritesWhatHealthyCannotReadIsHeldWithAllThatBelongsToIt() {
        let both = ReleaseFormats(wanted: formats([1, 2], 2), healthy: formats([1], 1))
        let plan = plan(desired("bbbbbbb2"), both)
        #expect(plan.steps.isEmpty)
        #expect(plan.held.map(\.gate) == ["formats"])
        #expect(
            plan.held.first?.reason
                == "it would write book in format 2, which the healthy build cannot read "
                + "(it reads 1); release: {no_way_back: true} allows it")
        #expect(!self.plan(desired("bbbbbbb2", noWayBack: true), both).steps.isEmpty)
    }

    @Test func aBuildThatCannotReadWhatHealthyWritesIsHeldWhateverDesiredSays() {
        let both = ReleaseFormats(wanted: formats([1], 1), healthy: formats([1, 2], 2))
        let plan = plan(desired("bbbbbbb2", noWayBack: true), both)
        #expect(plan.steps.isEmpty)
        #expect(plan.held.first?.reason.hasPrefix("it cannot read book in format 2") == true)
    }

    @Test func notKnowingTheFormatsLetsNothingThrough() {
        let unknown = Reading<Formats>.unreadable(reason: "none")
        for both in [
            ReleaseFormats(wanted: unknown, healthy: formats([1], 1)),
            ReleaseFormats(wanted: formats([1], 1), healthy: unknown),
        ] {
            #expect(plan(desired("bbbbbbb2"), both).held.map(\.gate) == ["formats"])
            #expect(plan(desired("bbbbbbb2", noWayBack: true), both).held.isEmpty)
        }
    }

    // MARK: A link that was switched, and a unit that was not restarted

    private func switched(_ restart: DesiredService.Restart) -> Plan {
        let wish = desired("bbbbbbb2", restart: restart)
        var turns = ModelTurns()
        turns.converge(to: desired("aaaaaaa1", restart: restart))
        if let key = wish.release { turns.host.apply(.installRelease(key)) }
        turns.host.apply(.switchLink(link, to: "releases/bbbbbbb2"))
        return Reconcile.plan(desired: wish, observed: turns.observe(wish), live: turns.live)
    }

    @Test func aUnitThatStillRunsTheReleaseBeforeIsRestarted() {
        let plan = switched(.immediate)
        #expect(plan.changes.map(\.details) == [["restart"]])
        #expect(plan.steps == [.unit(.restart, name)])
    }

    @Test func itWaitsForItsOwnGate() {
        let plan = switched(.drained)
        #expect(plan.steps.isEmpty)
        #expect(plan.held.map(\.gate) == ["drained"])
    }

    @Test func aTurnThatWasKilledBetweenLinkAndRestartIsFinished() {
        let wish = desired("bbbbbbb2")
        var turns = ModelTurns()
        turns.converge(to: desired("aaaaaaa1"))
        let steps = Reconcile.plan(
            desired: wish, observed: turns.observe(wish), live: turns.live
        ).steps
        #expect(steps.map(\.description).last == "restart v6-x.service")
        turns.beKilled(onTheWayTo: wish, after: steps.count - 1)
        let next = turns.converge(to: wish)
        #expect(next.steps == [.unit(.restart, name)])
    }

    // MARK: Old releases

    @Test func theNewestThreeStayAndAllThatIsUsed() {
        let all = (1...6).map { InstalledRelease(key: "\($0)", installedUs: Int64($0)) }
        #expect(releasesToLetGo(all, used: []) == ["1", "2", "3"])
        #expect(releasesToLetGo(all, used: ["1", "6", "gone"]) == ["2", "3"])
        #expect(releasesToLetGo(Array(all.prefix(3)), used: []).isEmpty)
    }

    @Test func ofReleasesOfTheSameTimeTheChoiceIsAlwaysTheSame() {
        let all = ["d", "a", "c", "b"].map { InstalledRelease(key: $0, installedUs: 7) }
        #expect(releasesToLetGo(all, used: []) == releasesToLetGo(all.reversed(), used: []))
        #expect(releasesToLetGo(all, used: []) == ["a"])
    }
}
