import Facts
import UnitFile

extension Planner {
    /// Drop-ins that are wanted, and those that nobody asked for.
    mutating func planDropIns(_ group: inout UnitGroup) -> Bool {
        let isFreed = planDropInFolder(&group)
        for (name, source) in group.service.dropIns.sorted(by: { $0.key < $1.key }) {
            let text = "\(Layout.dropInFolder(of: group.name))/\(name)"
            guard let path = path(text, group.address) else { return false }
            if isFreed || reading(of: path) == .absent {
                group.needsLoading = true
                group.onDisk.add(UnitText(sections: []))
                noteAbsence(of: "drop-in \(name)", &group)
                group.writes.append(.writeFile(path, source, Layout.unitFileOwnership))
                continue
            }
            let wanted = group.service.dropInTexts[name]
            guard planText(&group, path, source, wanted, "drop-in \(name)") else { return false }
        }
        return planStrayDropIns(&group)
    }

    /// What is in the place of the folder of drop-ins of a unit whose file a commit gives, such as
    /// a link to another folder.
    ///
    /// - Returns: true when it goes, and what it leads to with it.
    private mutating func planDropInFolder(_ group: inout UnitGroup) -> Bool {
        guard group.service.unit != nil, folder.blockedDropIns.contains(group.name),
            let path = path(Layout.dropInFolder(of: group.name), group.address)
        else { return false }
        switch desired.drift.strayDropIns {
        case .report:
            plan.notes.append(
                Note(group.address, "\(path) is no folder, and not in desired state; it is left"))
            return false
        case .remove:
            group.details.append("drop-in folder: stray link or file")
            group.writes.append(.setAside(path))
            group.onDisk.add(nil)
            group.needsLoading = true
            return true
        }
    }

    /// What the service manager has loaded for a unit of a commit from places that no commit knows:
    /// it is told, and left to whoever put it there, for it may be there for other units too.
    mutating func noteLoadedFromElsewhere(_ group: UnitGroup) {
        guard group.service.unit != nil, !group.isNew else { return }
        let own = Layout.dropInFolder(of: group.name) + "/"
        for text in group.status.dropIns where !text.hasPrefix(own) && !isWantedFile(text) {
            plan.notes.append(
                Note(
                    group.address, "drop-in \(text) changes it, and no commit gives it; it is left")
            )
        }
        let file = Layout.unitFile(of: group.name)
        let fragment = group.status.fragment
        if !group.needsLoading, !fragment.isEmpty, fragment != file {
            plan.notes.append(
                Note(group.address, "it is loaded from \(fragment), not from \(file)"))
        }
    }

    private func isWantedFile(_ text: String) -> Bool {
        do throws(BadPath) {
            return desired.files[try HostPath(text)] != nil
        } catch {
            return false
        }
    }

    /// A part that is not there: of a new unit that goes without saying.
    private func noteAbsence(of part: String, _ group: inout UnitGroup) {
        if group.isNew { return }
        let isDrift = cause(of: group.address) == .drift
        group.details.append("\(part): \(isDrift ? "was removed" : "new")")
    }

    /// Drop-ins that no commit gave, of a unit whose file a commit gives.
    private mutating func planStrayDropIns(_ group: inout UnitGroup) -> Bool {
        guard group.service.unit != nil, folder.dropIns[group.name]?.isEmpty == false else {
            return true
        }
        let ours = (live.made[group.name] ?? []).subtracting(displaced(of: group.name))
        for name in folder.dropIns[group.name] ?? [] where group.service.dropIns[name] == nil {
            guard let path = HostPath(ofDropIn: name, of: group.name), !ours.contains(path) else {
                continue
            }
            switch desired.drift.strayDropIns {
            case .report:
                plan.notes.append(
                    Note(group.address, "drop-in \(name) is not in desired state; it is left"))
            case .remove:
                let status = reading(of: path).value
                group.changedUs = max(group.changedUs, status?.modifiedUs ?? 0)
                group.onDisk.add(observed.unitTexts[path])
                group.details.append("drop-in \(name): stray")
                group.writes.append(.setAside(path))
                group.needsLoading = true
            }
        }
        return true
    }

    /// Its rendered configuration, written where it loads it only inside its own group.
    mutating func planConfiguration(_ group: inout UnitGroup) -> Bool {
        guard let wanted = group.service.configuration else { return true }
        guard let file = path(Layout.configurationFile(of: group.name), group.address),
            let folder = path(Layout.configurationFolder(of: group.name), group.address)
        else { return false }
        if desired.directories[folder] == nil {
            guard planConfigurationFolder(&group, folder, wanted.folder) else { return false }
        }
        switch reading(of: file) {
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(group.address)", reason))
            return false
        case .absent:
            noteAbsence(of: "configuration", &group)
            group.writes.append(.writeConfiguration(file, wanted))
        case .present(let status) where status.kind == .directory || status.kind == .other:
            plan.obstacles.append(
                Obstacle("\(group.address)", "there is a \(status.kind.rawValue) at \(file)"))
            return false
        case .present(let status) where status.kind == .link || status.content != .same:
            group.onDisk.configuration = nil
            group.changedUs = max(group.changedUs, status.modifiedUs)
            group.details.append(
                "configuration: \(status.kind == .link ? "link -> file" : "content")")
            group.writes.append(.writeConfiguration(file, wanted))
        case .present(let status):
            group.onDisk.configuration = .wanted(wanted.digest)
            group.changedUs = max(group.changedUs, status.modifiedUs)
            var details = differences(status, wanted.file)
            let isLinked = status.names > 1
            if isLinked { details.insert("hard link (\(status.names) names) -> file", at: 0) }
            group.details += details.map { "configuration: \($0)" }
            if details.isEmpty { break }
            group.writes.append(
                isLinked ? .writeConfiguration(file, wanted) : .setOwnership(file, wanted.file))
        }
        return true
    }

    private mutating func planConfigurationFolder(
        _ group: inout UnitGroup, _ folder: HostPath, _ ownership: Ownership
    ) -> Bool {
        switch reading(of: folder) {
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(group.address)", reason))
            return false
        case .absent: group.writes.append(.makeDirectory(folder, ownership))
        case .present(let status) where status.kind != .directory:
            plan.obstacles.append(
                Obstacle("\(group.address)", "there is a \(status.kind.rawValue) at \(folder)"))
            return false
        case .present(let status):
            let details = differences(status, ownership)
            group.details += details.map { "configuration folder: \($0)" }
            if !details.isEmpty { group.writes.append(.setOwnership(folder, ownership)) }
        }
        return true
    }

    /// What earlier turns made for the unit and it no longer wants.
    ///
    /// - Returns: false when one of them cannot be judged.
    mutating func planLeftovers(_ group: inout UnitGroup) -> Bool {
        var left = (live.made[group.name] ?? []).subtracting(desired.places(of: group.name))
            .filter { !isWantedElsewhere($0, than: group.name) }
        if !left.isEmpty, desired.displacesDropIns(of: group.name) {
            left.subtract(displaced(of: group.name))
        }
        noteFullFolder(of: group.name)
        if folder.blockedDropIns.contains(group.name), desired.drift.strayDropIns == .remove {
            left = left.filter { $0.parent?.text != Layout.dropInFolder(of: group.name) }
        }
        for path in left.sorted(by: >) {
            if case .unreadable(let reason) = reading(of: path) {
                plan.obstacles.append(Obstacle("\(group.address)", reason))
                return false
            }
            guard let step = takeAway(path, of: group.name) else { continue }
            group.details.append("\(word(for: path, of: group.name)): removed")
            group.writes.append(step)
            noteLeftover(path, &group)
        }
        return true
    }

    /// What goes now was there when the unit's run began, and it loaded that too.
    private func noteLeftover(_ path: HostPath, _ group: inout UnitGroup) {
        let isUnitText = path.text.hasPrefix(Layout.unitFolder + "/")
        if isUnitText { group.needsLoading = true }
        guard let status = reading(of: path).value, status.kind != .directory else { return }
        group.changedUs = max(group.changedUs, status.modifiedUs)
        if isUnitText {
            group.onDisk.add(observed.unitTexts[path])
        } else if path == HostPath(ofConfigurationOf: group.name) {
            group.onDisk.configuration = nil
        }
    }

    /// Drop-ins of others that were there, and that went for this unit's sake.
    private func displaced(of name: UnitName) -> Set<HostPath> {
        Set(live.originals.displacedDropIns(of: name)).subtracting(desired.places(of: name))
    }

    private func word(for path: HostPath, of name: UnitName) -> String {
        switch path {
        case HostPath(ofUnitFile: name): "unit file"
        case HostPath(ofConfigurationOf: name): "configuration"
        case HostPath(ofConfigurationFolderOf: name): "configuration folder"
        case HostPath(ofReleaseLink: name): "release"
        default: "drop-in \(path.name)"
        }
    }

    /// Whether something else that is wanted needs this place: `v6-x.service` and `v6-x.timer`
    /// share a release link.
    func isWantedElsewhere(_ path: HostPath, than name: UnitName) -> Bool {
        if desired.directories[path] != nil || desired.files[path] != nil
            || desired.links[path] != nil
        {
            return true
        }
        return desired.services.keys.contains {
            $0 != name && $0.stem == name.stem && desired.places(of: $0).contains(path)
        }
    }

    /// Takes away what a turn made at a place, or puts back what was there; nil when there is
    /// nothing to do.
    func takeAway(_ path: HostPath, of name: UnitName) -> Step? {
        let status = reading(of: path).value
        if let original = live.originals.places[path] {
            if original.kind == .directory {
                let isAsBefore = status.map { differences($0, original.ownership).isEmpty }
                return isAsBefore == false ? .putBack(path, original) : nil
            }
            let isLink = original.linkTarget != nil && original.linkTarget == status?.linkTarget
            return isLink ? nil : .putBack(path, original)
        }
        guard let status else { return nil }
        // A link that leads elsewhere is somebody else's.
        if path == HostPath(ofReleaseLink: name),
            status.linkTarget?.hasPrefix("releases/") != true
        {
            return nil
        }
        if path == HostPath(ofConfigurationFolderOf: name) {
            return othersNames(in: path, of: name).isEmpty ? .removeDirectory(path) : nil
        }
        return .remove(path)
    }

    /// What others put in a folder of configuration that is to go.
    private func othersNames(in folder: HostPath, of name: UnitName) -> Set<String> {
        let ours = (live.made[name] ?? []).filter { $0.parent == folder }
        return (observed.listings[folder]?.value ?? []).subtracting(ours.map { String($0.name) })
    }

    /// A folder of configuration that is to go with its unit, or with what the unit reads, and that
    /// holds what others put there.
    mutating func noteFullFolder(of name: UnitName) {
        guard let folder = HostPath(ofConfigurationFolderOf: name),
            live.originals.places[folder] == nil, observed.listings[folder] != nil,
            !isWantedElsewhere(folder, than: name)
        else { return }
        let names = othersNames(in: folder, of: name)
        if names.isEmpty { return }
        noteStaying(.directory(folder), names)
        plan.staying.insert(.directory(folder))
    }
}
