extension JSONValue {
    /// The value as JSON, without a newline at its end; keys in their order.
    ///
    /// Pretty is a line for each element, indented by two spaces; else there is no space at all.
    /// A number that JSON cannot say (infinite, or none) is printed as `null`. Control characters
    /// are escaped, so that the text does no harm to a terminal.
    package func text(pretty: Bool = false) -> String {
        var printer = JSONPrinter(isPretty: pretty)
        printer.add(self, depth: 0)
        return printer.text
    }
}

private struct JSONPrinter {
    let isPretty: Bool
    var text = ""

    mutating func add(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: text += "null"
        case .bool(let truth): text += truth ? "true" : "false"
        case .integer(let number): text += String(number)
        case .number(let number): text += number.isFinite ? number.description : "null"
        case .string(let string): addQuoted(string)
        case .array(let elements): add(elements, depth: depth)
        case .object(let object): add(object, depth: depth)
        }
    }

    private mutating func add(_ elements: [JSONValue], depth: Int) {
        text += "["
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            breakLine(depth + 1)
            add(element, depth: depth + 1)
        }
        if !elements.isEmpty { breakLine(depth) }
        text += "]"
    }

    private mutating func add(_ object: JSONObject, depth: Int) {
        text += "{"
        for (index, member) in object.members.enumerated() {
            if index > 0 { text += "," }
            breakLine(depth + 1)
            addQuoted(member.key)
            text += isPretty ? ": " : ":"
            add(member.value, depth: depth + 1)
        }
        if !object.members.isEmpty { breakLine(depth) }
        text += "}"
    }

    private mutating func breakLine(_ depth: Int) {
        guard isPretty else { return }
        text += "\n"
        for _ in 0..<depth { text += "  " }
    }

    private mutating func addQuoted(_ string: String) {
        text += "\""
        if string.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }) {
            text += string
        } else {
            for scalar in string.unicodeScalars { addEscaped(scalar) }
        }
        text += "\""
    }

    private mutating func addEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}":
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: text.unicodeScalars.append(scalar)
        }
    }
}
