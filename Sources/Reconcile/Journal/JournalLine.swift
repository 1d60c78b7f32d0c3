package import Digest
package import JSON

/// What is remembered of a journal's end, so that lines that are cut off are missed.
package struct JournalHead: Hashable, Sendable {
    /// The number of the last line, from 1 on.
    package var number: Int64
    /// Over that line's bytes, without its newline.
    package var digest: ContentDigest

    package init(number: Int64, digest: ContentDigest) {
        self.number = number
        self.digest = digest
    }

    /// As `state.json` keeps it.
    package var json: JSONValue { ["n": .integer(number), "digest": .string("\(digest)")] }

    /// Nil when the document is not of this shape.
    package init?(_ json: JSONValue) {
        guard let number = json["n"]?.asInteger, number > 0,
            let digest = json["digest"]?.asString.flatMap({ ContentDigest(hex: $0) })
        else { return nil }
        self.init(number: number, digest: digest)
    }
}

/// One line of the journal. It ends in a digest of itself, its seal; lines of journals that began
/// before there were seals have none.
package struct JournalLine: Hashable, Sendable {
    /// What a journal's first line names as the digest of the one before.
    package static let beginning = ContentDigest.of("v6 journal 1")
    private static let sealStart = Array(",\"digest\":\"".utf8)
    private static let sealEnd = Array("\"}".utf8)
    private static let sealBytes = sealStart.count + 64 + sealEnd.count

    /// From 1 on.
    package let number: Int64
    /// Digest of the line before.
    package let previous: ContentDigest
    package let isSealed: Bool
    package let entry: JSONValue
    /// What the next line names, and what is remembered while there is none.
    package let head: JournalHead

    /// The bytes of an entry with its seal, without a newline.
    package static func sealed(_ entry: JSONObject) -> [UInt8] {
        precondition(!entry.isEmpty, "an entry has at least its number")
        let open = Array(JSONValue.object(entry).text().utf8.dropLast())
        return open + sealStart + Array("\(ContentDigest.of(open))".utf8) + sealEnd
    }

    /// Reads one line, without its newline.
    ///
    /// - Throws: `JournalFault` when it is no entry, or not as it was written.
    package init(_ bytes: [UInt8]) throws(JournalFault) {
        let seal = Self.seal(of: bytes)
        if let seal, seal != .of(Array(bytes.dropLast(Self.sealBytes))) {
            throw JournalFault("it was changed: it is not what its own digest was made over")
        }
        do throws(JSONError) {
            entry = try JSONValue.parse(bytes)
        } catch {
            throw JournalFault("it is no entry: \(error)")
        }
        guard let number = entry["n"]?.asInteger,
            let previous = entry["previous"]?.asString.flatMap({ ContentDigest(hex: $0) })
        else { throw JournalFault("it has no number, or does not name the line before") }
        self.number = number
        self.previous = previous
        isSealed = seal != nil
        head = JournalHead(number: number, digest: .of(bytes))
    }

    /// The digest at a line's end; nil when it ends in none.
    private static func seal(of bytes: [UInt8]) -> ContentDigest? {
        let tail = bytes.suffix(sealBytes)
        guard tail.count == sealBytes, tail.starts(with: sealStart),
            tail.suffix(sealEnd.count).elementsEqual(sealEnd)
        else { return nil }
        return ContentDigest(hexDigits: tail.dropFirst(sealStart.count).prefix(64))
    }
}

/// What is wrong with a line: the rest of a sentence that begins with the line.
package struct JournalFault: Error, Hashable, Sendable {
    /// Without the line.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
