package import JSON

extension Schema {
    /// JSON Schema, draft 2020-12, of one document of `desired/`, for editors.
    ///
    /// Of one, not of the layers together: so nothing is required in it, and null may stand
    /// anywhere, which removes what the document below says.
    package static var json: JSONValue {
        var schema: JSONObject = [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "Desired state of V6, one document",
        ]
        schema.members += desired.schema.members
        return .object(schema)
    }
}

extension Shape {
    /// What an editor should take here; `null` aside.
    fileprivate var schema: JSONObject {
        switch self {
        case .scalar(let scalar): return scalar.schema
        case .list(let item):
            return ["type": "array", "items": .object(item.schema)]
        case .map(let fields):
            return [
                "type": "object", "additionalProperties": false,
                "properties": .object(
                    JSONObject(fields.map { JSONMember(key: $0.key, value: $0.schema) })),
            ]
        case .table(let names, let value):
            return [
                "type": "object", "propertyNames": .object(names.schema),
                "additionalProperties": value.orNull,
            ]
        }
    }

    fileprivate var orNull: JSONValue {
        ["anyOf": [.object(schema), ["type": "null"]]]
    }
}

extension Field {
    fileprivate var schema: JSONValue {
        if let successor {
            return [
                "not": [:], "deprecated": true, "description": .string("Removed: \(successor)."),
            ]
        }
        var object = JSONObject([
            JSONMember(key: "description", value: .string(summary))
        ])
        if let standard, case .scalar(let scalar) = shape {
            object["default"] = scalar.json(standard)
        }
        object["anyOf"] = [.object(shape.schema), ["type": "null"]]
        return .object(object)
    }
}

extension Scalar {
    /// Stricter than the reader nowhere, laxer where only the host can tell.
    fileprivate var schema: JSONObject {
        switch self {
        case .bool: return ["type": "boolean"]
        case .integer(let range):
            return [
                "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ]
        case .word(let words): return ["enum": .array(words.map { .string($0) })]
        case .decimal:
            return [
                "anyOf": [
                    ["type": "number", "minimum": 0],
                    ["type": "string", "pattern": "^[0-9]+([.][0-9]{1,4})?$"],
                ]
            ]
        default:
            guard let pattern else { return ["type": ["string", "number", "boolean"]] }
            return ["type": "string", "pattern": .string(pattern)]
        }
    }

    /// Nil where any text will do.
    private var pattern: String? {
        switch self {
        case .text, .bool, .integer, .decimal, .word, .target, .name: nil
        case .duration: "^[0-9]+[smhd]$"
        case .interval: "^[0-9]+(ms|[smhd])$"
        case .percentage: "^[0-9]+([.][0-9]{1,2})?%$"
        case .money: "^[0-9]+([.][0-9]{1,2})? [A-Z]{3}$"
        case .time: "^[0-2][0-9]:[0-5][0-9] (UTC|[A-Za-z_-]+(/[A-Za-z0-9_-]+){1,2})$"
        case .size: "^[0-9]+(B|KiB|MiB|GiB|TiB)$"
        case .mode: "^[0-7]{3,4}$"
        case .path, .managedPath: "^(/[^/]+)+$"
        case .folder: "^(/|(/[^/]+)+)$"
        case .account: "^[a-z0-9_][a-z0-9_-]{0,31}$"
        case .unit: "^[A-Za-z0-9:_.@\\\\-]+[.](service|timer|target|socket|path|slice|mount)$"
        case .source, .unitFile: "^[^/]+(/[^/]+)*$"
        case .address: "^([A-Za-z0-9.-]+|\\[[0-9a-f:]+\\]):[0-9]{1,5}$"
        case .host: "^[A-Za-z0-9.-]{1,253}$"
        case .zone: "^(UTC|[A-Za-z_-]+(/[A-Za-z0-9_-]+){1,2})$"
        case .part: "^[A-Za-z0-9_-]+([.].+)*$"
        case .brokerAccount: "^[A-Z]{1,3}[0-9]{4,12}$"
        case .sha256: "^[0-9a-f]{64}$"
        }
    }
}
