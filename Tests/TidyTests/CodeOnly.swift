/// Swift text with spaces in place of comments and string literals, every line kept.
///
/// What stands in an interpolation is code again.
func codeOnly(_ text: String) -> String {
    var masker = CodeMasker(bytes: Array(text.utf8))
    masker.run()
    return String(decoding: masker.bytes, as: UTF8.self)
}

private struct CodeMasker {
    /// Where the reading stands; the innermost is last.
    private enum Place {
        /// Code, and how many parentheses are open in it.
        case code(parentheses: Int)
        /// A literal: how many quotes and number signs close it.
        case literal(quotes: Int, signs: Int)
    }

    var bytes: [UInt8]
    private var index = 0
    private var places: [Place] = [.code(parentheses: 0)]

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() {
        while index < bytes.count, let place = places.last {
            switch place {
            case .code(let parentheses): readCode(parentheses)
            case .literal(let quotes, let signs): readLiteral(quotes, signs)
            }
        }
    }

    private func follows(_ text: String, at offset: Int = 0) -> Bool {
        index + offset <= bytes.count && bytes[(index + offset)...].starts(with: text.utf8)
    }

    private mutating func mask(_ count: Int) {
        for _ in 0..<count where index < bytes.count {
            if bytes[index] != UInt8(ascii: "\n") { bytes[index] = UInt8(ascii: " ") }
            index += 1
        }
    }

    private mutating func readCode(_ parentheses: Int) {
        if follows("//") {
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { mask(1) }
        } else if follows("/*") {
            while index < bytes.count, !follows("*/") { mask(1) }
            mask(2)
        } else if let (quotes, signs) = opening() {
            mask(quotes + signs)
            places.append(.literal(quotes: quotes, signs: signs))
        } else {
            if follows("(") { places[places.count - 1] = .code(parentheses: parentheses + 1) }
            if follows(")") {
                if parentheses == 0, places.count > 1 {
                    places.removeLast()
                } else {
                    places[places.count - 1] = .code(parentheses: parentheses - 1)
                }
            }
            index += 1
        }
    }

    private func opening() -> (quotes: Int, signs: Int)? {
        let signs = bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count
        if follows("\"\"\"", at: signs) { return (3, signs) }
        return follows("\"", at: signs) ? (1, signs) : nil
    }

    private mutating func readLiteral(_ quotes: Int, _ signs: Int) {
        let number = String(repeating: "#", count: signs)
        if follows(String(repeating: "\"", count: quotes) + number) {
            mask(quotes + signs)
            places.removeLast()
        } else if follows("\\" + number + "(") {
            mask(2 + signs)
            places.append(.code(parentheses: 0))
        } else {
            mask(follows("\\" + number) ? 2 + signs : 1)
        }
    }
}
