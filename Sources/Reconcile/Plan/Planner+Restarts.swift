import Digest
import Facts
import UnitFile

/// What a running unit needs so that it has loaded what it should.
enum Freshness: Hashable {
    case fresh
    case needsReload
    case needsRestart
}

extension Planner {
    /// What brings the unit up or down, and what a unit that is up has to load.
    mutating func planState(_ group: inout UnitGroup) {
        // The unit that this turn runs in is never stopped or restarted: it ends by itself.
        guard observed.ownUnit != group.name else { return }
        let status = group.status
        let before =
            live.originals.units[group.name]?.isActive
            ?? live.originals.before[group.name]?.isActive
        switch group.service.state ?? before.map({ $0 ? .running : .stopped }) {
        case nil:
            group.isStale = status.isActive && freshness(of: group) == .needsRestart
        case .stopped:
            if status.isActive || status.active == "activating" {
                group.details.append("running -> stopped")
                group.stops.append(.unit(.stop, group.name))
                group.effect = .stop
            }
        case .running:
            if !status.isActive {
                if !group.isNew { group.details.append("\(status.active) -> running") }
                // Restart, not start: a unit between two automatic restarts must take the change.
                act(status.active == "activating" ? .restart : .start, &group)
                // Between two automatic restarts nothing runs that would have to be drained.
                if status.sub.hasPrefix("auto-restart") { group.isStale = false }
            } else {
                planFreshness(&group)
            }
        }
    }

    /// A target or slice loads nothing: it is never restarted.
    private mutating func planFreshness(_ group: inout UnitGroup) {
        if group.name.kind == .target || group.name.kind == .slice { return }
        let rotated = changedCredentials(group, loaded(by: group))
        if rotated.isEmpty { note(&group) }
        switch freshness(of: group) {
        case .fresh where !rotated.isEmpty:
            group.details += rotated + ["restart"]
            act(.restart, &group)
        case .fresh:
            guard isStaleProcess(group) else { return }
            group.details.append("stale process")
            act(.restart, &group)
        case .needsReload where group.service.effectiveText.canReload:
            group.details.append("reload")
            act(.reload, &group)
        case .needsReload, .needsRestart:
            group.details.append("restart")
            act(.restart, &group)
        }
    }

    private func act(_ action: UnitAction, _ group: inout UnitGroup) {
        group.acts.append(.unit(action, group.name))
        group.isStale = action == .restart
        group.effect =
            switch action {
            case .start: .start
            case .restart: .restart
            case .reload: .reload
            case .stop, .enable, .disable, .reenable, .mask, .unmask, .resetFailed: .none
            }
    }

    /// Whether what the running unit loaded differs from what it should have loaded.
    private func freshness(of group: UnitGroup) -> Freshness {
        let wanted = desired.loadable(of: group.service)
        let loaded = loaded(by: group)
        if loaded.digest != wanted.digest { return .needsRestart }
        return loaded.reload == wanted.reloadDigest ? .fresh : .needsReload
    }

    /// What the unit's run loaded.
    ///
    /// Known for a run that a turn started or judged; any other is judged by time: one that
    /// started after its files last changed, and after the service manager has read them, has
    /// loaded them as they are. What is not known is taken for something else than what is wanted.
    private func loaded(by group: UnitGroup) -> Live.Loaded {
        let invocation = group.status.invocation
        if let loaded = live.loaded[group.name], loaded.invocation == invocation { return loaded }
        guard !group.status.needsReload, group.changedUs < group.status.startedUs,
            let loadable = group.loadable
        else {
            let unknown = ContentDigest.of("unknown")
            return Live.Loaded(invocation: invocation, digest: unknown, reload: unknown)
        }
        return Live.Loaded(invocation: invocation, loadable)
    }

    /// Has the turn remember what it judged by time, before it changes the files' times itself.
    private mutating func note(_ group: inout UnitGroup) {
        var loaded = loaded(by: group)
        loaded.credentials.merge(observed.fingerprints(of: group.name)) { before, now in
            before.isComparable(with: now) ? before : now
        }
        if !loaded.invocation.isEmpty, live.loaded[group.name] != loaded {
            plan.judged[group.name] = loaded
        }
    }

    /// Whether the main process runs another program than the one behind the unit's link: another
    /// release, or a file that was put in its place.
    private mutating func isStaleProcess(_ group: UnitGroup) -> Bool {
        guard group.service.runsRelease, let key = desired.release,
            startsFromRelease(group)
        else { return false }
        let program: String
        switch group.status.program {
        case .absent: return false
        case .unreadable(let reason):
            plan.notes.append(Note(group.address, "what it runs cannot be seen: \(reason)"))
            return false
        case .present(let found): program = found
        }
        let releases = Layout.releases + "/"
        if program.hasSuffix(" (deleted)") { return true }
        if program.hasPrefix(releases) { return !program.hasPrefix("\(releases)\(key)/") }
        // Neither ours nor gone: an interpreter, when a turn started it; between fork and exec it
        // is systemd itself.
        let isKnown = live.loaded[group.name]?.invocation == group.status.invocation
        return !isKnown && !program.hasPrefix("/usr/lib/systemd/")
    }

    private func startsFromRelease(_ group: UnitGroup) -> Bool {
        let commands = group.service.effectiveText.values("Service", "ExecStart")
        let link = Layout.releaseLink(of: group.name) + "/"
        return commands.last.map { $0.drop { "@-:+!|".contains($0) }.hasPrefix(link) } ?? false
    }

    /// Adds the group to the plan, or holds all of it back.
    mutating func finish(_ group: UnitGroup) {
        let steps = group.steps
        guard !steps.isEmpty else { return }
        let cause = cause(of: group.address)
        if let held = hold(group) {
            plan.held.append(held)
            return
        }
        if let missing = observed.missingPrograms[group.name], !missing.isEmpty,
            !group.service.isMasked, !group.writes.isEmpty || group.effect != .none
        {
            let reason = "there is no program to run at \(missing.joined(separator: ", "))"
            switch cause {
            case .intended: plan.obstacles.append(Obstacle("\(group.address)", reason))
            case .drift: plan.held.append(Held(group.address, gate: "program", reason: reason))
            }
            return
        }
        plan.changes.append(
            Change(
                group.address, group.isNew ? .add : .change, cause, effect: group.effect,
                details: group.details, steps: steps))
    }

    /// Why nothing of this group may be on the disk yet: what waits for a restart would be loaded
    /// by whatever else starts the unit.
    private func hold(_ group: UnitGroup) -> Held? {
        if group.bringsRelease,
            let bar = observed.formats?.bar(hasNoWayBack: desired.programs.hasNoWayBack)
        {
            return Held(group.address, gate: "formats", reason: bar)
        }
        guard group.isStale || group.effect == .reload else { return nil }
        switch group.service.restart {
        case .immediate: return nil
        case .window, .drained:
            let gate = group.service.restart.rawValue
            return Held(group.address, gate: gate, reason: "nothing on this host can prove it yet")
        case .never:
            guard group.isStale else { return nil }
            return Held(group.address, gate: "never", reason: "only a person restarts this unit")
        }
    }
}
