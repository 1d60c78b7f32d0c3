import Digest
import Facts

/// What has to be done, so that the observed host becomes the desired one.
///
/// Total: it never fails; what cannot be judged is an obstacle or is held. Going back calls it
/// with the healthy state as desired: there is no second mechanism.
///
/// `live`: what earlier turns made real; it tells drift from intended change, and names what to
/// remove.
/// `deletionsMax`: more removals than this are held; nil for no limit (going back).
package func plan(
    desired: Desired, observed: Observed, live: Live, deletionsMax: Int? = nil
) -> Plan {
    var planner = Planner(desired: desired, observed: observed, live: live)
    planner.planAll(deletionsMax: deletionsMax)
    return planner.plan
}

/// The state of one planning: what is given, and the plan as far as it is made.
struct Planner {
    let desired: Desired
    let observed: Observed
    let live: Live
    let units: [UnitName: UnitStatus]
    let folder: UnitFolder
    /// Where things lie that made room in earlier turns, by their own places.
    let moved: [HostPath: HostPath]
    /// The places that units bring with them.
    let unitPlaces: Set<HostPath>
    /// How wanted places are made free.
    var room: [HostPath: [Room]] = [:]
    /// Files and links of ours that go first, because a folder is needed in their place.
    var early: Set<HostPath> = []
    var plan = Plan()

    init(desired: Desired, observed: Observed, live: Live) {
        self.desired = desired
        self.observed = observed
        self.live = live
        units = observed.units.value ?? [:]
        folder = observed.unitFolder.value ?? UnitFolder()
        moved = live.originals.moved
        unitPlaces = Set(desired.services.keys.flatMap(desired.places(of:)))
    }

    mutating func planAll(deletionsMax: Int?) {
        if case .unreadable(let reason) = observed.units {
            plan.obstacles.append(Obstacle("services", reason))
        }
        if case .unreadable(let reason) = observed.unitFolder {
            plan.obstacles.append(Obstacle(Layout.unitFolder, reason))
        }
        for account in observed.missingAccounts where !isMade(account) {
            plan.obstacles.append(Obstacle(account, "desired names it, the host does not have it"))
        }
        // Nearly always all is as it should be: only what is not is put in order.
        let directories = desired.directories.filter { !isAsWanted($0.key, .directory, $0.value) }
            .sorted { $0.key < $1.key }
        let files = desired.files.filter { !isAsWanted($0.key, .file, $0.value.ownership) }
            .sorted { $0.key < $1.key }
        let links = desired.links.filter { !isLinkAsWanted($0.key, $0.value) }
            .sorted { $0.key < $1.key }
        makeRoom(.directory, at: directories.lazy.map(\.key))
        makeRoom(.file, at: files.lazy.map(\.key))
        makeRoom(.link, at: links.lazy.map(\.key))
        let gone = removals()
        let mayRemove = deletionsMax.map { gone.count(where: counts) <= $0 } ?? true
        if mayRemove {
            plan.changes += gone.filter { $0.address.isUnit }
            plan.changes += gone.filter { comesFirst($0) }
        } else {
            holdRemovals(gone, deletionsMax ?? 0)
        }
        planAccounts()
        for (path, ownership) in directories { planDirectory(path, ownership) }
        planFoldersInPassing()
        for (path, file) in files { planFile(path, file) }
        for (path, target) in links { planLink(path, target) }
        noteStrangers()
        planStrayUnits()
        for name in unitOrder(desired.services) { planUnitUnlessHeld(name) }
        if mayRemove {
            plan.changes += gone.filter { !$0.address.isUnit && !comesFirst($0) }
        }
        holdByHand()
        checkFolders()
        holdFrozen()
        installReleaseOnce()
    }

    private mutating func holdRemovals(_ gone: [Change], _ deletionsMax: Int) {
        let reason = "\(gone.count(where: counts)) removals, deletions_max is \(deletionsMax)"
        plan.held += gone.map { Held($0.address, gate: "deletions", reason: reason) }
    }

    /// Whether a commit asked for this difference: it did, unless the commit that was applied last
    /// wanted the same of this thing.
    func cause(of address: Address) -> Change.Cause {
        guard let before = live.resources[address] else { return .intended }
        return before == desired.digest(of: address) ? .drift : .intended
    }

    /// The reading of a path; a path that was never looked at is unreadable, not absent.
    func reading(of path: HostPath) -> Reading<FileStatus> {
        if isBelowEmptied(path) { return .absent }
        return observed.files[path] ?? .unreadable(reason: "it was not looked at")
    }

    /// Whether nothing at all differs, as a quick answer.
    private func isAsWanted(_ path: HostPath, _ kind: FileKind, _ ownership: Ownership) -> Bool {
        guard case .present(let status)? = observed.files[path], status.kind == kind,
            kind == .directory || (status.content == .same && status.names == 1)
        else { return false }
        return differences(status, ownership).isEmpty
    }

    private mutating func planDirectory(_ path: HostPath, _ ownership: Ownership) {
        let address = Address.directory(path)
        let (room, steps) = roomSteps(path)
        switch reading(of: path) {
        case .unreadable(let reason): plan.obstacles.append(Obstacle("\(address)", reason))
        case .absent where steps.isEmpty:
            append(address, .add, ["mode \(ownership.mode)"], [.makeDirectory(path, ownership)])
        case .present(let status) where status.kind == .directory:
            let details = differences(status, ownership)
            if !details.isEmpty {
                append(address, .change, details, [.setOwnership(path, ownership)])
            }
        case .present(let status) where steps.isEmpty: refuse(address, status)
        case .absent: append(address, .add, room, steps + [folderStep(path, ownership)])
        case .present(let status):
            append(
                address, .change, ["\(status.kind.words) -> directory"] + room,
                steps + [folderStep(path, ownership)])
        }
    }

    /// The last step to a folder: one that was brought back is there, and only given to whom it
    /// belongs.
    private func folderStep(_ path: HostPath, _ ownership: Ownership) -> Step {
        isBroughtBack(path) ? .setOwnership(path, ownership) : .makeDirectory(path, ownership)
    }

    private mutating func planFile(_ path: HostPath, _ file: DesiredFile) {
        let address = Address.file(path)
        let write = Step.writeFile(path, file.source, file.ownership)
        let (room, steps) = roomSteps(path)
        switch reading(of: path) {
        case .unreadable(let reason): plan.obstacles.append(Obstacle("\(address)", reason))
        case .absent: append(address, .add, [], [write])
        case .present(let status) where status.kind == .directory || status.kind == .other:
            if steps.isEmpty { return refuse(address, status) }
            append(
                address, .change, ["\(status.kind.words) -> file"] + room, steps + [write])
        case .present(let status):
            let (details, own) = fileSteps(status, path, file.source, file.ownership)
            if !own.isEmpty { append(address, .change, details + room, steps + own) }
        }
    }

    /// Something is in the way that cannot be put beside.
    mutating func refuse(_ address: Address, _ status: FileStatus) {
        plan.obstacles.append(
            Obstacle("\(address)", "there is a \(status.kind.words) in its place"))
    }

    /// What differs between a file that is there and the one that is wanted, and how to mend it.
    ///
    /// Bytes with other names are written anew: what is done to one name is done to all.
    func fileSteps(
        _ status: FileStatus, _ path: HostPath, _ source: SourceFile, _ ownership: Ownership
    ) -> (details: [String], steps: [Step]) {
        let write = Step.writeFile(path, source, ownership)
        if status.kind == .link { return (["link -> file"], [write]) }
        var details = differences(status, ownership)
        if status.names > 1 { details.insert("hard link (\(status.names) names) -> file", at: 0) }
        if status.content != .same { return (["content"] + details, [write]) }
        if status.names > 1 { return (details, [write]) }
        return (details, details.isEmpty ? [] : [.setOwnership(path, ownership)])
    }

    func differences(_ status: FileStatus, _ ownership: Ownership) -> [String] {
        var details: [String] = []
        if status.mode != ownership.mode {
            details.append("mode \(status.mode) -> \(ownership.mode)")
        }
        if let owner = status.owner, owner != ownership.owner {
            details.append("owner \(owner) -> \(ownership.owner)")
        }
        if let group = status.group, group != ownership.group {
            details.append("group \(group) -> \(ownership.group)")
        }
        return details
    }

    mutating func append(
        _ address: Address, _ action: Change.Action, _ details: [String], _ steps: [Step]
    ) {
        plan.changes.append(
            Change(address, action, cause(of: address), details: details, steps: steps))
    }
}
