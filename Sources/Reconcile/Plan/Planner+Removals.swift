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
        for address in gone where !isOnHold(address) { refuseUnfit(address) }
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
        let files = paths.filter { observed.files[$0]?.value?.kind != .directory }
        return files.isEmpty ? [] : desired.foldersAbove.intersection(files)
    }

    /// Whether a removal counts for the cap: a folder that was made in passing does not.
    func counts(_ change: Change) -> Bool {
        if case .directory = change.address { return live.resources[change.address] != nil }
        return true
    }

    /// What cannot be read is not removed and not forgotten: it stops the turn. So does a folder in
    /// the place of a unit's file.
    private mutating func refuseUnfit(_ address: Address) {
        switch address {
        case .directory(let path), .file(let path), .link(let path): refuseUnfit(address, path, [])
        case .user, .group: break
        case .unit(let name):
            let folder = HostPath(ofConfigurationFolderOf: name)
            for path in (live.made[name] ?? []).sorted() {
                refuseUnfit(address, path, path == folder ? [.directory] : [.file, .link])
            }
        }
    }

    /// `kinds`: what may be there; empty for anything.
    private mutating func refuseUnfit(_ address: Address, _ path: HostPath, _ kinds: [FileKind]) {
        switch observed.files[path] {
        case .absent: break
        case nil: plan.obstacles.append(Obstacle("\(address)", "it was not looked at"))
        case .unreadable(let reason): plan.obstacles.append(Obstacle("\(address)", reason))
        case .present(let status):
            if !kinds.isEmpty, !kinds.contains(status.kind) {
                plan.obstacles.append(
                    Obstacle(
                        "\(address)",
                        "it is to be removed, and there is a \(status.kind.words)"))
            }
        }
    }
}

extension Address {
    var isUnit: Bool {
        if case .unit = self { true } else { false }
    }
}
