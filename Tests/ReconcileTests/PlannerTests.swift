import Digest
import Facts
import JSON
import Reconcile
import TestKit
import Testing

@Suite struct PlannerTests {
    private let context = PlanContext(desired: "4f2c1aa", live: "91be03d", healthy: "91be03d")

    private func plans(
        _ desired: Desired, _ turns: ModelTurns, deletionsMax: Int? = nil
    ) -> Plan {
        plan(
            desired: desired,
            observed: turns.host.observe(
                desired, turns.live.inventory.union(desired.resources.keys),
                made: turns.live.made),
            live: turns.live, deletionsMax: deletionsMax)
    }

    @Test func everyKindOfChangeIsShownAsAnOperatorReadsIt() throws {
        var turns = ModelTurns()
        let before = Scene.small()
        turns.converge(to: before)
        turns.host.things[hostPath("/etc/v6/feed.yaml")]?.ownership = Ownership(
            owner: "nobody", group: "v6", mode: FileMode(bits: 0o666))
        turns.host.things[hostPath("/etc/v6/README")] = nil
        turns.host.units[unitName("v6-check.timer")]?.isActive = false
        var desired = before
        desired.release = ReleaseKey("bbbbbbb2")
        desired.files[hostPath("/etc/v6/new")] = DesiredFile(
            source: Scene.source("desired/files/new", "new"), ownership: Scene.root)
        desired.services[unitName("v6-new.service")] = Scene.service("v6-new.service")
        let plan = plans(desired, turns)
        #expect(differenceFromKept(plan.text(context), "plan.txt") == nil)
        let observed = turns.host.observe(
            desired, turns.live.inventory.union(desired.resources.keys))
        let sides = PlanSides(desired: desired, observed: observed)
        let binding = PlanBinding(
            commit: "4f2c1aa4f2c1aa4f2c1aa4f2c1aa4f2c1aa4f2c1",
            host: try #require(HostPicture(["/etc/v6": .string("\(ContentDigest.of("h"))")])),
            plan: plan.digest(desired.contentDigest), machine: .of("m"),
            expiresAt: WallTime(seconds: 1_800_003_600))
        let json = plan.json(context, sides, binding, at: WallTime(seconds: 1_800_000_000))
        #expect(differenceFromKept(json.text(pretty: true), "plan.json") == nil)
    }

    @Test func stepsAreGroupedByUnitInTheOrderOfDependence() {
        var desired = Scene.small()
        desired.services[unitName("a-late.service")] = Scene.service(
            "a-late.service", after: "v6-trading.service network.target")
        let steps = plans(desired, ModelTurns()).steps.map(\.description).joined(separator: "\n")
        #expect(differenceFromKept(steps + "\n", "steps.txt") == nil)
    }

    @Test func nothingToDoSaysSo() {
        var turns = ModelTurns()
        turns.converge(to: Scene.small())
        let plan = plans(Scene.small(), turns)
        #expect(plan.text(context) == "No changes. Host matches 4f2c1aa.\n")
    }

    @Test func whatNoCommitWantsAnyMoreIsRemovedUnitsFirstFoldersLast() {
        var turns = ModelTurns()
        turns.converge(to: Scene.small())
        let nothing = Desired(environment: "paper")
        let plan = plans(nothing, turns)
        #expect(differenceFromKept(plan.text(context), "removals.txt") == nil)
        turns.converge(to: nothing)
        #expect(turns.host.things.isEmpty)
        #expect(turns.host.units.values.allSatisfy { !$0.isActive && !$0.isEnabled })
    }

    @Test func moreRemovalsThanAllowedAreHeldAndTheRestIsDone() {
        var turns = ModelTurns()
        turns.converge(to: Scene.small())
        var desired = Desired(environment: "paper")
        desired.files[hostPath("/etc/v6/new")] = DesiredFile(
            source: Scene.source("desired/files/new", "new"), ownership: Scene.root)
        let held = plans(desired, turns, deletionsMax: 3)
        #expect(held.changes.map { "\($0.address)" } == ["file/etc/v6/new"])
        #expect(held.held.count == 4, "the folder of the new file is needed")
        #expect(
            held.text(context).hasSuffix(
                "Gates: deletions closed (4 removals, deletions_max is 3).\n"))
        #expect(plans(desired, turns, deletionsMax: 4).held.isEmpty)
    }

    @Test func whatWasNotReadIsAnObstacleAndNeverTakenForAbsent() {
        var observed = ModelHost().observe(Scene.small(), [])
        observed.files[hostPath("/etc/v6/README")] = .unreadable(reason: "Input/output error")
        let plan = plan(desired: Scene.small(), observed: observed, live: Live())
        #expect(
            plan.obstacles == [Obstacle("file/etc/v6/README", "Input/output error")])
        observed.units = .unreadable(reason: "no answer within 10.0 seconds")
        let blind = Reconcile.plan(desired: Scene.small(), observed: observed, live: Live())
        #expect(blind.obstacles.first == Obstacle("services", "no answer within 10.0 seconds"))
        #expect(!blind.steps.contains { if case .unit = $0 { true } else { false } })
    }

    @Test func missingAccountIsAnObstacle() {
        var observed = ModelHost().observe(Scene.small(), [])
        observed.missingAccounts = ["group v6"]
        let plan = plan(desired: Scene.small(), observed: observed, live: Live())
        #expect(plan.obstacles.map(\.subject) == ["group v6"])
    }

    @Test func folderWhereAFileShouldBeIsPutBeside() {
        var turns = ModelTurns()
        turns.converge(to: Scene.small())
        let path = hostPath("/etc/v6/README")
        turns.host.things[path] = ModelHost.Thing(kind: .directory, ownership: Scene.folder)
        let spare = path.spare(1)
        let plan = plans(Scene.small(), turns)
        #expect(
            plan.changes.map(\.details) == [
                ["directory -> file", "what is there is kept as .README.v6-displaced"]
            ])
        turns.converge(to: Scene.small())
        #expect(turns.host.things[path]?.kind == .file)
        #expect(turns.host.things[spare]?.kind == .directory)
    }

    @Test func linkWhereAFileShouldBeIsReplaced() {
        var turns = ModelTurns()
        turns.converge(to: Scene.small())
        turns.host.apply(.switchLink(hostPath("/etc/v6/README"), to: "/tmp/evil"))
        let plan = plans(Scene.small(), turns)
        #expect(plan.changes.map(\.details) == [["link -> file"]])
        turns.converge(to: Scene.small())
        #expect(turns.host.things[hostPath("/etc/v6/README")]?.kind == .file)
    }

    @Test func unitThatSomebodyRestartedBeforeItsFileChangedIsRestarted() {
        var turns = ModelTurns()
        turns.converge(to: Scene.small())
        let name = unitName("v6-trading.service")
        turns.host.apply(.unit(.restart, name))
        #expect(plans(Scene.small(), turns).isEmpty, "it loaded what is on disk")
        turns.host.units[name]?.startedUs = 0
        #expect(plans(Scene.small(), turns).steps == [.unit(.restart, name)])
    }

    @Test func restartThatWaitsForADrainHoldsTheWholeGroup() {
        var turns = ModelTurns()
        var desired = Scene.small()
        let name = unitName("v6-trading.service")
        desired.services[name] = Scene.service(
            "v6-trading.service", runsRelease: true, restart: .drained)
        turns.converge(to: desired)
        desired.release = ReleaseKey("bbbbbbb2")
        let plan = plans(desired, turns)
        #expect(plan.steps == [], "nothing of it is on disk where the unit would load it")
        #expect(plan.held.map(\.gate) == ["drained"])
        #expect(plan.gates(context).map(\.state) == [.unknown])
    }

    @Test func quarantinedContentIsShownAsAClosedGate() {
        var barred = context
        barred.quarantine = "v6-x.service failed"
        let text = plans(Scene.small(), ModelTurns()).text(barred)
        #expect(text.hasSuffix("Gates: quarantine closed (v6-x.service failed).\n"))
    }
}
