import Facts
import YAML

/// Holds a document against its shape; every fault is kept, none ends the reading.
///
/// What passes can be read by `YAMLNode`'s own accessors without a further look at kinds.
struct ShapeCheck {
    /// Folders that managed paths must lie in.
    let roots: [HostPath]
    private(set) var faults: [YAMLFault] = []
    /// The keys on the way to what is checked.
    private var keys: [String] = []

    init(roots: [HostPath]) { self.roots = roots }

    mutating func check(_ node: YAMLNode, _ shape: Shape) {
        switch shape {
        case .scalar(let scalar): check(node, scalar)
        case .list(let item):
            guard case .sequence(let nodes) = node.value else {
                if !node.isNull { faults.append(mistyped(node, place, "a list")) }
                return
            }
            for node in nodes { check(node, item) }
        case .map(let fields): check(node, fields)
        case .table(let names, let value):
            for entry in entries(of: node) { check(entry, names, value) }
        }
    }

    /// The entries of a mapping; where it is none there is a fault.
    private mutating func entries(of node: YAMLNode) -> [YAMLEntry] {
        if case .mapping(let entries) = node.value { return entries }
        return mapping(node, place, &faults)
    }

    /// What faults call the place: `services.v6-x.service`.
    private var place: String { keys.isEmpty ? "desired" : keys.joined(separator: ".") }

    private mutating func check(_ node: YAMLNode, _ scalar: Scalar) {
        guard case .scalar(let written) = node.value, !node.isNull else {
            faults.append(mistyped(node, place, scalar.wanted))
            return
        }
        guard let problem = scalar.problem(with: written, roots: roots) else { return }
        fault(node.mark, "\(place) \(problem.words)", problem.suggestion)
    }

    private mutating func check(_ entry: YAMLEntry, _ names: Scalar, _ value: Shape) {
        let name = YAMLScalar(text: entry.key, isPlain: true)
        if let problem = names.problem(with: name, roots: roots) {
            fault(entry.keyMark, "a key of \(place) \(problem.words)", problem.suggestion)
        }
        keys.append(entry.key)
        check(entry.value, value)
        keys.removeLast()
    }

    private mutating func check(_ node: YAMLNode, _ fields: [Field]) {
        let entries = entries(of: node)
        for entry in entries {
            guard let field = fields.first(where: { $0.key == entry.key }) else {
                refuse(entry, fields)
                continue
            }
            if let successor = field.successor {
                fault(
                    entry.keyMark, "'\(field.key)' was removed from \(place)", "write \(successor)")
                continue
            }
            keys.append(entry.key)
            check(entry.value, field.shape)
            keys.removeLast()
        }
        for field in fields {
            guard let needed = field.needed, !entries.contains(where: { $0.key == field.key })
            else { continue }
            fault(node.mark, "\(place) has no \(field.key)", "write \(needed)")
        }
    }

    private mutating func refuse(_ entry: YAMLEntry, _ fields: [Field]) {
        let known = fields.filter { $0.successor == nil }.map(\.key)
        fault(
            entry.keyMark, "unknown key '\(entry.key)' in \(place)",
            didYouMean(entry.key, among: known)
                ?? "known here: \(known.sorted().joined(separator: ", "))")
    }

    private mutating func fault(_ mark: YAMLMark, _ problem: String, _ suggestion: String?) {
        faults.append(YAMLFault(mark: mark, problem: problem, suggestion: suggestion))
    }
}
