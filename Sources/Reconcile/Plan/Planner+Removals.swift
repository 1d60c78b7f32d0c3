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
        early = filesAboveWanted(gone)
        let units = gone.compactMap { unitRemoval($0) }
        let stopped = units.compactMap { change -> UnitName? in
            if case .unit(let name) = change.address { name } else { nil }
        }
        return units + gone.compactMap { fileRemoval($0) }
            + gone.reversed().compactMap { directoryRemoval($0) }
            + accountRemovals(gone, stopped: Set(stopped))
    }

    /// Files and links that go, and in whose place a folder is needed.
    private func filesAboveWanted(_ gone: [Address]) -> Set<HostPath> {
        let paths = gone.compactMap { address in
            switch address {
            case .file(let path), .link(let path): path
            case .directory, .user, .group, .unit: nil
            }
        }
        return paths.isEmpty ? [] : desired.foldersAbove.intersection(paths)
    }

    /// Whether a removal counts for the cap: a folder that was made in passing does not.
    func counts(_ change: Change) -> Bool {
        if case .directory = change.address { return live.resources[change.address] != nil }
        return true
    }

    /// What cannot be read is not removed and not forgotten: it stops the turn. So does a folder in
    /// the place of a unit's file.
    private mutating func refuseUnfit(_ address: Address) {
        let path: HostPath? =
            switch address {
            case .directory(let path), .file(let path), .link(let path): path
            case .user, .group: nil
            case .unit(let name): HostPath(ofUnitFile: name)
            }
        guard let path else { return }
        switch observed.files[path] {
        case .absent: break
        case nil: plan.obstacles.append(Obstacle("\(address)", "it was not looked at"))
        case .unreadable(let reason): plan.obstacles.append(Obstacle("\(address)", reason))
        case .present(let status):
            if address.isUnit, status.kind != .file, status.kind != .link {
                plan.obstacles.append(
                    Obstacle(
                        "\(address)",
                        "it is to be removed, and there is a \(status.kind.words)"))
            }
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
        } else if status.load == "loaded" {
            // A turn that was killed had removed the file, and the manager still knows it.
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

    private func isPresent(_ path: HostPath) -> Bool { reading(of: path).value != nil }
}

extension Address {
    var isUnit: Bool {
        if case .unit = self { true } else { false }
    }
}
