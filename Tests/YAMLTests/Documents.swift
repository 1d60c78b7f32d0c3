import YAML

/// Reads a document called `d.yaml`.
func parsed(_ text: String) throws(YAMLFaults) -> YAMLNode {
    try YAMLSource(name: "d.yaml", bytes: Array(text.utf8)).parse()
}

/// What is wrong in a document.
func faults(_ bytes: [UInt8]) -> [YAMLFault] {
    do throws(YAMLFaults) {
        _ = try YAMLSource(name: "d.yaml", bytes: bytes).parse()
        return []
    } catch {
        return error.faults
    }
}

/// Each fault as `line:column problem`.
func told(_ text: String) -> [String] { told(Array(text.utf8)) }

func told(_ bytes: [UInt8]) -> [String] {
    faults(bytes).map { "\($0.mark.line):\($0.mark.column) \($0.problem)" }
}

/// A node as text that shows kinds, marks of keys, and which scalars are plain.
func outline(_ node: YAMLNode) -> String {
    switch node.value {
    case .scalar(let scalar): scalar.isPlain ? scalar.text : "'\(scalar.text)'"
    case .sequence(let items): "[" + items.map(outline).joined(separator: ", ") + "]"
    case .mapping(let entries):
        "{"
            + entries.map {
                "\($0.key)@\($0.keyMark.line):\($0.keyMark.column): \(outline($0.value))"
            }.joined(separator: ", ") + "}"
    }
}
