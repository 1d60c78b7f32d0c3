import Facts
import JSON
import YAML

extension YAMLMark {
    /// Of a value that no document gives: what the schema says holds then.
    static let standard = YAMLMark(document: "", line: 0, column: 0)
}

extension Shape {
    /// A node with what holds where it says nothing; nil where nothing holds.
    func completed(_ node: YAMLNode?) -> YAMLNode? {
        switch self {
        case .scalar: return node
        case .list(let item):
            guard case .sequence(let items)? = node?.value else { return node }
            return node.map {
                YAMLNode(
                    value: .sequence(items.map { item.completed($0) ?? $0 }), mark: $0.mark)
            }
        case .map(let fields): return Self.completed(node, fields)
        case .table(_, let value):
            guard let node else { return nil }
            let entries = node.entries.map {
                YAMLEntry(
                    key: $0.key, keyMark: $0.keyMark, value: value.completed($0.value) ?? $0.value)
            }
            return YAMLNode(value: .mapping(entries), mark: node.mark)
        }
    }

    private static func completed(_ node: YAMLNode?, _ fields: [Field]) -> YAMLNode? {
        var entries: [YAMLEntry] = []
        for field in fields where field.successor == nil {
            let written = node?.entries.first { $0.key == field.key }
            let standard = field.standard.map {
                YAMLNode(value: .scalar(YAMLScalar(text: $0, isPlain: true)), mark: .standard)
            }
            guard let value = field.shape.completed(written?.value) ?? standard else { continue }
            entries.append(
                YAMLEntry(key: field.key, keyMark: written?.keyMark ?? .standard, value: value))
        }
        if node == nil, entries.isEmpty { return nil }
        return YAMLNode(value: .mapping(entries), mark: node?.mark ?? .standard)
    }

    /// A checked node as JSON: each value in its one spelling, keys in order, so that equal wishes
    /// have equal texts.
    func json(_ node: YAMLNode) -> JSONValue {
        switch self {
        case .scalar(let scalar): return scalar.json(node.text ?? "")
        case .list(let item): return .array(node.items.map(item.json))
        case .map, .table:
            let members = node.entries.sorted { $0.key < $1.key }.compactMap { entry in
                shape(of: entry.key).map { JSONMember(key: entry.key, value: $0.json(entry.value)) }
            }
            return .object(JSONObject(members))
        }
    }

    /// The shape of what stands under a key; nil where no such key may stand.
    func shape(of key: String) -> Shape? {
        switch self {
        case .scalar, .list: nil
        case .map(let fields): fields.first { $0.key == key && $0.successor == nil }?.shape
        case .table(_, let value): value
        }
    }
}

extension Scalar {
    /// A checked text in its one spelling.
    func canonical(_ text: String) -> String {
        switch self {
        case .decimal: Decimal4(text)?.description ?? text
        case .duration: Duration(desired: text)?.desiredText ?? text
        case .interval: Duration(interval: text)?.intervalText ?? text
        case .percentage: Percentage(text)?.description ?? text
        case .money: Money(text)?.description ?? text
        case .time: ZonedTime(text)?.description ?? text
        case .size: ByteSize(text)?.description ?? text
        case .mode: FileMode(octal: text)?.description ?? text
        default: text
        }
    }

    func json(_ text: String) -> JSONValue {
        switch self {
        case .bool: .bool(text == "true")
        case .integer: Int64(text).map { .integer($0) } ?? .string(text)
        default: .string(canonical(text))
        }
    }
}
