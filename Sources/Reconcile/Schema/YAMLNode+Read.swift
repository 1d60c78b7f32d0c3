import YAML

/// Reading what a shape has been held against: what is of another kind reads as not there, and
/// has its fault already.
extension YAMLNode {
    /// The entries of a mapping; none for anything else.
    var entries: [YAMLEntry] { if case .mapping(let entries) = value { entries } else { [] } }

    /// The items of a list; none for anything else.
    var items: [YAMLNode] { if case .sequence(let items) = value { items } else { [] } }

    /// The text of a scalar; nil for anything else, and for nothing.
    var text: String? {
        guard case .scalar(let scalar) = value, !isNull else { return nil }
        return scalar.text
    }

    /// The value under a key.
    subscript(key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }

    /// The value at a path of keys.
    func node(at path: [String]) -> YAMLNode? {
        path.reduce(self) { node, key in node?[key] }
    }

    /// A truth value under a key; nil where none stands.
    func truth(_ key: String) -> Bool? { self[key]?.text.map { $0 == "true" } }

    /// One of a closed list of words under a key.
    func word<Word: RawRepresentable>(_ key: String) -> Word? where Word.RawValue == String {
        self[key]?.text.flatMap { Word(rawValue: $0) }
    }
}
