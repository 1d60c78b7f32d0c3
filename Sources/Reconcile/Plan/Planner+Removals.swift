import Facts

extension Planner {
    /// What an earlier turn made, and nobody wants any more: units by name, then files, then
    /// folders from the deepest up.
    func removals() -> [Change] {
        let gone = live.inventory.filter { wanted[$0] == nil }.sorted()
        return gone.compactMap { unitRemoval($0) } + gone.compactMap { fileRemoval($0) }
            + gone.reversed().compactMap { directoryRemoval($0) }
    }

    private func unitRemoval(_ address: Address) -> Change? {
        guard case .unit(let name) = address, let status = units[name] else { return nil }
        var steps: [Step] = []
        if status.isActive || status.active == "activating" { steps.append(.unit(.stop, name)) }
        if status.enablement == "enabled" { steps.append(.unit(.disable, name)) }
        if let path = presentPath(Layout.unitFile(of: name)) {
            steps += [.remove(path), .loadUnitFiles]
        }
        if let link = presentPath(Layout.releaseLink(of: name)), isOursToUnlink(link, name) {
            steps.append(.remove(link))
        }
        if status.active == "failed" { steps.append(.unit(.resetFailed, name)) }
        guard !steps.isEmpty else { return nil }
        return Change(address, .remove, .intended, effect: .stop, steps: steps)
    }

    /// A release link is shared by the units of one stem: `v6-x.service` and `v6-x.timer`.
    private func isOursToUnlink(_ link: HostPath, _ name: UnitName) -> Bool {
        let isUsed = desired.services.contains { $0.key.stem == name.stem && $0.value.runsRelease }
        return !isUsed && reading(of: link).value?.kind == .link
    }

    private func fileRemoval(_ address: Address) -> Change? {
        guard case .file(let path) = address, presentPath(path.text) != nil else { return nil }
        return Change(address, .remove, .intended, steps: [.remove(path)])
    }

    private func directoryRemoval(_ address: Address) -> Change? {
        guard case .directory(let path) = address, presentPath(path.text) != nil else { return nil }
        return Change(address, .remove, .intended, steps: [.removeDirectory(path)])
    }

    private func presentPath(_ text: String) -> HostPath? {
        observed.files.first { $0.key.text == text && $0.value.value != nil }?.key
    }
}

extension Address {
    var isUnit: Bool {
        if case .unit = self { true } else { false }
    }
}
