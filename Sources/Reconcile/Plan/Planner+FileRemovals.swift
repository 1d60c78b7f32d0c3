import Facts

extension Planner {
    /// Whether a removal has to be made before what is wanted: what comes back, or makes room, lies
    /// above something that is wanted.
    func comesFirst(_ change: Change) -> Bool {
        guard !change.address.isUnit else { return false }
        return change.address.places.contains {
            early.contains($0) || (!isWanted($0) && isFolderToComeBack($0))
        }
    }

    private func isFolderToComeBack(_ path: HostPath) -> Bool {
        guard let original = live.originals.places[path], let spare = original.displaced else {
            return false
        }
        return original.kind == .directory && observed.files[spare]?.value != nil
    }

    /// A file or link that nobody wants any more goes, and what others had there comes back.
    func fileRemoval(_ address: Address) -> Change? {
        guard let path = filePath(address), !isWanted(path) else { return nil }
        let status = observed.files[path]?.value
        let hasFolder = live.inventory.contains(.directory(path))
        if status?.kind == .directory, hasFolder { return nil }
        let place = located(path, .file)
        let original = live.originals.places[path]
        if let original, original.displaced != nil, original.isInPlace(observed),
            status?.kind == original.kind
        {
            return nil
        }
        var (details, steps): ([String], [Step]) = ([], [])
        let back = original.map { backSteps($0, of: path, at: place) } ?? []
        if !back.isEmpty { details.append("as it was before") }
        if let status {
            if isOfKind(status.kind, address), !isUnmoved(path) {
                // A file takes the place of another by one rename; a folder does not.
                if back.isEmpty || original?.kind == .directory { steps.append(.remove(place)) }
            } else {
                // Somebody put it there, and nobody wants anything here: it is left alone.
                guard !back.isEmpty, let spare = observed.spares[path] else { return nil }
                details.append("the \(status.kind.words) there is kept as \(spare.name)")
                steps.append(.displace(place, to: sibling(of: place, named: spare)))
            }
        }
        steps += back
        return steps.isEmpty
            ? nil : Change(address, .remove, .intended, details: details, steps: steps)
    }

    /// The path of a file, or of a link in whose place no turn made a file as well.
    private func filePath(_ address: Address) -> HostPath? {
        switch address {
        case .file(let path): path
        case .link(let path): live.inventory.contains(.file(path)) ? nil : path
        case .directory, .user, .group, .unit: nil
        }
    }

    /// Whether this is what a turn would have made; a link in a file's place is taken for one.
    private func isOfKind(_ kind: FileKind, _ address: Address) -> Bool {
        if case .link = address { return kind == .link }
        return kind == .file || kind == .link
    }

    /// What puts back what others had, where it is not there already: `place` is where the path
    /// lies when a folder above it is called otherwise.
    private func backSteps(
        _ original: Original, of path: HostPath, at place: HostPath
    ) -> [Step] {
        guard let spare = original.displaced else {
            return original.kind == .directory ? [] : [.putBack(place, original)]
        }
        guard let status = observed.files[spare]?.value else { return [] }
        var moved = original
        moved.displaced = sibling(of: place, named: spare)
        let isDifferent =
            original.kind == .directory && !differences(status, original.ownership).isEmpty
        return [.putBack(place, moved)]
            + (isDifferent ? [.setOwnership(place, original.ownership)] : [])
    }

    /// The same name in the folder that a path is in.
    func sibling(of place: HostPath, named spare: HostPath) -> HostPath {
        guard let folder = place.parent, let before = spare.parent, folder != before else {
            return spare
        }
        return spare.moved(from: before, to: folder) ?? spare
    }

    /// A folder that nobody wants any more goes when it is empty, or is as it was before.
    func directoryRemoval(_ address: Address) -> Change? {
        guard case .directory(let path) = address else { return nil }
        let place = located(path, .directory)
        let original = live.originals.places[path]
        if isWanted(path) {
            // A file is wanted here: the folder is called otherwise, and goes if it was ours.
            let moved = observed.files[place] ?? observed.files[path]
            guard place != path, original?.kind != .directory, moved?.value?.kind == .directory
            else { return nil }
            return Change(address, .remove, .intended, steps: [.removeDirectory(place)])
        }
        let status = observed.files[path]?.value ?? observed.files[place]?.value
        if let original, original.displaced != nil, !original.isInPlace(observed) {
            return comeBack(address, status, backSteps(original, of: path, at: place))
        }
        guard let status, status.kind == .directory else { return nil }
        guard let original, original.kind == .directory else {
            return Change(address, .remove, .intended, steps: [.removeDirectory(place)])
        }
        let details = differences(status, original.ownership)
        guard !details.isEmpty else { return nil }
        return Change(
            address, .remove, .intended, details: ["as it was before"] + details,
            steps: [.setOwnership(place, original.ownership)])
    }

    /// A folder that a turn made in passing, and that is still needed for what is in it, has the
    /// mode of those: a commit that wanted another one of it may be the one that failed.
    mutating func planFoldersInPassing() {
        let made = live.inventory.compactMap { address -> HostPath? in
            guard case .directory(let path) = address, desired.directories[path] == nil,
                live.originals.places[path] == nil, moved[path] == nil,
                case .present(let status)? = observed.files[path], status.kind == .directory,
                !differences(status, Layout.folderInPassing).isEmpty
            else { return nil }
            return path
        }
        let needed = made.isEmpty ? [] : desired.foldersAbove
        for path in made.sorted() where needed.contains(path) && !unitPlaces.contains(path) {
            guard let status = observed.files[path]?.value else { continue }
            let address = Address.directory(path)
            plan.changes.append(
                Change(
                    address, .change, live.resources[address] == nil ? .drift : .intended,
                    details: differences(status, Layout.folderInPassing),
                    steps: [.setOwnership(path, Layout.folderInPassing)]))
        }
    }

    /// A folder's place gets back what was called otherwise: ours makes room, and what others put
    /// in it since is kept.
    private func comeBack(
        _ address: Address, _ status: FileStatus?, _ back: [Step]
    ) -> Change? {
        guard let path = address.places.first, !back.isEmpty else { return nil }
        let place = located(path, .file)
        var (details, steps): ([String], [Step]) = (["as it was before"], [])
        if let status {
            // A file that a turn made here goes with its own removal.
            let isFiles =
                live.inventory.contains(.file(path)) || live.inventory.contains(.link(path))
            if status.kind != .directory, isFiles { return nil }
            guard let spare = observed.spares[path] else { return nil }
            if status.kind == .directory { steps.append(.removeDirectory(place)) }
            details.append("what others put there is kept as \(spare.name)")
            steps.append(.displace(place, to: sibling(of: place, named: spare)))
        } else if live.inventory.contains(.file(path)) || live.inventory.contains(.link(path)) {
            return nil
        }
        return Change(address, .remove, .intended, details: details, steps: steps + back)
    }
}
