package import Facts

/// One mutation, fully described: who carries it out has nothing left to choose.
package enum Step: Hashable, Sendable {
    case installRelease(ReleaseKey)
    case makeDirectory(HostPath, Ownership)
    case setOwnership(HostPath, Ownership)
    case writeFile(HostPath, SourceFile, Ownership)
    case remove(HostPath)
    /// Puts back what was at a place before it was taken over.
    case putBack(HostPath, Original)
    /// Only when it is empty: what others put there is never deleted.
    case removeDirectory(HostPath)
    case switchLink(HostPath, to: String)
    /// What a unit's program reads, made from desired state.
    case writeConfiguration(HostPath, RenderedConfiguration)
    /// Removes what nobody knows, with a copy kept in the state folder.
    case setAside(HostPath)
    /// Gives what is there a hidden name beside, so that nothing is lost; nothing there, nothing
    /// to do.
    case displace(HostPath, to: HostPath)
    /// Gives a file a second name beside, so that it outlives what is written over it.
    case keepBeside(HostPath, as: HostPath)
    /// Accounts are made, changed and removed by the host's own programs.
    case account(AccountChange)
    /// The service manager reads the unit files anew.
    case loadUnitFiles
    case unit(UnitAction, UnitName)
}

extension Step: CustomStringConvertible {
    /// In a few words, for journals and progress.
    package var description: String {
        switch self {
        case .installRelease(let key): "install release \(key)"
        case .makeDirectory(let path, let ownership): "make \(path) \(ownership.mode)"
        case .setOwnership(let path, let ownership): "set mode of \(path) to \(ownership.mode)"
        case .writeFile(let path, let source, _): "write \(path) from \(source.path)"
        case .remove(let path): "remove \(path)"
        case .putBack(let path, _): "put \(path) back as it was"
        case .removeDirectory(let path): "remove folder \(path)"
        case .switchLink(let path, let target): "switch \(path) to \(target)"
        case .writeConfiguration(let path, _): "write \(path) from config"
        case .setAside(let path): "set \(path) aside"
        case .displace(let path, let spare): "move \(path) aside to \(spare.name)"
        case .keepBeside(let path, let spare): "keep \(path) as \(spare.name)"
        case .account(let change): change.description
        case .loadUnitFiles: "load unit files"
        case .unit(let action, let name): "\(action.rawValue) \(name)"
        }
    }

    /// The path whose temporary file a killed turn may have left behind.
    package var writtenPath: HostPath? {
        switch self {
        case .writeFile(let path, _, _), .switchLink(let path, _), .putBack(let path, _),
            .writeConfiguration(let path, _):
            path
        case .installRelease, .makeDirectory, .setOwnership, .remove, .removeDirectory, .setAside,
            .displace, .keepBeside, .account, .loadUnitFiles, .unit:
            nil
        }
    }

    /// The path that it makes, changes or takes away; nil where that is no managed place.
    package var place: HostPath? {
        switch self {
        case .makeDirectory(let path, _), .setOwnership(let path, _), .writeFile(let path, _, _),
            .remove(let path), .putBack(let path, _), .removeDirectory(let path),
            .switchLink(let path, _), .displace(let path, _), .keepBeside(let path, _),
            .writeConfiguration(let path, _), .setAside(let path):
            path
        case .installRelease, .account, .loadUnitFiles, .unit: nil
        }
    }

    /// Whether it puts a file of a commit at its place.
    var writesFile: Bool {
        if case .writeFile = self { true } else { false }
    }

    /// Whether it changes the names in the folder above its place.
    var changesNames: Bool {
        if case .setOwnership = self { false } else { place != nil }
    }
}
