import Facts

extension Planner {
    /// What an earlier turn made, and nobody wants any more: units by name, then files, then
    /// folders from the deepest up.
    func removals() -> [Change] {
        let needed = desired.foldersAbove
        let gone = live.inventory.filter { address in
            if case .directory(let path) = address, needed.contains(path),
                live.originals.places[path] == nil
            {
                return false
            }
            return wanted[address] == nil
        }.sorted()
        return gone.compactMap { unitRemoval($0) } + gone.compactMap { fileRemoval($0) }
            + gone.reversed().compactMap { directoryRemoval($0) }
    }

    /// Whether a removal counts for the cap: a folder that was made in passing does not.
    func counts(_ change: Change) -> Bool {
        if case .directory = change.address { return live.resources[change.address] != nil }
        return true
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
        if isUp, !staysUp { steps.append(.unit(.stop, name)) }
        if status.enablement == "enabled", !staysEnabled { steps.append(.unit(.disable, name)) }
        if let path { steps += [putBackOrRemove(path), .loadUnitFiles] }
        if let link = HostPath(ofReleaseLink: name), isOursToUnlink(link, name) {
            steps.append(putBackOrRemove(link))
        }
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

    /// A release link is shared by the units of one stem: `v6-x.service` and `v6-x.timer`.
    func isOursToUnlink(_ link: HostPath, _ name: UnitName) -> Bool {
        let isUsed = desired.services.contains { $0.key.stem == name.stem && $0.value.runsRelease }
        return !isUsed && reading(of: link).value?.kind == .link
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
        guard case .directory(let path) = address, isPresent(path) else { return nil }
        let original = live.originals.places[path]
        return Change(
            address, .remove, .intended, details: original == nil ? [] : ["as it was before"],
            steps: [original.map { .setOwnership(path, $0.ownership) } ?? .removeDirectory(path)])
    }

    private func isPresent(_ path: HostPath) -> Bool { reading(of: path).value != nil }
}

extension Address {
    var isUnit: Bool {
        if case .unit = self { true } else { false }
    }
}
