import Facts

extension Planner {
    /// All that is done to one unit stands together: its file, its release, its restart.
    mutating func planUnit(_ name: UnitName) {
        guard let service = desired.services[name], let status = units[name] else {
            if observed.units.value != nil {
                plan.obstacles.append(Obstacle("\(Address.unit(name))", "it was not looked at"))
            }
            return
        }
        var group = UnitGroup(name: name, service: service, status: status)
        guard planUnitFile(&group), planRelease(&group) else { return }
        if group.fileIsChanged || status.needsReload { group.steps.append(.loadUnitFiles) }
        if status.needsReload, !group.fileIsChanged { group.details.append("not loaded") }
        planEnablement(&group)
        planState(&group)
        finish(group)
    }

    /// - Returns: false when the file cannot be judged.
    private mutating func planUnitFile(_ group: inout UnitGroup) -> Bool {
        let address = Address.unit(group.name)
        guard let path = path(Layout.unitFile(of: group.name), address) else { return false }
        guard let source = group.service.unit else { return true }
        switch reading(of: path) {
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(address)", reason))
            return false
        case .absent:
            group.isNew = true
            group.fileIsChanged = true
            group.steps.append(.writeFile(path, source, Layout.unitFileOwnership))
        case .present(let status) where status.kind == .directory || status.kind == .other:
            plan.obstacles.append(
                Obstacle("\(address)", "there is a \(status.kind.rawValue) at \(path)"))
            return false
        case .present(let status):
            group.fileChangedUs = status.modifiedUs
            let (details, steps) = fileSteps(status, path, source, Layout.unitFileOwnership)
            group.details += details.map { "unit file: \($0)" }
            group.steps += steps
            group.fileIsChanged = status.content != .same || status.kind == .link
        }
        return true
    }

    private mutating func planRelease(_ group: inout UnitGroup) -> Bool {
        guard group.service.runsRelease, let key = desired.release else {
            planUnlink(&group)
            return true
        }
        let address = Address.unit(group.name)
        guard let link = path(Layout.releaseLink(of: group.name), address) else { return false }
        if !observed.releaseIsInstalled, !plan.steps.contains(.installRelease(key)) {
            // First of all: nothing runs it before its link is switched.
            group.steps.insert(.installRelease(key), at: 0)
        }
        let target = "releases/\(key)"
        switch reading(of: link) {
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(address)", reason))
            return false
        case .absent:
            group.loadIsChanged = true
            group.steps.append(.switchLink(link, to: target))
        case .present(let status) where status.kind != .link:
            plan.obstacles.append(
                Obstacle("\(address)", "there is a \(status.kind.rawValue) at \(link)"))
            return false
        case .present(let status) where status.linkTarget != target:
            group.loadIsChanged = true
            group.details.append("release \(shortKey(status.linkTarget)) -> \(shortKey(target))")
            group.steps.append(.switchLink(link, to: target))
        case .present(let status):
            group.fileChangedUs = max(group.fileChangedUs, status.modifiedUs)
        }
        return true
    }

    /// A unit that ran a release and no longer does keeps no link to it.
    private func planUnlink(_ group: inout UnitGroup) {
        guard live.inventory.contains(.unit(group.name)), let step = unlink(group.name) else {
            return
        }
        group.details.append("no release")
        group.steps.append(step)
    }

    private func planEnablement(_ group: inout UnitGroup) {
        let before =
            live.originals.units[group.name]?.isEnabled
            ?? live.originals.before[group.name]?.isEnabled
        guard let enabled = group.service.enabled ?? before else { return }
        // Without its file nobody can say whether a unit of ours is enabled: its link may be there.
        let isUnknown = group.isNew && live.inventory.contains(.unit(group.name))
        if isUnknown || enabled != (group.status.enablement == "enabled") {
            if !group.isNew { group.details.append(enabled ? "not enabled" : "enabled") }
            group.steps.append(.unit(enabled ? .enable : .disable, group.name))
        }
    }

    private func planState(_ group: inout UnitGroup) {
        // The unit that this turn runs in is never stopped or restarted: it ends by itself.
        guard observed.ownUnit != group.name else { return }
        let status = group.status
        let before =
            live.originals.units[group.name]?.isActive
            ?? live.originals.before[group.name]?.isActive
        switch group.service.state ?? before.map({ $0 ? .running : .stopped }) {
        case nil: break
        case .stopped:
            if status.isActive || status.active == "activating" {
                group.details.append("running -> stopped")
                group.act(.stop)
            }
        case .running:
            if !status.isActive {
                if !group.isNew { group.details.append("\(status.active) -> running") }
                // Restart, not start: a unit between two automatic restarts must take the change.
                group.act(status.active == "activating" ? .restart : .start)
            } else if isStale(group) {
                group.details.append("restart")
                group.act(.restart)
            }
        }
    }

    /// Whether what the running unit loaded differs from what it should have loaded.
    ///
    /// Known for a run that a turn started; for any other run judged by time: one that started
    /// after its files last changed has loaded them.
    private func isStale(_ group: UnitGroup) -> Bool {
        let wanted = desired.loadDigest(of: group.service)
        if let loaded = live.loaded[group.name], loaded.invocation == group.status.invocation {
            return loaded.digest != wanted
        }
        return group.fileIsChanged || group.loadIsChanged
            || group.fileChangedUs >= group.status.startedUs
    }

    private mutating func finish(_ group: UnitGroup) {
        guard !group.steps.isEmpty else { return }
        let address = Address.unit(group.name)
        if group.effect == .restart {
            switch group.service.restart {
            case .immediate: break
            case .window, .drained:
                let gate = group.service.restart.rawValue
                plan.held.append(
                    Held(address, gate: gate, reason: "nothing on this host can prove it yet"))
                return
            case .never:
                plan.held.append(
                    Held(address, gate: "never", reason: "only a person restarts this unit"))
                return
            }
        }
        plan.changes.append(
            Change(
                address, group.isNew ? .add : .change, cause(of: address), effect: group.effect,
                details: group.details, steps: group.steps))
    }

    private mutating func path(_ text: String, _ address: Address) -> HostPath? {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            plan.obstacles.append(Obstacle("\(address)", error.description))
            return nil
        }
    }

    private func shortKey(_ target: String?) -> String {
        guard let name = target?.split(separator: "/").last else { return "none" }
        return String(name.prefix(7))
    }
}

/// What is gathered for one unit while it is planned.
struct UnitGroup {
    let name: UnitName
    let service: DesiredService
    let status: UnitStatus
    var isNew = false
    var fileIsChanged = false
    /// The release that it runs is another one now.
    var loadIsChanged = false
    /// When unit file or release link last changed, in microseconds since 1970.
    var fileChangedUs: Int64 = 0
    var details: [String] = []
    var steps: [Step] = []
    var effect = Change.Effect.none

    init(name: UnitName, service: DesiredService, status: UnitStatus) {
        self.name = name
        self.service = service
        self.status = status
    }

    mutating func act(_ action: UnitAction) {
        steps.append(.unit(action, name))
        effect =
            switch action {
            case .start: .start
            case .stop: .stop
            case .restart: .restart
            case .enable, .disable, .resetFailed: .none
            }
    }
}
