import Facts

/// What becomes of the names in folders while things are taken away.
struct Emptying {
    /// What is no longer there.
    private var gone: Set<HostPath> = []
    /// Folders in which something is put.
    private var filled: Set<HostPath> = []
    /// Folders that were to go, and stay.
    private var kept: Set<HostPath> = []

    init(_ steps: [Step]) { add(steps) }

    mutating func add(_ steps: [Step]) {
        for step in steps {
            switch step {
            case .remove(let path), .removeDirectory(let path), .setAside(let path):
                gone.insert(path)
            case .displace(let path, let spare):
                gone.insert(path)
                if let folder = spare.parent { filled.insert(folder) }
            case .putBack(let path, let original):
                if let spare = original.displaced { gone.insert(spare) }
                gone.remove(path)
                if let folder = path.parent { filled.insert(folder) }
            case .installRelease, .makeDirectory, .setOwnership, .writeFile, .switchLink,
                .writeConfiguration, .keepBeside, .account, .loadUnitFiles, .unit:
                break
            }
        }
    }

    mutating func keep(_ folder: HostPath) { kept.insert(folder) }

    /// What of these names is left in a folder.
    func left(of names: Set<String>, in folder: HostPath) -> Set<String> {
        let left = names.subtracting(self.names(of: gone, in: folder))
        return left.isEmpty && filled.contains(folder) ? ["what comes back"] : left
    }

    /// The names of folders in it that stay as well.
    func staying(in folder: HostPath) -> Set<String> { names(of: kept, in: folder) }

    private func names(of paths: Set<HostPath>, in folder: HostPath) -> Set<String> {
        Set(paths.filter { $0.parent == folder }.map { String($0.name) })
    }
}
