extension UnitText {
    /// Longest unit file, in bytes (systemd: LONG_LINE_MAX, for one line).
    package static let bytesMax = 1 << 20

    /// Reads a unit file.
    ///
    /// Stricter than systemd, which warns and goes on: a line outside of any section, or without a
    /// `=`, is refused, by a `UnitFileError` that gives the file's name and the first such line.
    package static func parse(
        _ bytes: [UInt8], name: String
    ) throws(UnitFileError) -> UnitText {
        var reader = UnitReader(name: name)
        guard bytes.count <= bytesMax else {
            throw UnitFileError(name: name, line: 1, problem: "larger than \(bytesMax) bytes")
        }
        let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        for line in lines { try reader.read(line.last == 0x0d ? line.dropLast() : line) }
        return try reader.finish()
    }
}

/// Joins lines, and sorts what they say into sections.
private struct UnitReader {
    let name: String
    private var line = 0
    private var sections: [UnitSection] = []
    private var current: Int?
    /// What the lines said so far that ended in a backslash, and where the first of them stands.
    private var unfinished: (text: String, line: Int)?

    init(name: String) { self.name = name }

    mutating func read(_ bytes: ArraySlice<UInt8>) throws(UnitFileError) {
        line += 1
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw fault("not UTF-8", in: line)
        }
        guard !text.utf8.contains(0) else { throw fault("holds a NUL byte", in: line) }
        if line == 1, text.unicodeScalars.first == "\u{feff}" { text.unicodeScalars.removeFirst() }
        text = text.trimmingLeadingSpace
        if text.hasPrefix("#") || text.hasPrefix(";") { return }
        let start = unfinished?.line ?? line
        text = (unfinished?.text ?? "") + text
        unfinished = nil
        let slashes = text.utf8.reversed().prefix { $0 == UInt8(ascii: "\\") }.count
        if slashes % 2 == 1 {
            unfinished = (String(text.dropLast()) + " ", start)
        } else {
            try take(text.trimmingSpace, from: start)
        }
    }

    mutating func finish() throws(UnitFileError) -> UnitText {
        if let (text, line) = unfinished { try take(text.trimmingSpace, from: line) }
        return UnitText(sections: sections)
    }

    private mutating func take(_ text: String, from line: Int) throws(UnitFileError) {
        if text.isEmpty { return }
        if text.hasPrefix("[") {
            guard text.hasSuffix("]"), text.count > 2 else {
                throw fault("a section must end in ']'", in: line)
            }
            enter(String(text.dropFirst().dropLast()))
            return
        }
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw fault("expected Key=Value", in: line)
        }
        guard let current else { throw fault("stands outside of any section", in: line) }
        sections[current].assignments.append(
            UnitAssignment(
                key: String(text[..<equals]).trimmingSpace,
                value: String(text[text.index(after: equals)...]).trimmingSpace))
    }

    private mutating func enter(_ section: String) {
        if let index = sections.firstIndex(where: { $0.name == section }) {
            current = index
        } else {
            current = sections.count
            sections.append(UnitSection(name: section))
        }
    }

    private func fault(_ problem: String, in line: Int) -> UnitFileError {
        UnitFileError(name: name, line: line, problem: problem)
    }
}

extension String {
    /// Without the space, tabs and returns at its beginning, as systemd's WHITESPACE has them.
    var trimmingLeadingSpace: String {
        String(Substring(unicodeScalars.drop { $0 == " " || $0 == "\t" || $0 == "\r" }))
    }

    /// Without the space, tabs and returns at both ends.
    var trimmingSpace: String {
        var rest = trimmingLeadingSpace.unicodeScalars
        while let last = rest.last, last == " " || last == "\t" || last == "\r" {
            rest.removeLast()
        }
        return String(rest)
    }
}
