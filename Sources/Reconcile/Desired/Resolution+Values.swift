package import JSON
package import YAML

/// One value that holds, and why.
package struct ResolvedValue: Hashable, Sendable {
    /// What says so.
    package enum Origin: Hashable, Sendable {
        case document(YAMLMark)
        /// A variable of the host, by name, and where it stands.
        case variable(String, YAMLMark)
        /// Nothing does, and then this holds.
        case standard
    }

    /// `config.ib.port`, `limits.symbols[0]`.
    package let path: String
    package let value: JSONValue
    package let origin: Origin

    /// The path and the value in its one spelling.
    package var text: String {
        switch value {
        case .string(let text): "\(path) = \(text)"
        case .null, .bool, .integer, .number, .array, .object: "\(path) = \(value.text())"
        }
    }

    /// Where it comes from, as a person should read it.
    package var originText: String {
        switch origin {
        case .document(let mark): "\(mark.document):\(mark.line)"
        case .variable(let name, let mark): "\(name), \(mark.document):\(mark.line)"
        case .standard: "standard"
        }
    }

    /// The same as JSON, with the origin as an object.
    package var json: JSONValue {
        let place: JSONValue =
            switch origin {
            case .document(let mark): Self.json("document", mark)
            case .variable(let name, let mark): Self.json("variable", mark, name: name)
            case .standard: ["kind": "standard"]
            }
        return ["path": .string(path), "value": value, "origin": place]
    }

    private static func json(_ kind: String, _ mark: YAMLMark, name: String? = nil) -> JSONValue {
        var object: JSONObject = ["kind": .string(kind)]
        object["name"] = name.map { .string($0) }
        object["file"] = .string(mark.document)
        object["line"] = .integer(Int64(mark.line))
        return .object(object)
    }
}

extension Resolution {
    /// Every value that holds, in the order of the schema.
    package var values: [ResolvedValue] {
        guard let whole = Schema.desired.completed(document) else { return [] }
        var values: [ResolvedValue] = []
        Self.collect(whole, Schema.desired, [], "", &values)
        return values
    }

    private static func collect(
        _ node: YAMLNode, _ shape: Shape, _ keys: [String], _ path: String,
        _ values: inout [ResolvedValue]
    ) {
        switch shape {
        case .scalar:
            values.append(
                ResolvedValue(path: path, value: shape.json(node), origin: origin(node.mark, keys)))
        case .list(let item):
            for (index, node) in node.items.enumerated() {
                collect(node, item, keys, "\(path)[\(index)]", &values)
            }
        case .map, .table:
            for entry in node.entries {
                guard let inner = shape.shape(of: entry.key) else { continue }
                let place = path.isEmpty ? entry.key : "\(path).\(entry.key)"
                collect(entry.value, inner, keys + [entry.key], place, &values)
            }
        }
    }

    private static func origin(_ mark: YAMLMark, _ keys: [String]) -> ResolvedValue.Origin {
        if mark == .standard { return .standard }
        if mark.document == HostVariables.path,
            let row = HostVariables.table.first(where: { $0.path == keys })
        {
            return .variable(row.name, mark)
        }
        return .document(mark)
    }
}
