import Digest
import Facts
import Reconcile
import Testing

/// What holds for every pair of desired states, tried on seeded ones.
@Suite struct PlannerProperties {
    static let seeds = 0..<300

    @Test func stepsReachTheDesiredStateAndASecondPlanIsEmpty() {
        for seed in Self.seeds {
            var dice = Dice(seed: seed)
            var turns = ModelTurns()
            turns.converge(to: Scene.random(&dice))
            damage(&turns.host, &dice)
            let desired = Scene.random(&dice)
            turns.converge(to: desired)
            #expect(differences(turns.host, desired) == [], "seed \(seed)")
            let second = plan(
                desired: desired, observed: turns.host.observe(desired, turns.live.inventory),
                live: turns.live)
            #expect(second.isEmpty, "seed \(seed): \(second.steps)")
        }
    }

    @Test func turnKilledAfterAnyStepIsFinishedByTheNext() {
        for seed in Self.seeds {
            var dice = Dice(seed: seed)
            var turns = ModelTurns()
            turns.converge(to: Scene.random(&dice))
            let desired = Scene.random(&dice)
            turns.beKilled(onTheWayTo: desired, after: dice.roll(25))
            turns.converge(to: desired)
            #expect(differences(turns.host, desired) == [], "seed \(seed)")
        }
    }

    @Test func goingBackGivesTheHostAsItWas() {
        for seed in Self.seeds {
            var dice = Dice(seed: seed)
            var turns = foreignHost(&dice)
            let good = Scene.random(&dice)
            turns.converge(to: good)
            let before = turns.host
            turns.beKilled(onTheWayTo: Scene.random(&dice), after: dice.roll(25))
            turns.converge(to: good)
            #expect(changes(before, turns.host) == [], "seed \(seed)")
        }
    }

    @Test func revertOfAHealthyCommitGivesTheHostAsItWas() {
        for seed in Self.seeds {
            var dice = Dice(seed: seed)
            var turns = foreignHost(&dice)
            let before = turns.host
            let first = Scene.random(&dice)
            turns.converge(to: first)
            let after = turns.host
            turns.converge(to: Scene.random(&dice))
            turns.converge(to: first)
            #expect(changes(after, turns.host) == [], "seed \(seed)")
            turns.converge(to: Desired(environment: "paper"))
            #expect(changes(before, turns.host) == [], "seed \(seed): to what others had made")
        }
    }

    /// A host on which others made things before the first turn.
    private func foreignHost(_ dice: inout Dice) -> ModelTurns {
        var turns = ModelTurns()
        if dice.roll(2) == 0 { turns.converge(to: Scene.random(&dice)) }
        turns.live = Live()
        return turns
    }

    /// Where two hosts differ, to somebody who looks at them; empty when nowhere.
    private func changes(_ before: ModelHost, _ after: ModelHost) -> [String] {
        let places = Set(before.things.keys).union(after.things.keys)
        var found = places.filter { before.things[$0]?.plain != after.things[$0]?.plain }
            .map(\.text)
        for name in Set(before.units.keys).union(after.units.keys) {
            let (was, now) = (before.status(name), after.status(name))
            if was.active != now.active { found.append("\(name) \(was.active) \(now.active)") }
            if was.enablement != now.enablement { found.append("\(name) enablement") }
        }
        return found.sorted()
    }

    @Test func onlyWhatTheCommitChangesIsRestarted() {
        for seed in Self.seeds {
            var dice = Dice(seed: seed)
            var turns = ModelTurns()
            let desired = Scene.random(&dice)
            turns.converge(to: desired)
            var changed = desired
            changed.files[hostPath("/srv/more")] = DesiredFile(
                source: Scene.source("desired/files/more", "more"), ownership: Scene.root)
            let plan = turns.converge(to: changed)
            #expect(plan.steps.count == 1, "seed \(seed): \(plan.steps)")
        }
    }

    /// Somebody's hand on the host.
    private func damage(_ host: inout ModelHost, _ dice: inout Dice) {
        for path in host.things.keys.sorted() where dice.roll(4) == 0 {
            switch (dice.roll(3), host.things[path]?.kind) {
            case (0, .file): host.things[path]?.content = .of("damaged")
            case (1, .file), (1, .directory):
                host.things[path]?.ownership = Ownership(
                    owner: "nobody", group: "root", mode: FileMode(bits: 0o777))
            case (_, .directory): break
            case (_, _): host.things[path] = nil
            }
        }
        for name in host.units.keys.sorted() where dice.roll(4) == 0 {
            host.units[name]?.isActive = false
            host.units[name]?.hasFailed = dice.roll(2) == 0
            host.units[name]?.isEnabled = dice.roll(2) == 0
        }
    }

    /// Written apart from the planner: where the host is not as desired.
    private func differences(_ host: ModelHost, _ desired: Desired) -> [String] {
        var found: [String] = []
        for (path, ownership) in desired.directories
        where host.things[path]?.kind != .directory || host.things[path]?.ownership != ownership {
            found.append("\(path)")
        }
        for (path, file) in desired.files {
            let thing = host.things[path]
            if thing?.content != file.source.digest || thing?.ownership != file.ownership {
                found.append("\(path)")
            }
        }
        for (name, service) in desired.services {
            let unit = host.units[name] ?? ModelHost.Running()
            guard let source = service.unit else { continue }
            if host.fileDigest(of: name) != source.digest { found.append("\(name) file") }
            if unit.file != source.digest { found.append("\(name) not loaded") }
            if let enabled = service.enabled, unit.isEnabled != enabled {
                found.append("\(name) enablement")
            }
            if let state = service.state, unit.isActive != (state == .running) {
                found.append("\(name) state")
            }
            if service.state == .running,
                unit.started != host.loadable(name, file: source.digest)
            {
                found.append("\(name) runs what it should not")
            }
        }
        let wanted = Set(desired.resources.keys)
        for path in host.things.keys where path.isWithin(hostPath("/srv")) {
            let isWanted = wanted.contains(.file(path)) || wanted.contains(.directory(path))
            if !isWanted { found.append("\(path) is left over") }
        }
        for (name, unit) in host.units where desired.services[name] == nil {
            if unit.isActive || unit.hasFailed || host.fileDigest(of: name) != nil {
                found.append("\(name) is left over")
            }
        }
        return found
    }
}

extension ModelHost.Thing {
    /// Without the time of its last change.
    var plain: ModelHost.Thing {
        var plain = self
        plain.changedUs = 0
        return plain
    }
}
