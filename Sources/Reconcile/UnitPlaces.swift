package import Facts

extension Desired {
    /// Every path that a turn may write for one unit: its unit file, or the link that masks it,
    /// its drop-ins, its configuration and the folder of that, its release link.
    package func places(of name: UnitName) -> Set<HostPath> {
        guard let service = services[name] else { return [] }
        var places: [HostPath?] = []
        if service.unit != nil || service.isMasked { places.append(HostPath(ofUnitFile: name)) }
        places += service.dropIns.keys.map { HostPath(ofDropIn: $0, of: name) }
        if service.configuration != nil {
            places.append(HostPath(ofConfigurationOf: name))
            if let folder = HostPath(ofConfigurationFolderOf: name), directories[folder] == nil {
                places.append(folder)
            }
        }
        if service.runsRelease { places.append(HostPath(ofReleaseLink: name)) }
        return Set(places.compactMap(\.self))
    }

    /// What belongs to each unit.
    package var unitPlaces: [UnitName: Set<HostPath>] {
        Dictionary(uniqueKeysWithValues: services.keys.map { ($0, places(of: $0)) })
    }
}

extension Desired {
    /// What of the host stands for a thing.
    func places(of address: Address) -> [HostPath] {
        if case .unit(let name) = address { return Array(places(of: name)) }
        return address.places
    }

    /// Whether drop-ins that no commit gives go away from this unit.
    package func displacesDropIns(of name: UnitName) -> Bool {
        services[name]?.unit != nil && drift.strayDropIns == .remove
    }
}

extension Originals {
    /// Drop-ins that were there before, of this unit; those that went for it among them.
    package func displacedDropIns(of name: UnitName) -> [HostPath] {
        let folder = Layout.dropInFolder(of: name)
        return places.keys.filter { $0.parent?.text == folder }
    }
}

extension Plan {
    /// Drop-ins of others that go: they are put back when their unit is let go.
    package var displacedDropIns: [UnitName: Set<HostPath>] {
        var found: [UnitName: Set<HostPath>] = [:]
        for change in changes {
            guard case .unit(let name) = change.address else { continue }
            for case .setAside(let path) in change.steps
            where path.parent?.text == Layout.dropInFolder(of: name) {
                found[name, default: []].insert(path)
            }
        }
        return found
    }
}

extension UnitName {
    /// What belonged to every unit before it was noted for each.
    package var usualPlaces: Set<HostPath> {
        Set([HostPath(ofUnitFile: self), HostPath(ofReleaseLink: self)].compactMap(\.self))
    }
}

extension HostPath {
    /// Whether a turn may have made this for the unit.
    func mayBelong(to unit: UnitName) -> Bool {
        self == HostPath(ofUnitFile: unit) || self == HostPath(ofReleaseLink: unit)
            || self == HostPath(ofConfigurationOf: unit)
            || self == HostPath(ofConfigurationFolderOf: unit)
            || parent?.text == Layout.dropInFolder(of: unit)
    }

    /// A path from parts that are checked; nil when they are too long together.
    private init?(checked text: String) {
        do throws(BadPath) {
            try self.init(text)
        } catch {
            return nil
        }
    }

    /// The path of a unit's file.
    package init?(ofUnitFile unit: UnitName) { self.init(checked: Layout.unitFile(of: unit)) }

    /// The path of one of a unit's drop-ins.
    package init?(ofDropIn name: String, of unit: UnitName) {
        self.init(checked: "\(Layout.dropInFolder(of: unit))/\(name)")
    }

    /// The path of a unit's rendered configuration.
    package init?(ofConfigurationOf unit: UnitName) {
        self.init(checked: Layout.configurationFile(of: unit))
    }

    /// The folder of a unit's rendered configuration.
    package init?(ofConfigurationFolderOf unit: UnitName) {
        self.init(checked: Layout.configurationFolder(of: unit))
    }

    /// The path of a unit's release link.
    package init?(ofReleaseLink unit: UnitName) {
        self.init(checked: Layout.releaseLink(of: unit))
    }
}
