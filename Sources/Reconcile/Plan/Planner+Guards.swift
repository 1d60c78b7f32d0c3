import Facts

extension Planner {
    /// Root makes, changes and takes away nothing in a folder that another account owns: design,
    /// promise 15.
    mutating func checkFolders() {
        guard !observed.foreignFolders.isEmpty else { return }
        for change in plan.changes {
            for place in change.steps.compactMap(\.place) {
                guard let (folder, owner) = foreignFolder(above: place) else { continue }
                let obstacle = Obstacle(
                    "\(change.address)",
                    "folder \(folder) belongs to \(owner), and root changes nothing in it")
                if !plan.obstacles.contains(obstacle) { plan.obstacles.append(obstacle) }
            }
        }
    }

    /// The nearest folder above a path that is not root's once folders are as they should be.
    private func foreignFolder(above path: HostPath) -> (HostPath, String)? {
        var above = path.parent
        while let folder = above {
            let owner = desired.directories[folder]?.owner ?? observed.foreignFolders[folder]
            if let owner, owner != "root" { return (folder, owner) }
            above = folder.parent
        }
        return nil
    }

    /// What even root cannot change waits for a person; so does what lies below it. The rest goes
    /// on.
    mutating func holdFrozen() {
        guard !plan.changes.isEmpty,
            observed.files.values.contains(where: { $0.value?.frozen != nil })
        else { return }
        var waiting: Set<HostPath> = []
        let changes = plan.changes
        plan.changes = []
        for change in changes {
            guard let held = hold(change, waiting) else {
                plan.changes.append(change)
                continue
            }
            waiting.formUnion(change.steps.compactMap(\.place))
            plan.held.append(held)
        }
    }

    private func hold(_ change: Change, _ waiting: Set<HostPath>) -> Held? {
        for step in change.steps {
            guard let place = step.place else { continue }
            // What lies below a folder that is called otherwise was looked at by its own path.
            let found = change.address.places.first.flatMap { path in
                observed.files[path]?.value?.frozen.map { (path, $0) }
            }
            if let (path, frozen) = found
                ?? frozen(place, changesNames: step.changesNames)
            {
                let word = frozen == .immutable ? "immutable" : "append-only"
                return Held(
                    change.address, gate: "immutable",
                    reason: "\(path) is \(word); chattr -\(frozen.rawValue) \(path) frees it")
            }
            if case .removeDirectory = step,
                let inside = waiting.first(where: { $0.parent == place })
            {
                return Held(
                    change.address, gate: "immutable", reason: "\(inside) waits as well")
            }
            var above = place.parent
            while let folder = above {
                if waiting.contains(folder) {
                    return Held(
                        change.address, gate: "immutable", reason: "\(folder) waits as well")
                }
                above = folder.parent
            }
        }
        return nil
    }

    /// What keeps a step from being taken: the thing itself, or the folder whose names it changes.
    private func frozen(_ place: HostPath, changesNames: Bool) -> (HostPath, Frozen)? {
        if let frozen = observed.files[place]?.value?.frozen { return (place, frozen) }
        guard changesNames, let folder = place.parent,
            let frozen = observed.files[folder]?.value?.frozen
        else { return nil }
        return (folder, frozen)
    }
}
