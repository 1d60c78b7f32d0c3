/// A document as it was read, before anything is made of it.
package struct YAMLSource: Hashable, Sendable {
    /// Longest document, in bytes.
    package static let bytesMax = 16 << 20
    /// Most nodes of a document, keys counted too; bounds time and memory.
    package static let nodesMax = 200_000
    /// Deepest nesting of mappings and sequences; the outermost is 1.
    package static let depthMax = 32
    /// Most faults that are told of one document; after them the reading stops.
    package static let faultsMax = 100

    /// How people should see it called: a path.
    package let name: String
    /// The bytes without a byte order mark.
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// Reads the one document that the source must be.
    ///
    /// - Throws: `YAMLFaults`, all of them, for what is not YAML, is no single document, or uses
    ///   what is refused here: anchors, aliases, tags, directives, merge keys, keys that are not
    ///   texts, keys that stand twice, and more than the limits allow.
    package func parse() throws(YAMLFaults) -> YAMLNode {
        guard bytes.count <= Self.bytesMax else {
            throw YAMLFaults(
                fault(
                    atByte: 0, "larger than \(Self.bytesMax >> 20) MiB",
                    "split it, or make it smaller"))
        }
        if let offset = firstByteNotUTF8() {
            throw YAMLFaults(
                fault(atByte: offset, "byte \(offset) is not UTF-8", "save the file as UTF-8"))
        }
        return try bytes.withUnsafeBufferPointer { (buffer) throws(YAMLFaults) -> YAMLNode in
            var composer = YAMLComposer(source: self)
            let reader = YAMLEventReader(buffer, of: self)
            return try composer.compose(reader)
        }
    }

    /// The text of a line, counted from 1, without its end; nil when there is no such line.
    ///
    /// Lines end where libyaml lets them end: LF, CR, CRLF, NEL, LS and PS.
    package func line(_ number: Int) -> String? {
        guard let start = offset(ofLine: number) else { return nil }
        var end = start
        while end < bytes.count, lineEndLength(at: end) == 0 { end += 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    func fault(atByte offset: Int, _ problem: String, _ suggestion: String) -> YAMLFault {
        YAMLFault(mark: mark(atByte: offset), problem: problem, suggestion: suggestion)
    }

    /// The mark itself, or the document's end for one behind it: libyaml counts an end of the
    /// document as a line of its own.
    func mark(nearest mark: YAMLMark) -> YAMLMark {
        offset(ofLine: mark.line) == nil ? self.mark(atByte: bytes.count) : mark
    }

    private func mark(atByte offset: Int) -> YAMLMark {
        var (line, start, index) = (1, 0, 0)
        while index < offset {
            let length = lineEndLength(at: index)
            index += max(1, length)
            if length > 0, index <= offset { (line, start) = (line + 1, index) }
        }
        let before = String(decoding: bytes[start..<max(start, offset)], as: UTF8.self)
        return YAMLMark(document: name, line: line, column: before.unicodeScalars.count + 1)
    }

    private func offset(ofLine number: Int) -> Int? {
        var (line, index) = (1, 0)
        while line < number, index < bytes.count {
            let length = lineEndLength(at: index)
            index += max(1, length)
            if length > 0 { line += 1 }
        }
        return line == number ? index : nil
    }

    /// How many bytes the line end at this offset has; 0 where there is none.
    private func lineEndLength(at index: Int) -> Int {
        func follows(_ next: [UInt8]) -> Bool { bytes[(index + 1)...].starts(with: next) }
        switch bytes[index] {
        case 0x0a: return 1
        case 0x0d: return follows([0x0a]) ? 2 : 1
        case 0xc2: return follows([0x85]) ? 2 : 0
        case 0xe2: return follows([0x80, 0xa8]) || follows([0x80, 0xa9]) ? 3 : 0
        default: return 0
        }
    }

    private func firstByteNotUTF8() -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        var decoder = Unicode.UTF8.ForwardParser()
        var rest = bytes.makeIterator()
        var offset = 0
        while true {
            switch decoder.parseScalar(from: &rest) {
            case .valid(let scalar): offset += scalar.count
            case .error: return offset
            case .emptyInput: return nil
            }
        }
    }
}
