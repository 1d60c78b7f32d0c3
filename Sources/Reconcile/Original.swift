package import Facts

/// What was at a place before a turn took it over; it is put back when no commit wants the place
/// any more, so that going back gives the host as it was.
package struct Original: Hashable, Sendable {
    /// A place that held nothing has no original.
    package var kind: FileKind
    /// As it was found; root where owners are not honoured.
    package var ownership: Ownership
    /// Name of the copy of the bytes, below `originals` in the state folder; nil for a folder.
    package var kept: String?
    /// Where a link pointed; nil for anything else.
    package var linkTarget: String?
    /// Where the thing itself lies, with all that it holds; nil while it lies at its own place or
    /// is kept as a copy.
    package var displaced: HostPath?

    package init(
        kind: FileKind, ownership: Ownership, kept: String? = nil, linkTarget: String? = nil,
        displaced: HostPath? = nil
    ) {
        self.kind = kind
        self.ownership = ownership
        self.kept = kept
        self.linkTarget = linkTarget
        self.displaced = displaced
    }
}

/// Something that a turn puts under another name beside.
package struct Aside: Hashable, Sendable {
    /// What it is called from then on.
    package var spare: HostPath
    /// What it is: by it is known whether the turn had come to it.
    package var kind: FileKind

    package init(spare: HostPath, kind: FileKind) {
        self.spare = spare
        self.kind = kind
    }
}

/// How a unit stood at some time; nil for what is not known or does not matter.
package struct UnitOriginal: Hashable, Sendable {
    /// Whether it was up.
    package var isActive: Bool?
    /// Whether it would start at boot.
    package var isEnabled: Bool?
    /// Whether it was masked.
    package var isMasked: Bool?

    package init(isActive: Bool? = nil, isEnabled: Bool? = nil, isMasked: Bool? = nil) {
        self.isActive = isActive
        self.isEnabled = isEnabled
        self.isMasked = isMasked
    }
}

/// Everything that was taken over.
package struct Originals: Hashable, Sendable {
    /// By path: what lay there before the first turn that wanted the place.
    package var places: [HostPath: Original]
    /// How each unit stood before desired state began to say something of it; nil while it says
    /// nothing of that.
    package var units: [UnitName: UnitOriginal]
    /// How units that existed before stood when they were taken over.
    package var foreign: [UnitName: UnitOriginal]
    /// How units stood when the turn began that has not ended: going back restores what the
    /// healthy commit says nothing of.
    package var before: [UnitName: UnitOriginal]
    /// Where the turn that has not ended put what stood in its way, by place: going back brings a
    /// folder back with all that others keep in it.
    package var aside: [HostPath: Aside]
    package var accounts: AccountOriginals

    package init(
        places: [HostPath: Original] = [:], units: [UnitName: UnitOriginal] = [:],
        foreign: [UnitName: UnitOriginal] = [:], before: [UnitName: UnitOriginal] = [:],
        aside: [HostPath: Aside] = [:],
        accounts: AccountOriginals = AccountOriginals()
    ) {
        self.places = places
        self.units = units
        self.foreign = foreign
        self.before = before
        self.aside = aside
        self.accounts = accounts
    }

    /// Notes how units stand as a turn begins.
    ///
    /// `inventory`: what turns made so far; a unit that is not in it is taken over now.
    ///
    /// `plan`: what is about to be done; only units that it acts on are restored later. Others
    /// start and end by themselves meanwhile: the reconciler's own unit is one.
    package mutating func note(
        _ desired: Desired, _ statuses: [UnitName: UnitStatus], inventory: Set<Address>,
        plan: Plan
    ) {
        for name in plan.actedOnUnits where before[name] == nil {
            before[name] = statuses[name].map { UnitOriginal($0) }
        }
        for (name, service) in desired.services {
            guard let status = statuses[name] else { continue }
            if !inventory.contains(.unit(name)), foreign[name] == nil {
                foreign[name] = UnitOriginal(status)
            }
            var unit = units[name] ?? UnitOriginal()
            if service.state != nil || service.isMasked, unit.isActive == nil {
                unit.isActive = status.isActive
            }
            if service.enabled != nil, unit.isEnabled == nil {
                unit.isEnabled = status.enablement == "enabled"
            }
            units[name] = unit
        }
    }

    /// Forgets what has been put back: whatever desired state says nothing of, but for what is
    /// held.
    package mutating func forget(notIn desired: Desired, held: [Address] = []) {
        var wanted = desired.places.union(held.flatMap(\.places))
        for name in desired.services.keys {
            wanted.formUnion(displacedDropIns(of: name))
            // Its file is put back when it goes, whether or not it is wanted until then.
            if let file = HostPath(ofUnitFile: name) { wanted.insert(file) }
        }
        for case .unit(let name) in held {
            wanted.formUnion(places.keys.filter { $0.mayBelong(to: name) })
        }
        places = places.filter { wanted.contains($0.key) }
        aside = [:]
        accounts.forget(notIn: desired, held: held)
        foreign = foreign.filter { desired.services[$0.key] != nil }
        before = [:]
        for (name, unit) in units {
            guard let service = desired.services[name] else {
                units[name] = nil
                continue
            }
            units[name] = UnitOriginal(
                isActive: service.state == nil && !service.isMasked ? nil : unit.isActive,
                isEnabled: service.enabled == nil ? nil : unit.isEnabled)
        }
    }
}

extension UnitOriginal {
    init(_ status: UnitStatus) {
        // What is masked does not say whether it is enabled.
        let isMasked = status.load == "masked"
        let isBetween = status.active == "activating" || status.active == "deactivating"
        self.init(
            isActive: isBetween ? nil : status.isActive,
            isEnabled: isMasked ? nil : status.enablement == "enabled", isMasked: isMasked)
    }
}

extension Desired {
    /// Every path that a turn may write for this state.
    package var places: Set<HostPath> {
        Set(directories.keys).union(files.keys).union(links.keys).union(
            services.keys.flatMap(places(of:)))
    }

    /// Folders that turns made and that this state does not want: whether they go is for what is
    /// in them to say.
    ///
    /// `made`: what earlier turns made for units.
    package func foldersToList(
        _ inventory: Set<Address>, _ made: [UnitName: Set<HostPath>]
    ) -> [HostPath] {
        let folders = inventory.compactMap { address -> HostPath? in
            guard case .directory(let path) = address else { return nil }
            return directories[path] == nil ? path : nil
        }
        let needed = folders.isEmpty ? [] : foldersAbove
        let ofUnits = made.compactMap { name, places in
            HostPath(ofConfigurationFolderOf: name).flatMap {
                places.contains($0) && !self.places(of: name).contains($0) ? $0 : nil
            }
        }
        return folders.filter { !needed.contains($0) } + ofUnits
    }

    /// Every folder above such a path: they are made in passing where they are missing.
    package var foldersAbove: Set<HostPath> {
        var folders: Set<HostPath> = []
        func add(_ place: HostPath) {
            var above = place.parent
            while let folder = above, folders.insert(folder).inserted { above = folder.parent }
        }
        files.keys.forEach(add)
        directories.keys.forEach(add)
        links.keys.forEach(add)
        services.keys.forEach { places(of: $0).forEach(add) }
        return folders
    }
}

extension Address {
    /// The path that stands or falls with it; what belongs to a unit is not told by its name.
    package var places: [HostPath] {
        switch self {
        case .directory(let path), .file(let path), .link(let path): [path]
        case .user, .group, .unit: []
        }
    }
}
