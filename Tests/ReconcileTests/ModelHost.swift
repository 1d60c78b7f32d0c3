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

    struct Running: Hashable {
        var isActive = false
        var hasFailed = false
        var isEnabled = false
        var invocation = ""
        var startedUs: Int64 = 0
        /// Digest of the unit file that the manager has loaded.
        var file: ContentDigest?
        /// What the program loaded when it started: unit file and release link.
        var started: [String?] = []
    }

    var things: [HostPath: Thing] = [:]
    var units: [UnitName: Running] = [:]
    var releases: Set<String> = []
    var nowUs: Int64 = 1_000_000
    private var runs = 0

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
        case .loadUnitFiles:
            let onDisk = things.keys.filter { $0.isWithin(hostPath("/etc/systemd/system")) }
            for name in Set(units.keys).union(onDisk.compactMap { UnitName(String($0.name)) }) {
                let digest = fileDigest(of: name)
                units[name, default: Running()].file = digest
            }
        case .unit(let action, let name): act(action, name)
        }
    }

    private mutating func act(_ action: UnitAction, _ name: UnitName) {
        var unit = units[name] ?? Running(file: fileDigest(of: name))
        switch action {
        case .start where unit.isActive: break
        case .start, .restart:
            runs += 1
            unit.isActive = true
            unit.hasFailed = false
            unit.invocation = "run\(runs)"
            unit.startedUs = nowUs
            unit.started = loadable(name, file: unit.file)
        case .stop: unit.isActive = false
        case .enable: unit.isEnabled = true
        case .disable: unit.isEnabled = false
        case .resetFailed: unit.hasFailed = false
        }
        units[name] = unit
    }

    func fileDigest(of name: UnitName) -> ContentDigest? {
        path(Layout.unitFile(of: name)).flatMap { things[$0]?.content }
    }

    /// What a start of the unit would load now.
    func loadable(_ name: UnitName, file: ContentDigest?) -> [String?] {
        let link = path(Layout.releaseLink(of: name)).flatMap { things[$0]?.target }
        return [file?.description, link]
    }

    func observe(_ desired: Desired, _ inventory: Set<Address>) -> Observed {
        var observed = Observed()
        var seen: [UnitName: UnitStatus] = [:]
        func look(_ path: HostPath?, _ wanted: ContentDigest?) {
            guard let path, observed.files[path] == nil else { return }
            observed.files[path] = reading(path, wanted)
        }
        for path in desired.directories.keys { look(path, nil) }
        for (path, file) in desired.files { look(path, file.source.digest) }
        for (name, service) in desired.services {
            look(path(Layout.unitFile(of: name)), service.unit?.digest)
            look(path(Layout.releaseLink(of: name)), nil)
            seen[name] = status(name)
        }
        for address in inventory {
            switch address {
            case .directory(let path), .file(let path), .link(let path): look(path, nil)
            case .user, .group: break
            case .unit(let name):
                look(path(Layout.unitFile(of: name)), nil)
                look(path(Layout.releaseLink(of: name)), nil)
                seen[name] = status(name)
            }
        }
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

    func status(_ name: UnitName) -> UnitStatus {
        let unit = units[name] ?? Running()
        let onDisk = fileDigest(of: name)
        return UnitStatus(
            load: unit.file == nil ? "not-found" : "loaded",
            active: unit.isActive ? "active" : unit.hasFailed ? "failed" : "inactive",
            sub: unit.isActive ? "running" : "dead",
            enablement: onDisk == nil ? "" : unit.isEnabled ? "enabled" : "disabled",
            invocation: unit.invocation, needsReload: onDisk != nil && unit.file != onDisk,
            startedUs: unit.startedUs)
    }

    private func path(_ text: String) -> HostPath? { hostPath(text) }
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
        let observed = host.observe(desired, live.inventory)
        let plan = plan(desired: desired, observed: observed, live: live)
        for path in desired.places
        where !live.inventory.contains(where: { $0.places.contains(path) }) {
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
        return plan
    }

    private mutating func record(_ desired: Desired, _ plan: Plan, _ label: String) {
        live.label = label
        live.resources = desired.resources
        live.inventory = Set(desired.resources.keys)
        live.originals.forget(notIn: desired)
        for step in plan.steps {
            switch step {
            case .unit(.start, let name), .unit(.restart, let name):
                if let service = desired.services[name] {
                    live.loaded[name] = Live.Loaded(
                        invocation: host.status(name).invocation,
                        digest: desired.loadDigest(of: service))
                }
            default: break
            }
        }
    }
}
