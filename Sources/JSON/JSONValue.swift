/// One JSON value. `integer(1)` and `number(1.0)` are not equal: a value prints as it was read.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction and exponent that fits 64 bits.
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// The member of that name; nil also when this is no object.
    package subscript(key: String) -> JSONValue? { asObject?[key] }

    /// The text, when this is a string.
    package var asString: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, when this is an integer.
    package var asInteger: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// The number, when this is one of either kind.
    package var asNumber: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// The truth value, when this is one.
    package var asBool: Bool? {
        if case .bool(let truth) = self { truth } else { nil }
    }

    /// The elements, when this is an array.
    package var asArray: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The object, when this is one.
    package var asObject: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral truth: Bool) { self = .bool(truth) }
    package init(integerLiteral number: Int64) { self = .integer(number) }
    package init(floatLiteral number: Double) { self = .number(number) }
    package init(stringLiteral text: String) { self = .string(text) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    package init(dictionaryLiteral members: (String, JSONValue)...) {
        self = .object(JSONObject(members.map { JSONMember(key: $0.0, value: $0.1) }))
    }
}
