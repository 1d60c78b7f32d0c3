import Facts

extension Planner {
    /// What an earlier turn made, and nobody wants any more: units by name, then files, then
    /// folders from the deepest up.
    mutating func removals() -> [Change] {
        let unwanted = live.inventory.filter { !desired.wants($0) }
        if unwanted.isEmpty { return [] }
        let gone = unwanted.filter { address in
            guard case .directory(let path) = address, live.originals.places[path] == nil else {
                return true
            }
            return !desired.needs(path)
        }.sorted()
        for address in gone { refuseUnfit(address) }
        return gone.compactMap { unitRemoval($0) } + gone.compactMap { fileRemoval($0) }
            + gone.reversed().compactMap { directoryRemoval($0) }
    }

    /// Whether a removal counts for the cap: a folder that was made in passing does not.
    func counts(_ change: Change) -> Bool {
        if case .directory = change.address { return live.resources[change.address] != nil }
        return true
    }

    /// What cannot be read, or is of another kind than what a turn made, is not removed and not
    /// forgotten: it stops the turn.
    private mutating func refuseUnfit(_ address: Address) {
        let (path, kinds): (HostPath?, [FileKind]) =
            switch address {
            case .directory(let path): (path, [.directory])
            case .file(let path), .link(let path): (path, [.file, .link])
            case .user, .group: (nil, [])
            case .unit(let name): (HostPath(ofUnitFile: name), [.file, .link])
            }
        guard let path else { return }
        switch reading(of: path) {
        case .absent: break
        case .unreadable(let reason): plan.obstacles.append(Obstacle("\(address)", reason))
        case .present(let status) where !kinds.contains(status.kind):
            plan.obstacles.append(
                Obstacle(
                    "\(address)", "it is to be removed, and there is a \(status.kind.rawValue)"))
        case .present: break
        }
    }

    private func unitRemoval(_ address: Address) -> Change? {
        guard case .unit(let name) = address, let status = units[name] else { return nil }
        let before = live.originals.foreign[name]
        let path = HostPath(ofUnitFile: name).flatMap { isPresent($0) ? $0 : nil }
        let original = path.flatMap { live.originals.places[$0] }
        let isUp = status.isActive || status.active == "activating"
        let staysUp = original != nil && before?.isActive == true
        let staysEnabled = original != nil && before?.isEnabled == true
        var steps: [Step] = []
        let isOwn = observed.ownUnit == name
        if isUp, !staysUp, !isOwn { steps.append(.unit(.stop, name)) }
        if status.enablement == "enabled", !staysEnabled { steps.append(.unit(.disable, name)) }
        if let path {
            steps += [putBackOrRemove(path), .loadUnitFiles]
        } else if status.needsReload {
            // Killed between the two: the file is gone, and the manager still has it loaded.
            steps.append(.loadUnitFiles)
        }
        if let step = unlink(name) { steps.append(step) }
        if status.enablement != "enabled", staysEnabled { steps.append(.unit(.enable, name)) }
        if staysUp { steps.append(.unit(isUp ? .restart : .start, name)) }
        if status.active == "failed", !staysUp { steps.append(.unit(.resetFailed, name)) }
        guard !steps.isEmpty else { return nil }
        return Change(
            address, .remove, .intended, effect: .stop,
            details: original == nil ? [] : ["as it was before"], steps: steps)
    }

    func putBackOrRemove(_ path: HostPath) -> Step {
        live.originals.places[path].map { .putBack(path, $0) } ?? .remove(path)
    }

    /// Takes the release link of a unit of ours away, or puts back what was in its place; nil when
    /// there is nothing to do, or when another unit of the same stem still runs by that link:
    /// `v6-x.service` and `v6-x.timer` share one.
    func unlink(_ name: UnitName) -> Step? {
        let isUsed = desired.services.contains { $0.key.stem == name.stem && $0.value.runsRelease }
        guard !isUsed, let link = HostPath(ofReleaseLink: name) else { return nil }
        let target = reading(of: link).value?.linkTarget
        if let original = live.originals.places[link] {
            return original.linkTarget == target ? nil : .putBack(link, original)
        }
        // A link that leads elsewhere is somebody else's.
        return target?.hasPrefix("releases/") == true ? .remove(link) : nil
    }

    private func fileRemoval(_ address: Address) -> Change? {
        guard case .file(let path) = address else { return nil }
        let original = live.originals.places[path]
        guard isPresent(path) || original != nil else { return nil }
        return Change(
            address, .remove, .intended, details: original == nil ? [] : ["as it was before"],
            steps: [putBackOrRemove(path)])
    }

    private func directoryRemoval(_ address: Address) -> Change? {
        guard case .directory(let path) = address, let status = reading(of: path).value else {
            return nil
        }
        guard let original = live.originals.places[path] else {
            return Change(address, .remove, .intended, steps: [.removeDirectory(path)])
        }
        let details = differences(status, original.ownership)
        guard !details.isEmpty else { return nil }
        return Change(
            address, .remove, .intended, details: ["as it was before"] + details,
            steps: [.setOwnership(path, original.ownership)])
    }

    private func isPresent(_ path: HostPath) -> Bool { reading(of: path).value != nil }
}

extension Address {
    var isUnit: Bool {
        if case .unit = self { true } else { false }
    }
}
