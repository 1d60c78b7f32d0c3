import Facts
import YAML

extension DesiredReader {
    /// No path is two things at once, none lies below what is no folder, and none in a folder of
    /// another account (promise 15).
    mutating func checkPlaces() {
        var above = Above(desired)
        let lists: [(key: String, what: String)] = [
            ("directories", "a directory"), ("files", "a file"), ("links", "a link"),
        ]
        for list in lists {
            for entry in node[list.key]?.entries ?? [] {
                guard let path = hostPath(entry.key) else { continue }
                if let obstacle = above.obstacle(path) {
                    fault(entry.keyMark, "\(path) lies below \(obstacle)", obstacle.suggestion)
                }
                if let other = otherKind(of: path, than: list.key) {
                    fault(entry.keyMark, "\(path) is \(list.what) and \(other)")
                }
            }
        }
        checkKeptPlaces()
        for place in ownPlaces() {
            if let mark = mark(of: place.path) {
                fault(mark, "\(place.path) is \(place.what)")
            }
            if let obstacle = above.obstacle(place.path) {
                fault(
                    place.mark, "\(place.path), \(place.what), lies below \(obstacle)",
                    obstacle.suggestion)
            }
        }
    }

    /// Told at files rather than directories, and at links rather than either.
    private func otherKind(of path: HostPath, than key: String) -> String? {
        if key != "directories", desired.directories[path] != nil { return "a directory" }
        if key == "links", desired.files[path] != nil { return "a file" }
        return nil
    }

    /// A path that units have for themselves.
    private struct OwnPlace {
        let path: HostPath
        /// `the unit file of services.v6-x.service`
        let what: String
        let mark: YAMLMark
    }

    private func ownPlaces() -> [OwnPlace] {
        var places: [OwnPlace] = []
        for entry in node["services"]?.entries ?? [] {
            guard let name = UnitName(entry.key), let service = desired.services[name] else {
                continue
            }
            func add(_ text: String, _ what: String) {
                guard let path = hostPath(text) else { return }
                places.append(
                    OwnPlace(
                        path: path, what: "\(what) of services.\(name)", mark: entry.keyMark))
            }
            if service.unit != nil || service.isMasked {
                add(Layout.unitFile(of: name), "the unit file")
            }
            for dropIn in service.dropIns.keys.sorted() {
                add("\(Layout.dropInFolder(of: name))/\(dropIn)", "a drop-in")
            }
            if service.runsRelease { add(Layout.releaseLink(of: name), "the release link") }
            if service.configuration != nil {
                let folder = Layout.configurationFolder(of: name)
                add(folder, "the configuration folder")
                add("\(folder)/config.json", "the configuration")
            }
        }
        return places
    }

    /// Where a path was asked for, by itself or as part of a tree; nil where it was not.
    func mark(of path: HostPath) -> YAMLMark? {
        guard
            desired.files[path] != nil || desired.directories[path] != nil
                || desired.links[path] != nil
        else { return nil }
        for key in ["files", "directories", "links"] {
            if let entry = node[key]?.entries.first(where: { $0.key == path.text }) {
                return entry.keyMark
            }
        }
        return node["directories"]?.entries.last { entry in
            hostPath(entry.key).map { path.isWithin($0) } ?? false
        }?.keyMark
    }
}

/// What stands above paths; each folder is looked at once, however many paths lie below it.
private struct Above {
    enum Obstacle: CustomStringConvertible {
        case file(HostPath)
        case link(HostPath)
        case foreign(HostPath, owner: String)

        var description: String {
            switch self {
            case .file(let path): "\(path), which is a file"
            case .link(let path): "\(path), which is a link"
            case .foreign(let path, let owner): "\(path), which belongs to \(owner)"
            }
        }

        var suggestion: String? {
            guard case .foreign = self else { return nil }
            return "root writes into no folder of another account"
        }
    }

    private let desired: Desired
    private var known: [HostPath: Obstacle?] = [:]

    init(_ desired: Desired) { self.desired = desired }

    /// The nearest thing that keeps a path from lying where it should.
    mutating func obstacle(_ path: HostPath) -> Obstacle? {
        guard let folder = path.parent else { return nil }
        if let known = known[folder] { return known }
        let found = self.found(folder) ?? obstacle(folder)
        known.updateValue(found, forKey: folder)
        return found
    }

    private func found(_ folder: HostPath) -> Obstacle? {
        if desired.files[folder] != nil { return .file(folder) }
        if desired.links[folder] != nil { return .link(folder) }
        if let owner = desired.directories[folder]?.owner, owner != "root" {
            return .foreign(folder, owner: owner)
        }
        return nil
    }
}
