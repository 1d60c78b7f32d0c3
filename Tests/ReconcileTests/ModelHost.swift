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
    }

    var things: [HostPath: Thing] = [:]
    var units: [UnitName: ModelUnit] = [:]
    /// What the bytes of unit files and drop-ins say.
    var texts: [ContentDigest: UnitText] = [:]
    var releases: Set<String> = []
    var nowUs: Int64 = 1_000_000
    var runs = 0

    mutating func apply(_ step: Step) {
        nowUs += 1
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
            things[path] = Thing(
                kind: original.kind, ownership: original.ownership,
                content: original.kept.flatMap { ContentDigest(hex: $0) },
                target: original.linkTarget, changedUs: nowUs)
        case .removeDirectory(let path):
            if !things.keys.contains(where: { $0 != path && $0.isWithin(path) }) {
                things[path] = nil
            }
        case .switchLink(let path, let target):
            things[path] = Thing(
                kind: .link,
                ownership: Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o777)),
                target: target, changedUs: nowUs)
        case .writeConfiguration(let path, let wanted):
            things[path] = Thing(
                kind: .file, ownership: wanted.file, content: wanted.digest, changedUs: nowUs)
        case .setAside(let path): things[path] = nil
        case .loadUnitFiles: loadUnitFiles()
        case .unit(let action, let name): act(action, name)
        }
    }

    func fileDigest(of name: UnitName) -> ContentDigest? {
        things[hostPath(Layout.unitFile(of: name))]?.content
    }

    func observe(
        _ desired: Desired, _ inventory: Set<Address>, made: [UnitName: Set<HostPath>] = [:]
    ) -> Observed {
        var observed = Observed()
        var seen: [UnitName: UnitStatus] = [:]
        func look(_ path: HostPath?, _ wanted: ContentDigest?) {
            guard let path, observed.files[path] == nil else { return }
            observed.files[path] = reading(path, wanted)
        }
        for path in desired.directories.keys { look(path, nil) }
        for (path, file) in desired.files { look(path, file.source.digest) }
        for (name, service) in desired.services {
            look(hostPath(Layout.unitFile(of: name)), service.unit?.digest)
            for (dropIn, source) in service.dropIns {
                look(HostPath(ofDropIn: dropIn, of: name), source.digest)
            }
            look(HostPath(ofConfigurationOf: name), service.configuration?.digest)
            for path in desired.places(of: name).union(dropIns(of: name)) { look(path, nil) }
            seen[name] = status(name)
        }
        for path in made.values.joined() { look(path, nil) }
        for address in inventory {
            switch address {
            case .directory(let path), .file(let path), .link(let path): look(path, nil)
            case .user, .group: break
            case .unit(let name): seen[name] = status(name)
            }
        }
        observed.unitFolder = .present(unitFolder(desired))
        observed.unitTexts = unitTexts(observed)
        observed.units = .present(seen)
        observed.releaseIsInstalled = desired.release.map { releases.contains($0.text) } ?? true
        return observed
    }

    private func reading(_ path: HostPath, _ wanted: ContentDigest?) -> Reading<FileStatus> {
        guard let thing = things[path] else { return .absent }
        let content: FileContent =
            thing.kind != .file || wanted == nil
            ? .notCompared : thing.content == wanted ? .same : .different(size: 1)
        return .present(
            FileStatus(
                kind: thing.kind, mode: thing.ownership.mode, owner: thing.ownership.owner,
                group: thing.ownership.group, content: content, linkTarget: thing.target,
                modifiedUs: thing.changedUs))
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
        let plan = begin(desired)
        for step in plan.steps { host.apply(step) }
        record(desired, plan, label)
        return plan
    }

    /// Applies only the first steps of the plan, as a killed turn does.
    mutating func beKilled(onTheWayTo desired: Desired, after count: Int) {
        let plan = begin(desired)
        for step in plan.steps.prefix(count) { host.apply(step) }
    }

    /// Plans, and remembers what a turn does before its first step.
    private mutating func begin(_ desired: Desired) -> Plan {
        host.learn(desired)
        let observed = host.observe(desired, live.inventory, made: live.made)
        let plan = plan(desired: desired, observed: observed, live: live)
        let displaced = plan.displacedDropIns
        for path in desired.places.union(displaced.values.joined())
        where !live.inventory.contains(where: { $0.places.contains(path) })
            && !live.made.values.contains(where: { $0.contains(path) })
        {
            guard live.originals.places[path] == nil, let thing = host.things[path] else {
                continue
            }
            live.originals.places[path] = Original(
                kind: thing.kind, ownership: thing.ownership, kept: thing.content?.description,
                linkTarget: thing.target)
        }
        live.originals.note(
            desired, observed.units.value ?? [:], inventory: live.inventory, plan: plan)
        live.inventory.formUnion(desired.resources.keys)
        live.made.merge(desired.unitPlaces) { $0.union($1) }
        live.made.merge(displaced) { $0.union($1) }
        live.loaded.merge(plan.judged) { $1 }
        return plan
    }

    private mutating func record(_ desired: Desired, _ plan: Plan, _ label: String) {
        live.label = label
        live.resources = desired.resources
        live.inventory = Set(desired.resources.keys)
        live.made = desired.unitPlaces
        for name in desired.services.keys where desired.displacesDropIns(of: name) {
            live.made[name, default: []].formUnion(live.originals.displacedDropIns(of: name))
        }
        live.originals.forget(notIn: desired)
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
