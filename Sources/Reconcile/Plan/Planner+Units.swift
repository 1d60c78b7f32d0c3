import Facts
import UnitFile

extension Planner {
    /// All that is done to one unit stands together: its files, its release, its restart.
    mutating func planUnit(_ name: UnitName) {
        guard let service = desired.services[name], let status = units[name] else {
            if observed.units.value != nil {
                plan.obstacles.append(Obstacle("\(Address.unit(name))", "it was not looked at"))
            }
            return
        }
        var group = UnitGroup(name: name, service: service, status: status)
        if service.isMasked {
            guard planMask(&group) else { return }
        } else {
            guard planUnitFile(&group), planDropIns(&group), planConfiguration(&group),
                planRelease(&group)
            else { return }
        }
        guard planLeftovers(&group) else { return }
        // Of a masked unit systemd loads no drop-in, and asks for a reload for each that there is.
        let isMasked = service.isMasked && status.load == "masked"
        if status.needsReload, !isMasked, !group.needsLoading {
            group.details.append("not loaded")
            group.needsLoading = true
        }
        if service.isMasked {
            planMaskedLinks(&group)
        } else {
            noteLoadedFromElsewhere(group)
            guard planEnablement(&group) else { return }
            planState(&group)
        }
        forgetFailure(&group)
        finish(group)
    }

    /// A unit that was down before the turn that failed, and that this turn had start and fail, is
    /// down again, and not among those that failed.
    private func forgetFailure(_ group: inout UnitGroup) {
        guard group.status.active == "failed",
            live.originals.before[group.name]?.isActive == false,
            group.service.isMasked || group.service.state == .stopped
        else { return }
        group.details.append("failed -> stopped")
        group.acts.append(.unit(.resetFailed, group.name))
    }

    /// - Returns: false when the file cannot be judged.
    private mutating func planUnitFile(_ group: inout UnitGroup) -> Bool {
        guard let source = group.service.unit else { return planForeignUnit(&group) }
        guard let path = path(Layout.unitFile(of: group.name), group.address) else { return false }
        let reading = reading(of: path)
        switch reading {
        case .absent:
            group.isNew = true
            group.needsLoading = true
            group.onDisk.add(UnitText(sections: []))
            group.writes.append(.writeFile(path, source, Layout.unitFileOwnership))
        case .present(let status) where status.linkTarget == Layout.mask:
            group.details.append("masked -> unit file")
            group.needsLoading = true
            group.onDisk.add(nil)
            group.writes.append(.writeFile(path, source, Layout.unitFileOwnership))
        case .unreadable, .present:
            return planText(&group, path, source, group.service.text, "unit file")
        }
        return true
    }

    /// A file that the service manager reads: the unit file itself or a drop-in, which is there in
    /// some shape.
    ///
    /// - Returns: false when it cannot be judged.
    mutating func planText(
        _ group: inout UnitGroup, _ path: HostPath, _ source: SourceFile, _ text: UnitText?,
        _ word: String
    ) -> Bool {
        switch reading(of: path) {
        case .absent: break
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(group.address)", reason))
            return false
        case .present(let status) where status.kind == .directory || status.kind == .other:
            plan.obstacles.append(
                Obstacle("\(group.address)", "there is a \(status.kind.rawValue) at \(path)"))
            return false
        case .present(let status):
            group.changedUs = max(group.changedUs, status.modifiedUs)
            let (details, steps) = fileSteps(status, path, source, Layout.unitFileOwnership)
            group.details += details.map { "\(word): \($0)" }
            group.writes += steps
            let isSame = status.content == .same && status.kind == .file
            group.onDisk.add(isSame ? text : observed.unitTexts[path])
            if !isSame || steps.contains(where: \.writesFile) { group.needsLoading = true }
        }
        return true
    }

    /// A unit whose file comes from elsewhere: a package, or a person.
    private mutating func planForeignUnit(_ group: inout UnitGroup) -> Bool {
        group.onDisk.add(UnitText(sections: []))
        let needsIt = group.service.enabled == true || group.service.state == .running
        if group.status.load == "not-found", needsIt {
            plan.obstacles.append(
                Obstacle("\(group.address)", "the host has no such unit, and desired gives none"))
            return false
        }
        let file = HostPath(ofUnitFile: group.name).map { reading(of: $0) }
        let isMask = file?.value?.linkTarget == Layout.mask
        if group.status.load == "masked" || isMask {
            group.details.append("masked -> not masked")
            group.links.append(.unit(.unmask, group.name))
        }
        return true
    }

    /// A unit that nothing may start: its unit file is a link to nothing.
    private mutating func planMask(_ group: inout UnitGroup) -> Bool {
        guard let path = path(Layout.unitFile(of: group.name), group.address) else { return false }
        switch reading(of: path) {
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(group.address)", reason))
            return false
        case .present(let status) where status.kind == .directory || status.kind == .other:
            plan.obstacles.append(
                Obstacle("\(group.address)", "there is a \(status.kind.rawValue) at \(path)"))
            return false
        case .present(let status) where status.linkTarget == Layout.mask: break
        case .absent, .present:
            group.details.append("not masked -> masked")
            group.needsLoading = true
            group.writes.append(.switchLink(path, to: Layout.mask))
        }
        if group.status.isActive || group.status.active == "activating",
            observed.ownUnit != group.name
        {
            group.details.append("running -> stopped")
            group.stops.append(.unit(.stop, group.name))
            group.effect = .stop
        }
        return true
    }

    /// The links of a unit that is masked go where it is not to be enabled: without the mask they
    /// would start it at boot.
    private func planMaskedLinks(_ group: inout UnitGroup) {
        guard group.service.enabled == false, !(folder.links[group.name] ?? []).isEmpty else {
            return
        }
        group.details.append("enabled")
        group.links.append(.unit(.disable, group.name))
    }

    private mutating func planRelease(_ group: inout UnitGroup) -> Bool {
        guard group.service.runsRelease, let key = desired.release else {
            // What an earlier commit wanted is gone only after this turn.
            if let link = HostPath(ofReleaseLink: group.name),
                live.made[group.name]?.contains(link) == true
            {
                group.onDisk.release = reading(of: link).value?.linkTarget
            }
            return true
        }
        guard let link = path(Layout.releaseLink(of: group.name), group.address) else {
            return false
        }
        if !observed.releaseIsInstalled {
            // First of all: nothing runs it before its link is switched. Which unit goes on is not
            // known yet; `installReleaseOnce` leaves it to the first that does.
            group.writes.insert(.installRelease(key), at: 0)
        }
        let target = "releases/\(key)"
        switch reading(of: link) {
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(group.address)", reason))
            return false
        case .absent:
            group.bringsRelease = true
            group.writes.append(.switchLink(link, to: target))
        case .present(let status) where status.kind != .link:
            plan.obstacles.append(
                Obstacle("\(group.address)", "there is a \(status.kind.rawValue) at \(link)"))
            return false
        case .present(let status) where status.linkTarget != target:
            group.bringsRelease = true
            group.onDisk.release = status.linkTarget
            group.details.append("release \(shortKey(status.linkTarget)) -> \(shortKey(target))")
            group.writes.append(.switchLink(link, to: target))
        case .present(let status):
            group.onDisk.release = key.text
            group.changedUs = max(group.changedUs, status.modifiedUs)
        }
        return true
    }

    /// The release is laid out by the first unit that goes on, whichever was held before it.
    mutating func installReleaseOnce() {
        guard !observed.releaseIsInstalled, let key = desired.release else { return }
        var isInstalled = false
        for index in plan.changes.indices
        where plan.changes[index].steps.contains(.installRelease(key)) {
            if isInstalled { plan.changes[index].steps.removeAll { $0 == .installRelease(key) } }
            isInstalled = true
        }
        plan.changes.removeAll { $0.address.isUnit && $0.steps.isEmpty }
    }

    private func shortKey(_ target: String?) -> String {
        guard let name = target?.split(separator: "/").last else { return "none" }
        return String(name.prefix(7))
    }

    mutating func path(_ text: String, _ address: Address) -> HostPath? {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            plan.obstacles.append(Obstacle("\(address)", error.description))
            return nil
        }
    }
}
