extension JSONValue {
    /// Deepest nesting of arrays and objects that is read; more is taken for an attack.
    package static let depthMax = 64

    /// Reads exactly one JSON value, strictly as RFC 8259 has it.
    ///
    /// Refused as well: a key that stands twice, bytes that are not UTF-8, half a surrogate pair,
    /// a number beyond a double, a byte order mark.
    ///
    /// - Returns: the value; an integer that fits 64 bits is `.integer`.
    /// - Throws: `JSONError` with the place of the first fault.
    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        return try parser.document()
    }
}

/// A reader by descent; its recursion is bounded by `depthMax`.
private struct JSONParser {
    let bytes: [UInt8]
    var offset = 0

    mutating func document() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { throw fault("a byte order mark is not JSON") }
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw fault("more text after the value") }
        return value
    }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func fault(_ problem: String, at place: Int? = nil) -> JSONError {
        JSONError(in: bytes, at: place ?? offset, problem)
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            offset += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard let first = next else { throw fault("the text ends where a value should stand") }
        switch first {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw fault("no value begins so")
        }
    }

    private mutating func word(
        _ word: StaticString, _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        let expected = word.withUTF8Buffer { Array($0) }
        guard bytes[offset...].starts(with: expected) else { throw fault("no value begins so") }
        offset += expected.count
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        try open(depth)
        if take(UInt8(ascii: "]")) { return [] }
        var elements: [JSONValue] = []
        while true {
            skipSpace()
            elements.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw fault("expected ',' or ']'") }
        }
    }

    private mutating func open(_ depth: Int) throws(JSONError) {
        guard depth <= JSONValue.depthMax else {
            throw fault("nested deeper than \(JSONValue.depthMax)")
        }
        offset += 1
        skipSpace()
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        try open(depth)
        if take(UInt8(ascii: "}")) { return JSONObject() }
        var members: [JSONMember] = []
        var keys: Set<String> = []
        while true {
            skipSpace()
            let place = offset
            guard next == UInt8(ascii: "\"") else { throw fault("expected a key in quotes") }
            let key = try string()
            guard keys.insert(key).inserted else {
                throw fault("the key \(JSONValue.string(key).text()) stands twice", at: place)
            }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw fault("expected ':'") }
            skipSpace()
            members.append(JSONMember(key: key, value: try value(depth: depth)))
            skipSpace()
            if take(UInt8(ascii: "}")) { return JSONObject(distinct: members) }
            guard take(UInt8(ascii: ",")) else { throw fault("expected ',' or '}'") }
        }
    }
}

extension JSONParser {
    private mutating func digits() throws(JSONError) {
        let start = offset
        while let byte = next, (0x30...0x39).contains(byte) { offset += 1 }
        guard offset > start else { throw fault("expected a digit") }
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = offset
        var isInteger = true
        _ = take(UInt8(ascii: "-"))
        let first = offset
        try digits()
        guard bytes[first] != UInt8(ascii: "0") || offset == first + 1 else {
            throw fault("a number has no leading zero", at: first)
        }
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, let number = Int64(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else {
            throw fault("the number is too large", at: start)
        }
        return .number(number)
    }

    private mutating func string() throws(JSONError) -> String {
        let start = offset
        offset += 1
        var text = ""
        while true {
            text += try plainRun()
            switch next {
            case UInt8(ascii: "\""):
                offset += 1
                return text
            case UInt8(ascii: "\\"): text.unicodeScalars.append(try escape())
            case nil: throw fault("the string has no end", at: start)
            default: throw fault("a control character in a string must be escaped")
            }
        }
    }

    /// The bytes up to a quote, a backslash, a control character or the end.
    private mutating func plainRun() throws(JSONError) -> String {
        let start = offset
        while let byte = next, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\")
        {
            offset += 1
        }
        if let text = String(validating: bytes[start..<offset], as: UTF8.self) { return text }
        // The longest valid beginning ends where the fault stands.
        var place = start
        while place < offset {
            let width = max(1, (~bytes[place]).leadingZeroBitCount)
            let end = min(place + width, offset)
            guard String(validating: bytes[place..<end], as: UTF8.self) != nil else { break }
            place = end
        }
        throw fault("not UTF-8", at: place)
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = offset
        offset += 1
        guard let letter = next else { throw fault("the string has no end", at: start) }
        offset += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try scalar(from: start)
        default: throw fault("no such escape", at: start)
        }
    }

    private mutating func scalar(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xdc00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw fault("half a surrogate pair", at: start)
        }
        let second = try fourDigits()
        guard (0xdc00...0xdfff).contains(second),
            let scalar = Unicode.Scalar(
                0x10000 + (UInt32(first) - 0xd800) << 10 + (UInt32(second) - 0xdc00))
        else { throw fault("half a surrogate pair", at: start) }
        return scalar
    }

    private mutating func fourDigits() throws(JSONError) -> UInt16 {
        var number: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("expected four hexadecimal digits")
            }
            number = number << 4 | UInt16(digit)
            offset += 1
        }
        return number
    }
}
