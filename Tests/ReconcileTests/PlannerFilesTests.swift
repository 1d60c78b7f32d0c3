import Digest
import Facts
import Reconcile
import TestKit
import Testing

/// Links, what stands in the way, what cannot be changed, and whose folders it is in.
@Suite struct PlannerFilesTests {
    private let place = hostPath("/srv/x/file")

    private func desired() -> Desired {
        Desired(
            environment: "paper", directories: [hostPath("/srv/x"): Scene.folder],
            files: [
                place: DesiredFile(
                    source: Scene.source("desired/files/x", "x"), ownership: Scene.root)
            ],
            links: [hostPath("/srv/x/link"): "file"])
    }

    private func plans(
        _ turns: ModelTurns, _ change: (inout Observed) -> Void = { _ in }
    ) -> Plan {
        var observed = turns.observe(desired())
        change(&observed)
        return plan(desired: desired(), observed: observed, live: turns.live)
    }

    @Test func folderOfSomebodyElseIsAnObstacleOnlyWhereSomethingIsToBeDone() {
        var turns = ModelTurns()
        turns.converge(to: desired())
        let foreign = [hostPath("/srv"): "v6-foe"]
        #expect(plans(turns) { $0.foreignFolders = foreign }.isEmpty)
        turns.host.things[place] = nil
        let plan = plans(turns) { $0.foreignFolders = foreign }
        #expect(
            plan.obstacles == [
                Obstacle(
                    "file/srv/x/file",
                    "folder /srv belongs to v6-foe, and root changes nothing in it")
            ])
    }

    @Test func folderThatTheSamePlanGivesBackToRootIsNoObstacle() {
        var turns = ModelTurns()
        turns.converge(to: desired())
        turns.host.things[place] = nil
        turns.host.things[hostPath("/srv/x")]?.ownership = Ownership(
            owner: "v6-foe", group: "root", mode: FileMode(bits: 0o755))
        let plan = plans(turns) { $0.foreignFolders = [hostPath("/srv/x"): "v6-foe"] }
        #expect(plan.obstacles == [])
        #expect(plan.changes.map { "\($0.address)" } == ["directory/srv/x", "file/srv/x/file"])
    }

    @Test func frozenThingIsHeldWithWhatLiesBelowAndTheRestGoesOn() {
        var turns = ModelTurns()
        turns.converge(to: desired())
        turns.host.things[place]?.frozen = .immutable
        #expect(plans(turns).isEmpty, "as it is wanted, nothing is to be said")
        turns.host.things[place]?.content = .of("else")
        turns.host.things[hostPath("/srv/x/link")] = nil
        let plan = plans(turns)
        #expect(plan.changes.map { "\($0.address)" } == ["link/srv/x/link"])
        #expect(
            plan.held == [
                Held(
                    .file(place), gate: "immutable",
                    reason: "\(place) is immutable; chattr -i \(place) frees it")
            ])
        turns.host.things[hostPath("/srv/x")]?.frozen = .appendOnly
        #expect(plans(turns).changes == [], "no name in such a folder can be changed")
    }

    @Test func releaseIsLaidOutByTheFirstUnitThatIsNotHeld() {
        let names = ["v6-a.service", "v6-b.service", "v6-c.service"].map(unitName)
        func wish(_ key: String) -> Desired {
            let services = names.map { ($0, Scene.service($0.text, runsRelease: true)) }
            return Desired(
                environment: "paper", services: Dictionary(uniqueKeysWithValues: services),
                release: ReleaseKey(key))
        }
        var turns = ModelTurns()
        turns.converge(to: wish("aaaaaaa1"))
        turns.host.things[hostPath("/opt/v6/v6-a")]?.frozen = .immutable
        let plan = turns.converge(to: wish("bbbbbbb2"))
        #expect(plan.held.map(\.address) == [.unit(names[0])])
        #expect(
            plan.steps.map(\.description) == [
                "install release bbbbbbb2", "switch /opt/v6/v6-b to releases/bbbbbbb2",
                "restart v6-b.service", "switch /opt/v6/v6-c to releases/bbbbbbb2",
                "restart v6-c.service",
            ])
        turns.host.releases = []
        let again = turns.converge(to: wish("bbbbbbb2"))
        #expect(again.steps == [.installRelease(ReleaseKey("bbbbbbb2")!)], "it was taken away")
    }

    @Test func largeOrSharedFileThatIsTakenOverIsKeptItself() {
        for shared in [true, false] {
            var turns = ModelTurns()
            turns.host.things[hostPath("/srv/x")] = ModelHost.Thing(
                kind: .directory, ownership: Scene.folder)
            turns.host.things[place] = ModelHost.Thing(
                kind: .file, ownership: Scene.root, content: .of("theirs"))
            if shared { turns.host.things[place]?.names = 2 }
            let plan = plans(turns) { observed in
                guard !shared, case .present(var status)? = observed.files[place] else { return }
                status.size = 257 << 20
                observed.files[place] = .present(status)
                observed.spares[place] = place.spare(1)
            }
            let kept = Step.keepBeside(place, as: place.spare(1))
            #expect(plan.steps.contains(kept), "shared: \(shared)")
            #expect(plan.spares == [place: place.spare(1)])
        }
    }

    @Test func sharedFileComesBackAsItWasWithItsOtherNames() {
        var turns = ModelTurns()
        turns.host.things[hostPath("/srv/x")] = ModelHost.Thing(
            kind: .directory, ownership: Scene.folder)
        turns.host.things[place] = ModelHost.Thing(
            kind: .file, ownership: Scene.root, content: .of("theirs"), names: 2)
        let before = turns.host.things
        turns.converge(to: desired())
        #expect(turns.host.things[place]?.names == 1)
        turns.converge(to: Desired(environment: "paper"))
        #expect(turns.host.things == before)
        #expect(turns.host.wrongs == [])
    }

    @Test func frozenThingsOfSeededHostsAreNeverTouchedAndConvergeWhenTheyAreFreed() {
        for seed in 0..<150 {
            var dice = Dice(seed: UInt64(seed))
            var turns = ModelTurns()
            turns.host.units[Scene.vendors] = ModelUnit(isVendors: true)
            turns.converge(to: Scene.random(&dice))
            for path in turns.host.things.keys.sorted() where dice.below(6) == 0 {
                turns.host.things[path]?.frozen = dice.below(2) == 0 ? .immutable : .appendOnly
            }
            let desired = Scene.random(&dice)
            turns.converge(to: desired)
            #expect(turns.host.wrongs == [], "seed \(seed)")
            for path in turns.host.things.keys { turns.host.things[path]?.frozen = nil }
            turns.converge(to: desired)
            let third = plan(
                desired: desired, observed: turns.observe(desired), live: turns.live)
            #expect(third.isEmpty, "seed \(seed): \(third.steps)")
            #expect(turns.host.wrongs == [], "seed \(seed)")
        }
    }
}
