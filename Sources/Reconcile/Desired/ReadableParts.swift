import JSON
import YAML

/// The parts of desired state that units may read, with what holds where it says nothing.
struct ReadableParts {
    /// Shape of a document that holds nothing else.
    let shape: Shape
    /// The document; completed at the first reading, because a host may have no unit that reads.
    private lazy var node: YAMLNode = completed()
    private let document: YAMLNode

    init(_ document: YAMLNode, _ environment: String) {
        self.document = layer(
            document, on: YAMLNode(mapping: ["environment": environment], at: .standard))
        guard case .map(let fields) = Schema.desired else { preconditionFailure("no map") }
        shape = .map(fields.filter { Schema.readable.contains($0.key) })
    }

    private func completed() -> YAMLNode {
        shape.completed(document) ?? YAMLNode(value: .mapping([]), mark: document.mark)
    }

    /// The value of a part; nil where nothing holds.
    mutating func node(at path: [String]) -> YAMLNode? { node.node(at: path) }

    /// Only these parts, each where it stands, as one document.
    mutating func json(_ parts: [[String]]) -> JSONValue {
        shape.json(Self.pruned(node, parts))
    }

    private static func pruned(_ node: YAMLNode, _ parts: [[String]]) -> YAMLNode {
        if parts.contains([]) { return node }
        let entries = node.entries.compactMap { entry -> YAMLEntry? in
            let inside = parts.filter { $0.first == entry.key }.map { Array($0.dropFirst()) }
            if inside.isEmpty { return nil }
            return YAMLEntry(
                key: entry.key, keyMark: entry.keyMark, value: pruned(entry.value, inside))
        }
        return YAMLNode(value: .mapping(entries), mark: node.mark)
    }
}

extension YAMLNode {
    /// A mapping of plain texts.
    init(mapping texts: [String: String], at mark: YAMLMark) {
        let entries = texts.sorted { $0.key < $1.key }.map { key, text in
            YAMLEntry(
                key: key, keyMark: mark,
                value: YAMLNode(value: .scalar(YAMLScalar(text: text, isPlain: true)), mark: mark))
        }
        self.init(value: .mapping(entries), mark: mark)
    }
}
