/// Cuts a value into words: space parts them, quotes keep them together, a backslash escapes.
///
/// Source: systemd.syntax(7), "Quoting" and the table of escapes.
struct WordSplitter {
    private var rest: Substring.UnicodeScalarView

    init(text: Substring) { rest = text.unicodeScalars }

    mutating func words() throws(UnitFileError) -> [String] {
        var words: [String] = []
        while let first = rest.first {
            if Self.isSpace(first) {
                rest.removeFirst()
            } else if first == ";", Self.endsWord(rest.dropFirst().first) {
                throw UnitFileError(problem: "holds several commands; write a line for each")
            } else {
                words.append(try word())
            }
        }
        return words
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
    }

    private static func endsWord(_ scalar: Unicode.Scalar?) -> Bool {
        scalar.map(isSpace) ?? true
    }

    private mutating func word() throws(UnitFileError) -> String {
        // Bytes, since escapes may spell a character byte by byte.
        var word: [UInt8] = []
        var quote: Unicode.Scalar?
        while let scalar = rest.first {
            if quote == nil, Self.isSpace(scalar) { break }
            rest.removeFirst()
            if scalar == quote {
                quote = nil
            } else if quote == nil, scalar == "\"" || scalar == "'" {
                quote = scalar
            } else if scalar == "\\" {
                word += try escape(isWholeWord: word.isEmpty && quote == nil)
            } else {
                word += Array(String(scalar).utf8)
            }
        }
        if let quote { throw UnitFileError(problem: "the quote \(quote) is not closed") }
        guard let text = String(validating: word, as: UTF8.self) else {
            throw UnitFileError(problem: "an escape makes a word that is not UTF-8")
        }
        return text
    }

    private mutating func escape(isWholeWord: Bool) throws(UnitFileError) -> [UInt8] {
        guard let letter = rest.popFirst() else {
            throw UnitFileError(problem: "ends in a backslash")
        }
        switch letter {
        case "a": return [0x07]
        case "b": return [0x08]
        case "f": return [0x0c]
        case "n": return [0x0a]
        case "r": return [0x0d]
        case "t": return [0x09]
        case "v": return [0x0b]
        case "s": return [0x20]
        case "\\", "\"", "'": return Array(String(letter).utf8)
        case ";" where isWholeWord && Self.endsWord(rest.first): return [0x3b]
        case "x": return [UInt8(try number(digits: 2, radix: 16))]
        case "u": return try scalar(digits: 4)
        case "U": return try scalar(digits: 8)
        case "0"..."3":
            rest.insert(letter, at: rest.startIndex)
            return [UInt8(try number(digits: 3, radix: 8))]
        default: throw UnitFileError(problem: "unknown escape '\\\(letter)'")
        }
    }

    private mutating func scalar(digits: Int) throws(UnitFileError) -> [UInt8] {
        guard let scalar = Unicode.Scalar(try number(digits: digits, radix: 16)) else {
            throw UnitFileError(problem: "an escape stands for no character")
        }
        return Array(String(scalar).utf8)
    }

    private mutating func number(digits: Int, radix: UInt32) throws(UnitFileError) -> UInt32 {
        let text = String(rest.prefix(digits))
        rest = rest.dropFirst(digits)
        guard text.utf8.count == digits, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
            let number = UInt32(text, radix: Int(radix)), number != 0
        else { throw UnitFileError(problem: "an escape is cut short, or stands for NUL") }
        return number
    }
}
