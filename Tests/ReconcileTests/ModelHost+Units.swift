import Digest
import Facts
import Reconcile
import UnitFile

/// The service manager of a model host: what it has read, what runs, and what that has loaded.
struct ModelUnit: Hashable {
    /// What of the disk the manager has read: unit file and drop-ins; empty for none.
    struct Read: Hashable {
        var contents: [ContentDigest] = []
        var isMasked = false
    }

    var isActive = false
    var hasFailed = false
    /// Folders with a link to it.
    var links: Set<String> = []
    /// A package brought it, so that it exists without a file of ours.
    var isVendors = false
    var read = Read()
    var invocation = ""
    var startedUs: Int64 = 0
    /// What the program loaded when it started, and what it last reloaded.
    var started: ContentDigest?
    var reloaded: ContentDigest?
    /// The program of the main process, when it is another one than that of the release.
    var program: String?

    var isEnabled: Bool { !links.isEmpty }
}

extension ModelHost {
    /// What the manager would read now.
    func onDisk(_ name: UnitName) -> ModelUnit.Read {
        let file = things[hostPath(Layout.unitFile(of: name))]
        if file?.target == Layout.mask { return ModelUnit.Read(isMasked: true) }
        return ModelUnit.Read(
            contents: [file?.content].compactMap(\.self)
                + dropIns(of: name).compactMap { things[$0]?.content })
    }

    func dropIns(of name: UnitName) -> [HostPath] {
        let folder = hostPath(Layout.dropInFolder(of: name))
        return things.keys.filter { $0.parent == folder }.sorted()
    }

    /// What unit file and drop-ins say that the manager has read.
    func text(_ read: ModelUnit.Read) -> UnitText {
        UnitText(sections: []).merging(
            read.contents.map { texts[$0] ?? UnitText(sections: [UnitSection(name: "Damaged")]) })
    }

    /// What a start of the unit would load now.
    func loadable(_ name: UnitName, _ read: ModelUnit.Read) -> Loadable {
        let link = things[hostPath(Layout.releaseLink(of: name))]?.target
        return Loadable(
            text: text(read),
            configuration: things[hostPath(Layout.configurationFile(of: name))]?.content,
            release: link.map { String($0.dropFirst("releases/".count)) })
    }

    mutating func loadUnitFiles() {
        let folder = hostPath(Layout.unitFolder)
        let named = things.keys.filter { $0.parent == folder }.compactMap {
            UnitName(String($0.name))
        }
        for name in Set(units.keys).union(named) {
            units[name, default: ModelUnit()].read = onDisk(name)
        }
    }

    mutating func act(_ action: UnitAction, _ name: UnitName) {
        var unit = units[name] ?? ModelUnit(read: onDisk(name))
        switch action {
        case .start where unit.isActive: break
        case .start, .restart:
            if unit.read.isMasked { break }
            runs += 1
            unit.isActive = true
            unit.hasFailed = false
            unit.invocation = "run\(runs)"
            unit.startedUs = nowUs
            unit.program = nil
            unit.started = loadable(name, unit.read).digest
            unit.reloaded = loadable(name, unit.read).reloadDigest
        case .reload: unit.reloaded = loadable(name, unit.read).reloadDigest
        case .stop: unit.isActive = false
        case .enable: unit.links.formUnion(folders(of: name))
        case .disable: unit.links = []
        case .reenable: unit.links = folders(of: name)
        case .mask, .unmask:
            let path = hostPath(Layout.unitFile(of: name))
            if action == .mask {
                apply(.switchLink(path, to: Layout.mask))
            } else if things[path]?.target == Layout.mask {
                things[path] = nil
            }
            unit.read = onDisk(name)
        case .resetFailed: unit.hasFailed = false
        }
        units[name] = unit
    }

    private func folders(of name: UnitName) -> Set<String> {
        let isVendors = units[name]?.isVendors == true
        return isVendors
            ? ["multi-user.target.wants"] : text(onDisk(name)).enablingFolders ?? []
    }

    func status(_ name: UnitName) -> UnitStatus {
        let unit = units[name] ?? ModelUnit()
        let disk = onDisk(name)
        let isThere = !unit.read.contents.isEmpty || unit.isVendors
        let isOnDisk = !disk.contents.isEmpty || unit.isVendors
        return UnitStatus(
            load: unit.read.isMasked ? "masked" : isThere ? "loaded" : "not-found",
            active: unit.isActive ? "active" : unit.hasFailed ? "failed" : "inactive",
            sub: unit.isActive ? "running" : "dead",
            enablement: disk.isMasked
                ? "masked" : !isOnDisk ? "" : unit.isEnabled ? "enabled" : "disabled",
            invocation: unit.invocation, mainProcess: unit.isActive ? 1 : 0,
            needsReload: (isOnDisk || disk.isMasked) && unit.read != disk,
            startedUs: unit.startedUs)
    }

    /// What a look at the folder of unit files would find.
    func unitFolder(_ desired: Desired) -> UnitFolder {
        let folder = hostPath(Layout.unitFolder)
        var found = UnitFolder()
        for path in things.keys where path.parent == folder {
            if UnitName(String(path.name)) != nil { found.files.insert(String(path.name)) }
        }
        for name in desired.services.keys {
            found.dropIns[name] = dropIns(of: name).map { String($0.name) }
        }
        for (name, unit) in units where unit.isEnabled { found.links[name] = unit.links }
        return found
    }

    /// What unit files and drop-ins say that are not as wanted.
    func unitTexts(_ observed: Observed) -> [HostPath: UnitText] {
        var found: [HostPath: UnitText] = [:]
        for (path, reading) in observed.files where path.text.hasPrefix(Layout.unitFolder) {
            guard let status = reading.value, status.kind == .file, status.content != .same else {
                continue
            }
            found[path] = things[path]?.content.flatMap { texts[$0] }
        }
        return found
    }

    /// Learns what the files of a commit say.
    mutating func learn(_ desired: Desired) {
        for service in desired.services.values {
            if let unit = service.unit { texts[unit.digest] = service.text }
            for (name, source) in service.dropIns {
                texts[source.digest] = service.dropInTexts[name]
            }
        }
    }
}
