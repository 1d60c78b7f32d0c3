import Facts

/// How a place is made free for what is wanted there.
enum Room: Hashable {
    /// What stands there is ours, and goes.
    case removed
    /// It is called otherwise from then on.
    case displaced(to: HostPath)
    /// It gets a second name, and is written over.
    case keptBeside(HostPath)
    /// What was called otherwise by a turn that did not end comes back.
    case broughtBack(from: HostPath)
}

extension Planner {
    /// Bytes of the largest file that is kept as a copy when it is taken over; a larger one is kept
    /// itself, under a second name.
    static let copiedBytesMax = 256 << 20

    /// Decides for each wanted place that is not as it should be what becomes of the thing there.
    mutating func makeRoom(_ kind: FileKind, at paths: some Sequence<HostPath>) {
        for path in paths {
            let rooms = self.rooms(path, kind)
            if !rooms.isEmpty { room[path] = rooms }
        }
    }

    private mutating func rooms(_ path: HostPath, _ kind: FileKind) -> [Room] {
        let status = observed.files[path]?.value
        var rooms: [Room] = []
        if let status {
            if status.kind == kind {
                guard kind == .file, isToKeepBeside(path, status) else { return [] }
                if let spare = spare(path) { return [.keptBeside(spare)] }
                plan.obstacles.append(
                    Obstacle("\(path)", "no name beside it is free, to keep what is there"))
                return []
            }
            if isWrittenOver(path, status.kind, by: kind) { return [] }
            if kind == .directory, isOurs(path, status.kind) {
                rooms.append(.removed)
            } else if let spare = spare(path) {
                rooms.append(.displaced(to: spare))
            } else {
                return []
            }
        }
        if kind == .directory, let spare = moved[path],
            observed.files[spare]?.value?.kind == .directory
        {
            rooms.append(.broughtBack(from: spare))
        }
        return rooms
    }

    /// Whether desired state wants anything at this very path.
    func isWanted(_ path: HostPath) -> Bool {
        desired.directories[path] != nil || desired.files[path] != nil
            || desired.links[path] != nil || unitPlaces.contains(path)
    }

    func spare(_ path: HostPath) -> HostPath? {
        observed.spares[path].map { sibling(of: path, named: $0) }
    }

    /// Whether one rename puts the wanted thing in the place of this one, and nothing is lost.
    private func isWrittenOver(_ path: HostPath, _ found: FileKind, by wanted: FileKind) -> Bool {
        switch (found, wanted) {
        case (.link, .file): true
        case (.file, .link): isOurs(path, .file)
        case (_, _): false
        }
    }

    /// Whether a turn made the file or link that is there.
    private func isOurs(_ path: HostPath, _ kind: FileKind) -> Bool {
        if isUnmoved(path) { return false }
        return switch kind {
        case .file: live.inventory.contains(.file(path))
        case .link: live.inventory.contains(.file(path)) || live.inventory.contains(.link(path))
        case .directory, .other: false
        }
    }

    /// Whether a turn that did not end was to move aside what is there, and had not come to it.
    func isUnmoved(_ path: HostPath) -> Bool {
        guard let aside = live.originals.aside[path] else { return false }
        return observed.files[aside.spare] == .absent
            && observed.files[path]?.value?.kind == aside.kind
    }

    /// Whether a file that others made has to be kept itself: where a turn had made something else,
    /// or where a copy would be too large, or would not share its bytes with its other names.
    private func isToKeepBeside(_ path: HostPath, _ status: FileStatus) -> Bool {
        let isChanged = status.content != .same
        if isUnmoved(path) { return isChanged }
        if let original = live.originals.places[path], original.displaced == nil { return false }
        if let original = live.originals.places[path] {
            return isChanged && original.kind == .file && original.isInPlace(observed)
        }
        if live.inventory.contains(.file(path)) { return false }
        let isOfOtherKind =
            live.inventory.contains(.link(path)) || live.inventory.contains(.directory(path))
        if isOfOtherKind { return isChanged }
        return status.names > 1 || (isChanged && status.size > Self.copiedBytesMax)
    }

    /// What is done to make room, and in words.
    func roomSteps(_ path: HostPath) -> (details: [String], steps: [Step]) {
        var (details, steps): ([String], [Step]) = ([], [])
        for room in room[path] ?? [] {
            switch room {
            case .removed: steps.append(.remove(path))
            case .displaced(let spare):
                details.append("what is there is kept as \(spare.name)")
                if let before = ownershipBefore(path) {
                    steps.append(.setOwnership(path, before))
                }
                steps.append(.displace(path, to: spare))
            case .keptBeside(let spare):
                details.append("what is there is kept as \(spare.name)")
                steps.append(.keepBeside(path, as: spare))
            case .broughtBack(let spare):
                details.append("back from \(spare.name)")
                steps.append(.putBack(path, original(at: spare)))
            }
        }
        return (details, steps)
    }

    /// What a folder that others had made is given back before it is put beside; nil for any other.
    private func ownershipBefore(_ path: HostPath) -> Ownership? {
        guard let original = live.originals.places[path], original.kind == .directory,
            original.isInPlace(observed), let status = observed.files[path]?.value,
            status.kind == .directory, !differences(status, original.ownership).isEmpty
        else { return nil }
        return original.ownership
    }

    /// What lies under a spare name, to be called by its own name again.
    private func original(at spare: HostPath) -> Original {
        let status = observed.files[spare]?.value
        return Original(
            kind: status?.kind ?? .directory,
            ownership: Ownership(
                owner: status?.owner ?? "root", group: status?.group ?? "root",
                mode: status?.mode ?? FileMode(bits: 0o700)),
            displaced: spare)
    }

    /// Whether this folder is emptied, so that nothing is below it however it was.
    func isEmptied(_ folder: HostPath) -> Bool {
        room[folder] != nil && observed.files[folder] != .absent && !isBroughtBack(folder)
    }

    /// Whether this folder comes back with all that it held.
    func isBroughtBack(_ folder: HostPath) -> Bool {
        (room[folder] ?? []).contains { if case .broughtBack = $0 { true } else { false } }
    }

    /// Whether a folder above the path is emptied by this plan.
    func isBelowEmptied(_ path: HostPath) -> Bool {
        if room.isEmpty && early.isEmpty { return false }
        var above = path.parent
        while let folder = above {
            if isEmptied(folder) || (early.contains(folder) && !isBroughtBack(folder)) {
                return true
            }
            above = folder.parent
        }
        return false
    }

    /// Where a thing that an earlier turn made lies when this plan has made room: at its path, or
    /// below a folder that is called otherwise.
    ///
    /// `kind`: of what the turn made there; only a folder can be the one that was moved itself.
    func located(_ path: HostPath, _ kind: FileKind) -> HostPath {
        var next: HostPath? = kind == .directory ? path : path.parent
        while let place = next {
            let rooms = room[place] ?? []
            for case .displaced(let spare) in rooms where rooms.count == 1 {
                return path.moved(from: place, to: spare) ?? path
            }
            if !isBroughtBack(place), isElsewhere(place), let spare = moved[place] {
                return path.moved(from: place, to: spare) ?? path
            }
            next = place.parent
        }
        return path
    }

    /// Whether a folder lies under another name, and stays there.
    private func isElsewhere(_ place: HostPath) -> Bool {
        guard let spare = moved[place], observed.files[spare]?.value?.kind == .directory,
            observed.files[place]?.value?.kind != .directory
        else { return false }
        // A place that nobody wants any more gets back what others had there.
        return isWanted(place) || live.originals.places[place]?.displaced != spare
    }
}
