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
            .loadUnitFiles, .unit:
            nil
        }
    }
}
