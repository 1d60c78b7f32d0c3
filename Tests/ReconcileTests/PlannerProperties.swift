import Digest
import Facts
import Glibc
import Reconcile
import TestKit
import Testing
import UnitFile

/// What holds for every pair of desired states, tried on seeded ones.
@Suite struct PlannerProperties {
    /// `V6_SEEDS=20000` tries more of them, on demand; those that once failed are always tried.
    static let seeds =
        Array(0..<(getenv("V6_SEEDS").flatMap { Int(String(cString: $0)) } ?? 400)) + [
            708, 1_426, 1_660, 2_219, 2_976, 2_990, 3_019,
        ]

    @Test func stepsReachTheDesiredStateAndASecondPlanIsEmpty() {
        for seed in Self.seeds {
            var dice = Dice(seed: UInt64(seed))
            var turns = Self.turns()
            turns.converge(to: Scene.random(&dice))
            damage(&turns.host, &dice)
            let desired = Scene.random(&dice)
            turns.converge(to: desired)
            let foreign = Set(turns.host.things.filter { Self.isForeign($0.value) }.keys)
            #expect(differences(turns.host, desired, foreign) == [], "seed \(seed)")
            let second = plan(
                desired: desired, observed: turns.observe(desired),
                live: turns.live)
            #expect(second.isEmpty, "seed \(seed): \(second.steps)")
            #expect(turns.host.wrongs == [], "seed \(seed)")
        }
    }

    @Test func turnKilledAfterAnyStepIsFinishedByTheNext() {
        for seed in Self.seeds {
            var dice = Dice(seed: UInt64(seed))
            var turns = Self.turns()
            turns.converge(to: Scene.random(&dice))
            let desired = Scene.random(&dice)
            turns.beKilled(onTheWayTo: desired, after: dice.below(25))
            turns.converge(to: desired)
            #expect(differences(turns.host, desired) == [], "seed \(seed)")
        }
    }

    @Test func goingBackGivesTheHostAsItWas() {
        for seed in Self.seeds {
            var dice = Dice(seed: UInt64(seed))
            var turns = foreignHost(&dice)
            let good = Scene.random(&dice)
            turns.converge(to: good)
            let before = turns.host
            turns.beKilled(onTheWayTo: Scene.random(&dice), after: dice.below(25))
            turns.converge(to: good)
            #expect(changes(before, turns.host) == [], "seed \(seed)")
        }
    }

    @Test func revertOfAHealthyCommitGivesTheHostAsItWas() {
        for seed in Self.seeds {
            var dice = Dice(seed: UInt64(seed))
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
        var turns = Self.turns()
        if dice.below(2) == 0 { turns.converge(to: Scene.random(&dice)) }
        turns.live = Live()
        return turns
    }

    /// Where two hosts differ, to somebody who looks at them; empty when nowhere.
    private func changes(_ before: ModelHost, _ after: ModelHost) -> [String] {
        let places = Set(before.things.keys).union(after.things.keys)
        var found = places.filter { before.things[$0]?.plain != after.things[$0]?.plain }
            .map(\.text)
        if before.accounts != after.accounts {
            found.append("accounts: \(before.accounts) -> \(after.accounts)")
        }
        for name in Set(before.units.keys).union(after.units.keys) {
            let (was, now) = (before.status(name), after.status(name))
            if was.active != now.active { found.append("\(name) \(was.active) \(now.active)") }
            if was.enablement != now.enablement { found.append("\(name) enablement") }
        }
        return found.sorted()
    }

    @Test func onlyWhatTheCommitChangesIsRestarted() {
        for seed in Self.seeds {
            var dice = Dice(seed: UInt64(seed))
            var turns = Self.turns()
            let desired = Scene.random(&dice)
            turns.converge(to: desired)
            var changed = desired
            changed.files[hostPath("/srv/more")] = DesiredFile(
                source: Scene.source("desired/files/more", "more"), ownership: Scene.root)
            let plan = turns.converge(to: changed)
            #expect(plan.steps.count == 1, "seed \(seed): \(plan.steps)")
        }
    }

    /// A bare host with the unit of a package.
    private static func turns() -> ModelTurns {
        var turns = ModelTurns()
        turns.host.units[Scene.vendors] = ModelUnit(isVendors: true)
        return turns
    }

    /// Somebody's hand on the host.
    ///
    /// - Returns: what nobody would want to lose.
    @discardableResult
    private func damage(_ host: inout ModelHost, _ dice: inout Dice) -> Set<ContentDigest> {
        var precious: Set<ContentDigest> = []
        for path in host.things.keys.sorted() where dice.below(4) == 0 {
            if path.isWithin(hostPath("/srv")), dice.below(3) == 0 {
                if replace(path, &host, &dice) { precious.insert(Self.precious(path)) }
                continue
            }
            switch (dice.below(3), host.things[path]?.kind) {
            case (0, .file):
                host.nowUs += 1
                host.things[path]?.content = .of("damaged")
                host.things[path]?.changedUs = host.nowUs
            case (1, .file), (1, .directory):
                host.things[path]?.ownership = Ownership(
                    owner: "nobody", group: "root", mode: FileMode(bits: 0o777))
            case (_, .directory): break
            case (_, _): host.things[path] = nil
            }
        }
        for name in host.units.keys.sorted() where dice.below(4) == 0 {
            host.units[name]?.isActive = false
            host.units[name]?.hasFailed = dice.below(2) == 0
            host.units[name]?.links = [[], ["b.target.wants"], ["c.target.wants"]][dice.below(3)]
        }
        for name in host.units.keys.sorted() { damage(name, &host, &dice) }
        if dice.below(2) == 0 { host.apply(.loadUnitFiles) }
        for name in host.units.keys.sorted() where dice.below(4) == 0 {
            host.apply(.unit(.restart, name))
        }
        host.accounts.damage(&dice)
        // What lay in a folder that somebody replaced later is gone by that hand.
        return precious.intersection(host.things.values.compactMap(\.content))
    }

    /// Whether somebody else made it, by `replace`.
    private static func isForeign(_ thing: ModelHost.Thing) -> Bool {
        thing.kind == .other || thing.target == "/elsewhere"
            || (0..<4).contains { index in
                ["d", "k"].contains { letter in
                    let path = "/srv/\(letter)\(index)"
                    return [
                        path, "\(path)/f", "\(path)/f0", "\(path)/f1", "\(path)/l", "\(path)/d",
                        "\(path)/d/f",
                    ].contains { thing.content == precious(hostPath($0)) }
                }
            }
    }

    private static func precious(_ path: HostPath) -> ContentDigest { .of("precious \(path)") }

    /// Something else stands where a thing was, with what somebody would not lose.
    ///
    /// - Returns: whether there is.
    private func replace(
        _ path: HostPath, _ host: inout ModelHost, _ dice: inout Dice
    ) -> Bool {
        guard let thing = host.things[path] else { return false }
        for place in host.things.keys where place.isWithin(path) { host.things[place] = nil }
        let precious = Self.precious(path)
        switch dice.below(5) {
        case 0:
            host.things[path] = ModelHost.Thing(kind: .directory, ownership: Scene.folder)
            host.things[hostPath("\(path)/kept")] = ModelHost.Thing(
                kind: .file, ownership: Scene.root, content: precious)
        case 1:
            host.things[path] = ModelHost.Thing(
                kind: .other, ownership: Scene.root, content: precious)
        case 2 where thing.kind != .file:
            host.things[path] = ModelHost.Thing(
                kind: .file, ownership: Scene.root, content: precious)
        case 3:
            host.things[path] = ModelHost.link(to: "/elsewhere")
            return false
        default:
            host.things[path] = thing
            if thing.kind == .file { host.things[path]?.names = 2 }
            return false
        }
        return true
    }

    @Test func nothingThatSomebodyPutInTheWayIsLost() {
        for seed in Self.seeds {
            var dice = Dice(seed: UInt64(seed))
            var turns = ModelTurns()
            turns.converge(to: Scene.random(&dice))
            let precious = damage(&turns.host, &dice)
            let desired = Scene.random(&dice)
            turns.beKilled(onTheWayTo: desired, after: dice.below(25))
            turns.converge(to: dice.below(2) == 0 ? desired : Scene.random(&dice))
            let left = Set(turns.host.things.values.compactMap(\.content))
            #expect(precious.subtracting(left).isEmpty, "seed \(seed)")
            #expect(turns.host.wrongs == [], "seed \(seed)")
        }
    }

    /// Written apart from the planner: where the host is not as desired.
    ///
    /// `foreign`: what others put where nobody wants anything.
    private func differences(
        _ host: ModelHost, _ desired: Desired, _ foreign: Set<HostPath> = []
    ) -> [String] {
        var found: [String] = []
        for (path, ownership) in desired.directories
        where host.things[path]?.kind != .directory || host.things[path]?.ownership != ownership {
            found.append("\(path)")
        }
        for (path, file) in desired.files {
            let thing = host.things[path]
            if thing?.content != file.source.digest || thing?.ownership != file.ownership
                || thing?.names != 1
            {
                found.append("\(path)")
            }
        }
        for (path, target) in desired.links where host.things[path]?.target != target {
            found.append("\(path)")
        }
        found += host.accounts.differences(desired)
        for (name, service) in desired.services {
            found += differences(host, desired, name, service).map { "\(name) \($0)" }
        }
        let wanted = Set(desired.resources.keys)
        for path in host.things.keys where path.isWithin(hostPath("/srv")) {
            let isWanted =
                wanted.contains(.file(path)) || wanted.contains(.directory(path))
                || wanted.contains(.link(path)) || path.text.contains(".v6-displaced")
                || foreign.contains(path)
                || foreign.contains { $0.isWithin(path) }
            if !isWanted { found.append("\(path) is left over") }
        }
        for (name, unit) in host.units
        where desired.services[name] == nil && name != Scene.vendors {
            if host.dropIns(of: name).contains(where: { $0.name != "99-stray.conf" }) {
                found.append("\(name) has drop-ins left over")
            }
            if unit.isActive || unit.hasFailed || host.fileDigest(of: name) != nil {
                found.append("\(name) is left over")
            }
        }
        return found
    }

    /// The same for one unit.
    private func differences(
        _ host: ModelHost, _ desired: Desired, _ name: UnitName, _ service: DesiredService
    ) -> [String] {
        var found: [String] = []
        let unit = host.units[name] ?? ModelUnit()
        if unit.read != host.onDisk(name) { found.append("not loaded") }
        if unit.read.isMasked != service.isMasked { found.append("mask") }
        if service.isMasked { return found + (unit.isActive ? ["is up"] : []) }
        let sources = [service.unit] + service.dropIns.sorted { $0.key < $1.key }.map(\.value)
        if service.unit != nil, unit.read.contents != sources.compactMap({ $0?.digest }) {
            found.append("files")
        }
        let configuration = host.things[hostPath(Layout.configurationFile(of: name))]
        if configuration?.content != service.configuration?.digest
            || configuration?.ownership != service.configuration?.file
        {
            found.append("configuration")
        }
        if let enabled = service.enabled {
            let folders = service.unit == nil ? nil : service.effectiveText.enablingFolders
            let wanted = enabled ? folders ?? unit.links : []
            if unit.isEnabled != enabled || unit.links != wanted { found.append("enablement") }
        }
        if let state = service.state, unit.isActive != (state == .running) {
            found.append("state")
        }
        if service.state == .running, service.unit != nil {
            let wanted = desired.loadable(of: service)
            if unit.started != wanted.digest { found.append("runs what it should not") }
            if unit.reloaded != wanted.reloadDigest { found.append("has not reloaded") }
        }
        return found
    }

    /// Somebody's hand on one unit.
    private func damage(_ name: UnitName, _ host: inout ModelHost, _ dice: inout Dice) {
        switch dice.below(8) {
        case 0: host.apply(.switchLink(hostPath(Layout.unitFile(of: name)), to: Layout.mask))
        case 1:
            let text = "[Service]\nUser=stray\n"
            host.texts[.of(text)] = Scene.text(text)
            host.apply(
                .writeFile(
                    hostPath("\(Layout.dropInFolder(of: name))/99-stray.conf"),
                    Scene.source("by hand", text), Scene.root))
        default: break
        }
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
