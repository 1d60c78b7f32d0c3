import Facts
import YAML

/// Makes desired state of one document that its layers are merged in.
///
/// First the document is held against its shape, then read; what the shape refused reads as not
/// there, so that each mistake is told once.
struct DesiredReader {
    /// The document, layers merged.
    let node: YAMLNode
    let checkout: Checkout
    let roots: [HostPath]
    let environment: String
    var faults: [YAMLFault] = []
    /// What is allowed and yet worth a look.
    var warnings: [YAMLFault] = []
    var desired: Desired
    /// Directories that have an entry of their own.
    var listed: Set<HostPath> = []
    /// Values that are missing and have been told.
    var missed: Set<String> = []
    /// What units read, as it is rendered for them.
    var readable: ReadableParts

    init(_ node: YAMLNode, checkout: Checkout, roots: [HostPath], environment: String) {
        self.node = node
        self.checkout = checkout
        self.roots = roots
        self.environment = environment
        desired = Desired(environment: environment)
        readable = ReadableParts(node, environment)
    }

    mutating func read() -> Desired {
        var shape = ShapeCheck(roots: roots)
        shape.check(node, Schema.desired)
        faults += shape.faults
        checkEnvironment(node["environment"])
        readAccounts()
        readPaths()
        readServices()
        readDrift(node["drift"])
        if let stableFor = node.node(at: ["health", "stable_for"])?.text {
            desired.health.stableFor = Duration(desired: stableFor) ?? desired.health.stableFor
        }
        desired.health.bounds = HostBounds(of: node)
        desired.envelope = Envelope(of: node)
        checkPlaces()
        checkSettings()
        checkOrder()
        return desired
    }

    mutating func fault(_ mark: YAMLMark, _ problem: String, _ suggestion: String? = nil) {
        faults.append(YAMLFault(mark: mark, problem: problem, suggestion: suggestion))
    }

    /// The document's name says which environment it is for; what it says itself must agree.
    private mutating func checkEnvironment(_ node: YAMLNode?) {
        guard let node, let named = node.text, named != environment,
            HostSettings.environments.contains(named)
        else { return }
        fault(node.mark, "environment is '\(named)' in the document for '\(environment)'")
    }

    private mutating func readDrift(_ node: YAMLNode?) {
        guard let node else { return }
        desired.drift.strayUnits = node.word("stray_units") ?? desired.drift.strayUnits
        desired.drift.strayDropIns = node.word("stray_drop_ins") ?? desired.drift.strayDropIns
    }

    /// A file of the commit; a fault with suggestion where there is none, but for a path that leads
    /// out of the commit, of which there is a fault already.
    mutating func sourceFile(_ path: String, _ mark: YAMLMark, _ place: String) -> SourceFile? {
        guard isRelative(path) else { return nil }
        if let entry = checkout.entries[path] {
            return SourceFile(
                path: path, digest: entry.digest, size: entry.size, offset: entry.offset)
        }
        fault(
            mark, "\(place): the commit has no file \(path)",
            nearest(to: path, among: checkout.entries.keys.sorted()).map { "did you mean \($0)?" })
        return nil
    }

    /// Nil for a bad path, of which there is a fault already.
    func hostPath(_ text: String) -> HostPath? {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            return nil
        }
    }
}
