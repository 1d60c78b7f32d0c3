package import Facts
import UnitFile
package import YAML

/// Reads desired state for one environment.
///
/// `roots`: folders that managed paths must lie in.
/// Throws `YAMLFaults`, all of them at once, in order of place.
package func readDesired(
    _ environment: String, from checkout: Checkout, roots: [HostPath]
) throws(YAMLFaults) -> Desired {
    let documents = checkout.texts.filter {
        $0.key.hasPrefix("desired/") && $0.key.hasSuffix(".yaml")
    }
    var sources: [String: YAMLSource] = [:]
    for (path, bytes) in documents {
        sources[String(path.dropFirst("desired/".count))] = YAMLSource(name: path, bytes: bytes)
    }
    let node = try Documents(sources: sources).resolved("\(environment).yaml")
    var reader = DesiredReader(checkout: checkout, roots: roots)
    let desired = reader.read(node, environment)
    if let faults = YAMLFaults(reader.faults.sorted()) { throw faults }
    return desired
}

struct DesiredReader {
    static let keys = ["extends", "environment", "directories", "files", "services", "health"]

    let checkout: Checkout
    let roots: [HostPath]
    var faults: [YAMLFault] = []

    init(checkout: Checkout, roots: [HostPath]) {
        self.checkout = checkout
        self.roots = roots
    }

    mutating func read(_ node: YAMLNode, _ environment: String) -> Desired {
        let fields = Fields(node, known: Self.keys, place: "desired", &faults)
        var desired = Desired(environment: environment)
        checkEnvironment(fields, environment)
        for (entry, path) in paths(fields.node("directories"), "directories") {
            desired.directories[path] = ownership(entry.value, "directories.\(path)", "0755")
        }
        for (entry, path) in paths(fields.node("files"), "files") {
            desired.files[path] = file(entry.value, path)
        }
        readServices(fields, &desired)
        if let health = fields.node("health") { readHealth(health, &desired.health) }
        checkOverlaps(desired, fields)
        return desired
    }

    /// The document's name says which environment it is for; what it says itself must agree.
    private mutating func checkEnvironment(_ fields: Fields, _ environment: String) {
        guard let named = fields.text("environment", "desired", &faults) else { return }
        if named != environment, let node = fields.node("environment") {
            faults.append(
                YAMLFault(
                    mark: node.mark,
                    problem: "environment is '\(named)' in the document for '\(environment)'",
                    suggestion: nil))
        }
    }

    /// The entries of a mapping from paths, each path checked to lie below a root.
    private mutating func paths(
        _ node: YAMLNode?, _ place: String
    ) -> [(YAMLEntry, HostPath)] {
        guard let node else { return [] }
        var read: [(YAMLEntry, HostPath)] = []
        for entry in mapping(node, place, &faults) {
            do throws(BadPath) {
                let path = try HostPath(entry.key)
                if roots.contains(where: { path.isWithin($0) }) {
                    read.append((entry, path))
                } else {
                    fault(
                        entry.keyMark, "\(path) lies below none of the roots",
                        "roots are: \(roots.map(\.text).joined(separator: ", "))")
                }
            } catch {
                fault(entry.keyMark, error.description, nil)
            }
        }
        return read
    }

    private mutating func ownership(
        _ node: YAMLNode, _ place: String, _ modeDefault: String,
        known: [String] = []
    ) -> Ownership {
        let fields = Fields(
            node, known: ["owner", "group", "mode"] + known, place: place, &faults)
        return Ownership(
            owner: account(fields, "owner", place), group: account(fields, "group", place),
            mode: fields.mode("mode", place, &faults) ?? FileMode(octal: modeDefault)
                ?? FileMode(bits: 0o600))
    }

    /// Account names as useradd(8) takes them.
    private mutating func account(_ fields: Fields, _ key: String, _ place: String) -> String {
        guard let name = fields.text(key, place, &faults), let node = fields.node(key) else {
            return "root"
        }
        let isName =
            (1...32).contains(name.utf8.count)
            && name.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f
            } && !name.hasPrefix("-") && Int(name) == nil
        if !isName { fault(node.mark, "\(place).\(key) is '\(name)', no account name", nil) }
        return name
    }

    private mutating func file(_ node: YAMLNode, _ path: HostPath) -> DesiredFile? {
        let place = "files.\(path)"
        let ownership = ownership(node, place, "0644", known: ["source"])
        var ignored: [YAMLFault] = []
        let fields = Fields(node, known: [], place: place, &ignored)
        guard let source = fields.text("source", place, &faults), let mark = fields.node("source")
        else {
            if fields.node("source") == nil {
                fault(node.mark, "\(place) has no source", "write source: files/NAME")
            }
            return nil
        }
        guard let source = sourceFile("desired/" + source, mark.mark, place) else { return nil }
        return DesiredFile(source: source, ownership: ownership)
    }

    /// A file of the commit; a fault with suggestion where there is none.
    mutating func sourceFile(_ path: String, _ mark: YAMLMark, _ place: String) -> SourceFile? {
        if let entry = checkout.entries[path] {
            return SourceFile(
                path: path, digest: entry.digest, size: entry.size, offset: entry.offset)
        }
        let near = nearest(to: path, among: checkout.entries.keys.sorted())
        fault(
            mark, "\(place): the commit has no file \(path)",
            near.map { "did you mean \($0)?" })
        return nil
    }

    mutating func fault(_ mark: YAMLMark, _ problem: String, _ suggestion: String?) {
        faults.append(YAMLFault(mark: mark, problem: problem, suggestion: suggestion))
    }

    private mutating func readHealth(_ node: YAMLNode, _ health: inout DesiredHealth) {
        let fields = Fields(node, known: ["stable_for"], place: "health", &faults)
        if let stableFor = fields.duration("stable_for", "health", &faults) {
            health.stableFor = stableFor
            if stableFor > DesiredHealth.stableForMax, let node = fields.node("stable_for") {
                fault(node.mark, "health.stable_for is over 10m, the longest window", nil)
            }
        }
    }

    /// No path is two things at once.
    private mutating func checkOverlaps(_ desired: Desired, _ fields: Fields) {
        let unitFiles = Dictionary(
            desired.services.keys.map { (Layout.unitFile(of: $0), $0) },
            uniquingKeysWith: { first, _ in first })
        for entry in fields.node("files").map({ mapping($0, "files", &faults) }) ?? [] {
            guard let path = hostPath(entry.key) else { continue }
            if let above = fileAbove(path, desired) {
                fault(entry.keyMark, "\(path) lies below \(above), which is a file", nil)
            }
            if desired.directories[path] != nil {
                fault(entry.keyMark, "\(path) is a file and a directory", nil)
            }
            if let unit = unitFiles[path.text] {
                fault(entry.keyMark, "\(path) is the unit file of services.\(unit)", nil)
            }
        }
    }

    /// A file that stands where a folder above the path would have to be.
    private func fileAbove(_ path: HostPath, _ desired: Desired) -> HostPath? {
        var above = path.parent
        while let folder = above {
            if desired.files[folder] != nil { return folder }
            above = folder.parent
        }
        return nil
    }

    /// Nil for a bad path, of which there is a fault already.
    private func hostPath(_ text: String) -> HostPath? {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            return nil
        }
    }
}
