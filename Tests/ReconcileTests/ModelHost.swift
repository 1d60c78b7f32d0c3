import Digest
import Facts
import Reconcile
import UnitFile

/// A host of nothing but values: it does what steps say, and shows what a look would find.
struct ModelHost {
    struct Thing: Hashable {
        var kind: FileKind
        var ownership: Ownership
        var content: ContentDigest?
        var target: String?
        var changedUs: Int64 = 0
        /// How many names the same bytes have.
        var names = 1
        var frozen: Frozen?
    }

    var things: [HostPath: Thing] = [:]
    var units: [UnitName: ModelUnit] = [:]
    /// What the bytes of unit files and drop-ins say.
    var texts: [ContentDigest: UnitText] = [:]
    var accounts = Accounts()
    var releases: Set<String> = []
    var nowUs: Int64 = 1_000_000
    /// What a step did that no real host would let it do, or that harms others.
    var wrongs: [String] = []
    var runs = 0

    mutating func apply(_ step: Step) {
        nowUs += 1
        check(step)
        switch step {
        case .installRelease(let key): releases.insert(key.text)
        case .makeDirectory(let path, let ownership):
            things[path] = Thing(kind: .directory, ownership: ownership)
        case .setOwnership(let path, let ownership): things[path]?.ownership = ownership
        case .writeFile(let path, let source, let ownership):
            things[path] = Thing(
                kind: .file, ownership: ownership, content: source.digest, changedUs: nowUs)
        case .remove(let path): things[path] = nil
        case .putBack(let path, let original):
            if let spare = original.displaced { return move(spare, to: path) }
            things[path] = Thing(
                kind: original.kind, ownership: original.ownership,
                content: original.kept.flatMap { ContentDigest(hex: $0) },
                target: original.linkTarget, changedUs: nowUs)
        case .removeDirectory(let path):
            if isEmpty(path) { things[path] = nil }
        case .switchLink(let path, let target): things[path] = Self.link(to: target, nowUs)
        case .displace(let path, let spare):
            if things[path] != nil { move(path, to: spare) }
        case .keepBeside(let path, let spare): things[spare] = things[path]
        case .account(let change): accounts.apply(change)
        case .writeConfiguration(let path, let wanted):
            things[path] = Thing(
                kind: .file, ownership: wanted.file, content: wanted.digest, changedUs: nowUs)
        case .setAside(let path): things[path] = nil
        case .loadUnitFiles: loadUnitFiles()
        case .unit(let action, let name): act(action, name)
        }
    }

    static func link(to target: String, _ nowUs: Int64 = 0) -> Thing {
        Thing(
            kind: .link,
            ownership: Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o777)),
            target: target, changedUs: nowUs)
    }

    private func names(in folder: HostPath) -> Set<String> {
        Set(things.keys.filter { $0.parent == folder }.map { String($0.name) })
    }

    private func isEmpty(_ folder: HostPath) -> Bool {
        !things.keys.contains { $0 != folder && $0.isWithin(folder) }
    }

    /// Renames a thing with all that is below it.
    private mutating func move(_ path: HostPath, to other: HostPath) {
        for (place, thing) in things where place.isWithin(path) {
            things[place] = nil
            if let moved = place.moved(from: path, to: other) { things[moved] = thing }
        }
    }

    /// Notes what a kernel would refuse, and what would change or lose what others have.
    private mutating func check(_ step: Step) {
        guard let place = step.place else { return }
        let thing = things[place]
        if thing?.frozen != nil { wrongs.append("\(step): it is frozen") }
        var above = place.parent
        while let folder = above {
            if let thing = things[folder], thing.kind != .directory {
                wrongs.append("\(step): \(folder) is a \(thing.kind)")
            }
            above = folder.parent
        }
        switch step {
        case .makeDirectory: if thing != nil { wrongs.append("\(step): it is there") }
        case .setOwnership:
            if thing == nil { wrongs.append("\(step): it is not there") }
            if thing?.names ?? 1 > 1 { wrongs.append("\(step): it has other names") }
        case .writeFile, .switchLink:
            if let thing, thing.kind != .file, thing.kind != .link {
                wrongs.append("\(step): there is a \(thing.kind)")
            }
        case .removeDirectory:
            if let thing, thing.kind != .directory { wrongs.append("\(step): it is no folder") }
        case .remove: if thing?.kind == .directory { wrongs.append("\(step): it is a folder") }
        case .displace(_, let spare), .keepBeside(_, let spare):
            if things[spare] != nil { wrongs.append("\(step): the name is taken") }
        case .putBack(_, let original):
            guard let spare = original.displaced else { return }
            if things[spare] == nil { wrongs.append("\(step): it is gone") }
            if thing?.kind == .directory, !(original.kind == .directory && isEmpty(place)) {
                wrongs.append("\(step): a folder is in the way")
            }
        default: break
        }
    }

    func fileDigest(of name: UnitName) -> ContentDigest? {
        things[hostPath(Layout.unitFile(of: name))]?.content
    }

    func observe(
        _ desired: Desired, _ inventory: Set<Address>, _ moved: [HostPath: HostPath] = [:],
        made: [UnitName: Set<HostPath>] = [:]
    ) -> Observed {
        var look = ModelLook(self, moved)
        var seen: [UnitName: UnitStatus] = [:]
        for path in desired.directories.keys { look.look(path, .directory) }
        for path in desired.links.keys { look.look(path, .link) }
        for (path, file) in desired.files { look.look(path, .file, file.source.digest) }
        for (name, service) in desired.services {
            look.look(hostPath(Layout.unitFile(of: name)), nil, service.unit?.digest)
            for (dropIn, source) in service.dropIns {
                look.look(HostPath(ofDropIn: dropIn, of: name), nil, source.digest)
            }
            look.look(HostPath(ofConfigurationOf: name), nil, service.configuration?.digest)
            for path in desired.places(of: name).union(dropIns(of: name)) { look.look(path, nil) }
            seen[name] = status(name)
        }
        for path in made.values.joined() { look.look(path, nil) }
        for address in inventory {
            switch address {
            case .directory(let path): look.look(path, .directory, isWanted: false)
            case .file(let path): look.look(path, .file, isWanted: false)
            case .link(let path): look.look(path, .link, isWanted: false)
            case .user, .group: break
            case .unit(let name): seen[name] = status(name)
            }
        }
        var observed = look.observed
        for path in desired.foldersToList(inventory, made) {
            observed.listings[path] = .present(names(in: look.present(path)))
        }
        observed.accounts = accounts.seen(desired, inventory)
        observed.unitFolder = .present(unitFolder(desired))
        observed.unitTexts = unitTexts(observed)
        observed.units = .present(seen)
        observed.releaseIsInstalled = desired.release.map { releases.contains($0.text) } ?? true
        return observed
    }
}

/// A path that a test writes down; a bad one is a mistake of the test.
func hostPath(_ text: String) -> HostPath {
    do {
        return try HostPath(text)
    } catch {
        preconditionFailure("\(error)")
    }
}

func unitName(_ text: String) -> UnitName {
    guard let name = UnitName(text) else { preconditionFailure("\(text) is no unit") }
    return name
}

/// Turns on a model host, as the real turn does them.
struct ModelTurns {
    var host = ModelHost()
    var live = Live()

    /// Plans, applies and records; returns the plan.
    @discardableResult
    mutating func converge(to desired: Desired, label: String = "c") -> Plan {
        let (plan, observed) = begin(desired)
        for step in plan.steps { host.apply(step) }
        record(desired, plan, observed, label)
        return plan
    }

    /// Applies only the first steps of the plan, as a killed turn does.
    mutating func beKilled(onTheWayTo desired: Desired, after count: Int) {
        let (plan, _) = begin(desired)
        for step in plan.steps.prefix(count) { host.apply(step) }
    }

    /// What a turn sees now.
    func observe(_ desired: Desired) -> Observed {
        host.observe(
            desired, live.inventory, live.originals.moved, made: live.made)
    }

    /// Plans, and remembers what a turn does before its first step.
    private mutating func begin(_ desired: Desired) -> (Plan, Observed) {
        host.learn(desired)
        let observed = observe(desired)
        let plan = plan(desired: desired, observed: observed, live: live)
        let taken = live.originals.takenOver(
            by: plan, desired, observed, inventory: live.inventory, made: live.made)
        let spares = plan.spares
        for (path, found) in taken {
            guard let thing = host.things[found.at] else { continue }
            live.originals.places[path] = Original(
                kind: thing.kind, ownership: thing.ownership,
                kept: spares[path] == nil ? thing.content?.description : nil,
                linkTarget: thing.target, displaced: spares[path])
        }
        live.originals.noteMoves(of: plan, observed)
        if let seen = observed.accounts {
            live.originals.accounts.note(plan, desired, seen, inventory: live.inventory)
        }
        live.originals.note(
            desired, observed.units.value ?? [:], inventory: live.inventory, plan: plan)
        live.inventory.formUnion(
            Set(desired.resources.keys).subtracting(plan.toCome(live.inventory)))
        let toCome = plan.toCome(live.inventory)
        live.made.merge(desired.unitPlaces.filter { !toCome.contains(.unit($0.key)) }) {
            $0.union($1)
        }
        live.made.merge(plan.displacedDropIns) { $0.union($1) }
        live.loaded.merge(plan.judged) { $1 }
        return (plan, observed)
    }

    private mutating func record(
        _ desired: Desired, _ plan: Plan, _ observed: Observed, _ label: String
    ) {
        let toCome = plan.toCome(live.inventory)
        let held = plan.held.map(\.address)
        live.label = label
        live.resources = desired.resources.filter { !held.contains($0.key) }
        live.inventory = Set(desired.resources.keys).union(plan.remembered).subtracting(toCome)
        var made = desired.unitPlaces
        for name in desired.services.keys where desired.displacesDropIns(of: name) {
            made[name, default: []].formUnion(live.originals.displacedDropIns(of: name))
        }
        for case .unit(let name) in held {
            made[name, default: []].formUnion(live.made[name] ?? [])
        }
        live.made = made
        live.originals.forgetPutBack(by: plan, observed)
        live.originals.forget(notIn: desired, held: held)
        for step in plan.steps {
            switch step {
            case .unit(.start, let name), .unit(.restart, let name), .unit(.reload, let name):
                if let service = desired.services[name] {
                    live.loaded[name] = Live.Loaded(
                        invocation: host.status(name).invocation, desired.loadable(of: service))
                }
            default: break
            }
        }
    }
}
