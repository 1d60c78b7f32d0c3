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
            return desired.directories[path] == nil && observed.listings[path] != nil
        }.sorted()
        for address in gone where !isOnHold(address) { refuseUnfit(address) }
        early = filesAboveWanted(gone)
        let units = gone.compactMap { unitRemoval($0) }
        for case .unit(let name) in gone { noteFullFolder(of: name) }
        let stopped = units.compactMap { change -> UnitName? in
            if case .unit(let name) = change.address { name } else { nil }
        }
        let files = gone.compactMap { fileRemoval($0) }
        let folders = folderRemovals(gone, after: units + files)
        return units + files + folders + accountRemovals(gone, stopped: Set(stopped))
    }

    /// Folders that go, from the deepest up; one that holds what others put there stays.
    private mutating func folderRemovals(_ gone: [Address], after changes: [Change]) -> [Change] {
        var emptying = Emptying(changes.flatMap(\.steps) + leftoverSteps)
        var removals: [Change] = []
        for address in gone.reversed() {
            guard let change = directoryRemoval(address) else { continue }
            if case .directory(let path) = address,
                case .removeDirectory(let place)? = change.steps.first,
                change.steps.count == 1,
                let names = observed.listings[path]?.value.map({ emptying.left(of: $0, in: place) }
                ),
                !names.isEmpty
            {
                // One that only holds another that stays needs no words of its own.
                if !names.isSubset(of: emptying.staying(in: place)) { noteStaying(address, names) }
                emptying.keep(place)
                // A folder of ours under another name is nobody's any more: a person looks at it.
                if place == path { plan.staying.insert(address) }
                continue
            }
            emptying.add(change.steps)
            removals.append(change)
        }
        return removals
    }

    /// What goes from units that are still wanted, drop-ins for one: their folders are empty then.
    private var leftoverSteps: [Step] {
        desired.services.keys.filter { !isOnHold(.unit($0)) }.flatMap { name in
            (live.made[name] ?? []).subtracting(desired.places(of: name))
                .filter { !isWantedElsewhere($0, than: name) }
                .compactMap { takeAway($0, of: name) }
        }
    }

    mutating func noteStaying(_ address: Address, _ names: Set<String>) {
        let named = names.sorted().prefix(Strangers.namedMax).joined(separator: ", ")
        let more =
            names.count > Strangers.namedMax ? " and \(names.count - Strangers.namedMax) more" : ""
        plan.notes.append(
            Note(address, "nobody wants it, and it stays, for it holds \(named)\(more)"))
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
