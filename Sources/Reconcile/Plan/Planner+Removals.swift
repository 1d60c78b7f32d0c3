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
        switch address {
        case .directory(let path): refuseUnfit(address, path, [.directory])
        case .file(let path), .link(let path): refuseUnfit(address, path, [.file, .link])
        case .user, .group: break
        case .unit(let name):
            let folder = HostPath(ofConfigurationFolderOf: name)
            for path in (live.made[name] ?? []).sorted() {
                refuseUnfit(address, path, path == folder ? [.directory] : [.file, .link])
            }
        }
    }

    private mutating func refuseUnfit(_ address: Address, _ path: HostPath, _ kinds: [FileKind]) {
        switch reading(of: path) {
        case .absent: break
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(address)", reason))
        case .present(let status) where !kinds.contains(status.kind):
            plan.obstacles.append(
                Obstacle(
                    "\(address)", "it is to be removed, and there is a \(status.kind.rawValue)"))
        case .present: break
        }
    }

    func putBackOrRemove(_ path: HostPath) -> Step {
        live.originals.places[path].map { .putBack(path, $0) } ?? .remove(path)
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
