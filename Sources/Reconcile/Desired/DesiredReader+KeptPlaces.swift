import Facts

/// Why desired state may put no file, folder or link at a place.
private struct Kept {
    let words: String
    let suggestion: String
}

extension DesiredReader {
    /// The reconciler's own folders, which no commit may change: design, promise 16.
    private static let ownFolders = ["/etc/v6-reconcile", "/var/lib/v6-reconcile"]
    private static let linkFolders = [".wants", ".requires", ".upholds"]

    /// What a unit loads comes with the unit, inside its gates (promise 10): never as a plain file
    /// beside it.
    mutating func checkKeptPlaces() {
        let configurations = Set(
            desired.services.filter { $0.value.configuration != nil }
                .map { Layout.configurationFolder(of: $0.key) })
        let paths = [
            Array(desired.files.keys), Array(desired.directories.keys), Array(desired.links.keys),
        ].joined()
        let refused = paths.compactMap { path in
            Self.kept(path, configurations).map { (path, $0) }
        }
        for (path, kept) in refused.sorted(by: { $0.0 < $1.0 }) {
            guard let mark = mark(of: path) else { continue }
            fault(mark, "\(path) \(kept.words)", kept.suggestion)
        }
    }

    private static func kept(_ path: HostPath, _ configurations: Set<String>) -> Kept? {
        for folder in ownFolders where path.text.isPathWithin(folder) {
            return Kept(
                words: "belongs to the reconciler itself",
                suggestion: "no commit changes its own judge; write it on the host")
        }
        for place in [Layout.healthyLink, Layout.releases]
        where path.text.isPathWithin(place) {
            return Kept(
                words: "is where releases lie",
                suggestion: "write release: true at a service, and release: for where it is from")
        }
        if let folder = path.parent, configurations.contains(folder.text) {
            return Kept(
                words: "lies in a folder of rendered configuration",
                suggestion: "name what the unit needs in reads, or put the file elsewhere")
        }
        guard path.text.isPathWithin(Layout.unitFolder) else { return nil }
        let parts = path.text.dropFirst(Layout.unitFolder.utf8.count + 1).split(separator: "/")
        guard let first = parts.first else { return nil }
        if linkFolders.contains(where: { first.hasSuffix($0) }) {
            return Kept(
                words: "is where systemd keeps what starts units",
                suggestion: "write enabled: true or false at the service")
        }
        if first.hasSuffix(".d") {
            return Kept(
                words: "is a drop-in of a unit",
                suggestion: "name it in drop_ins of its service")
        }
        if parts.count == 1, UnitName(String(first)) != nil {
            return Kept(
                words: "is a unit file", suggestion: "write it under services, as unit:")
        }
        return nil
    }
}

extension String {
    /// Whether this path is `folder` or lies below it; asked for each of 10,000 paths.
    fileprivate func isPathWithin(_ folder: String) -> Bool {
        guard hasPrefix(folder) else { return false }
        let rest = utf8.dropFirst(folder.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/")
    }
}
