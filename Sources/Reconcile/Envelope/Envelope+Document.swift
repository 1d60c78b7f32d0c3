import JSON
import YAML

extension Envelope {
    /// Reads it from a document that its layers are merged in; what the document leaves out has
    /// its standard value.
    init(of document: YAMLNode) {
        var values: [String: String] = [:]
        for row in EnvelopeRow.table {
            values[row.place] =
                document.node(at: row.path).flatMap(Self.text)
                ?? Schema.desired.standard(at: row.path)
        }
        // Where nobody says what is traded, nothing is limited and nothing is standard either.
        let written = document.node(at: ["limits"]) != nil
        self.init(values: values.filter { written || !$0.key.hasPrefix("limits.") })
    }

    private static func text(_ node: YAMLNode) -> String? {
        if case .sequence(let items) = node.value {
            return items.compactMap(\.text).sorted().joined(separator: ",")
        }
        return node.text
    }

    /// A document in which nothing is looser than here; what has no order stays as it is written.
    func laid(over document: YAMLNode) -> YAMLNode {
        let own = Envelope(of: document)
        let wanted = own.stricter(of: self)
        var result = document
        for row in EnvelopeRow.table where own.values[row.place] != wanted.values[row.place] {
            guard let text = wanted.values[row.place] else { continue }
            result = layer(Self.nested(Self.node(text, row), row.path), on: result)
        }
        return result
    }

    private static func node(_ text: String, _ row: EnvelopeRow) -> YAMLNode {
        func scalar(_ text: String) -> YAMLNode {
            YAMLNode(value: .scalar(YAMLScalar(text: text, isPlain: true)), mark: .standard)
        }
        guard row.order == .list else { return scalar(text) }
        let items = text.split(separator: ",").map { scalar(String($0)) }
        return YAMLNode(value: .sequence(items), mark: .standard)
    }

    private static func nested(_ value: YAMLNode, _ path: [String]) -> YAMLNode {
        path.reversed().reduce(value) { node, key in
            let entry = YAMLEntry(key: key, keyMark: .standard, value: node)
            return YAMLNode(value: .mapping([entry]), mark: .standard)
        }
    }
}

extension Envelope {
    /// A rendered configuration without what belongs to the envelope.
    static func stripped(_ json: JSONValue, below path: [String] = []) -> JSONValue {
        guard let members = json.asObject?.members else { return json }
        return .object(
            JSONObject(
                members.compactMap { member in
                    let here = path + [member.key]
                    if EnvelopeRow.table.contains(where: { $0.path == here }) { return nil }
                    return JSONMember(key: member.key, value: stripped(member.value, below: here))
                }))
    }
}
