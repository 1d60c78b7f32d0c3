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
        let named = YAMLEntry(
            key: "environment", keyMark: .standard,
            value: YAMLNode(
                value: .scalar(YAMLScalar(text: environment, isPlain: true)), mark: .standard))
        let entries = document.entries.filter { Schema.readable.contains($0.key) }
        let isNamed = entries.contains { $0.key == "environment" }
        self.document = YAMLNode(
            value: .mapping(isNamed ? entries : [named] + entries), mark: document.mark)
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
