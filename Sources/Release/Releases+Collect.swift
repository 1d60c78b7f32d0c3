import Facts
package import Machine

extension Releases {
    /// Every release that lies on the host, with when it was laid out, in microseconds since 1970.
    package func installed() throws(MachineError) -> [(key: String, atUs: Int64)] {
        var all: [(key: String, atUs: Int64)] = []
        for key in try files.list(try hostPath(Self.folder)) ?? [] where !key.hasPrefix(".") {
            let manifest = try hostPath("\(Self.folder)/\(key)/\(ReleaseManifest.name)")
            guard let status = files.status(of: manifest, accounts: accounts).value else {
                continue
            }
            all.append((key, status.modifiedUs))
        }
        return all
    }

    /// Keys of releases that a link beside them leads to, or a process runs from; nil when that
    /// cannot be told of every process.
    package func inUse() throws(MachineError) -> Set<String>? {
        let above = try hostPath(Self.above)
        var keys: Set<String> = []
        for name in try files.list(above) ?? [] {
            let link = files.status(of: try hostPath("\(above)/\(name)"), accounts: accounts)
            if case .unreadable(let reason) = link {
                throw MachineError("look at", "\(above)/\(name)", .found(reason))
            }
            if let target = link.value?.linkTarget, target.hasPrefix("releases/") {
                keys.insert(String(target.dropFirst("releases/".count)))
            }
        }
        let folder = files.outside(try hostPath(Self.folder)) + "/"
        guard let programs = runningPrograms(below: folder, demandsAll: files.honoursOwners) else {
            return nil
        }
        for program in programs {
            keys.insert(String(program.dropFirst(folder.count).prefix { $0 != "/" }))
        }
        return keys
    }

    /// Removes a release: first its name goes, in one rename, so that no half of it is ever run.
    package func remove(_ key: String) throws(MachineError) {
        let old = try hostPath("\(Self.folder)/.old-\(key)")
        try files.removeTree(old)
        try files.move(try hostPath("\(Self.folder)/\(key)"), to: old)
        try files.removeTree(old)
    }

    /// Removes what killed turns left half laid out or half removed.
    package func removeLeftovers() throws(MachineError) {
        for name in try files.list(try hostPath(Self.folder)) ?? [] where name.hasPrefix(".") {
            try files.removeTree(try hostPath("\(Self.folder)/\(name)"))
        }
    }
}
