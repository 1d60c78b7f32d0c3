/// A commit as git keeps it, taken apart into what was signed and the signature over it.
///
/// Source: git's Documentation/gitformat-signature.txt. Stricter than git: a second signature, or
/// another header that begins with `gpgsig`, makes it a commit with a bad signature, because git
/// leaves such lines out of what is signed.
package struct CommitObject: Hashable, Sendable {
    /// How a commit is signed.
    package enum Signature: Hashable, Sendable {
        case none
        /// What stands between the two lines of dashes, and those.
        case ssh([UInt8])
        case openPGP([UInt8])
        /// It cannot be judged; why, in a sentence.
        case unusable(String)
    }

    /// `Name <mail>`, without what could move a terminal's cursor; empty where there is none.
    package var author = ""
    package var signature = Signature.none
    /// The commit without its signatures: what was signed.
    package var payload: [UInt8] = []

    /// Takes a commit apart; total: what is no commit has an unusable signature.
    ///
    /// `digits`: how long ids are in its repository, 40 or 64, which says where its signature is.
    package init(_ bytes: [UInt8], digits: Int) {
        let own = digits == 64 ? "gpgsig-sha256" : "gpgsig"
        let other = digits == 64 ? "gpgsig" : "gpgsig-sha256"
        var lines = Lines(bytes)
        var signed: [UInt8]?
        var trouble: String?
        /// Where the lines that continue a header go.
        var current = Place.payload
        while let line = lines.next() {
            if line == [Self.newline] {
                payload += line + lines.rest
                break
            }
            if line.first == UInt8(ascii: " ") {
                current.take(line, payload: &payload, signed: &signed)
                continue
            }
            let name = String(decoding: line.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            switch name {
            case own:
                if signed != nil { trouble = "it has two" }
                signed = Array(line.dropFirst(own.utf8.count + 1))
                current = .signature
            case other: current = .nowhere
            case _ where name.hasPrefix("gpgsig"):
                trouble = "it has the header '\(Self.plain(name).prefix(40))'"
                current = .nowhere
            default:
                if name == "author", author.isEmpty { author = Self.person(line) }
                payload += line
                current = .payload
            }
        }
        if !bytes.starts(with: Array("tree ".utf8)) { trouble = "the commit is none" }
        signature = Self.kind(of: signed, trouble)
    }

    private enum Place {
        case payload, signature, nowhere

        func take(_ line: ArraySlice<UInt8>, payload: inout [UInt8], signed: inout [UInt8]?) {
            switch self {
            case .payload: payload += line
            case .signature: signed?.append(contentsOf: line.dropFirst())
            case .nowhere: break
            }
        }
    }

    private static let newline = UInt8(ascii: "\n")

    private static func kind(of signed: [UInt8]?, _ trouble: String?) -> Signature {
        if let trouble { return .unusable(trouble) }
        guard let signed else { return .none }
        func begins(_ text: String) -> Bool { signed.starts(with: Array(text.utf8)) }
        if begins("-----BEGIN SSH SIGNATURE-----") { return .ssh(signed) }
        if begins("-----BEGIN PGP SIGNATURE-----") || begins("-----BEGIN PGP MESSAGE-----") {
            return .openPGP(signed)
        }
        return .unusable("it is neither one of ssh nor of OpenPGP")
    }

    /// `author Name <mail> 1234 +0000` without its first and last two words.
    private static func person(_ line: ArraySlice<UInt8>) -> String {
        let text = String(decoding: line.dropFirst("author ".utf8.count), as: UTF8.self)
        guard let end = text.lastIndex(of: ">") else { return plain(text) }
        return plain(String(text[...end]))
    }

    /// At most 200 characters, and none that a terminal would act on.
    package static func plain(_ text: String) -> String {
        let shown = text.unicodeScalars.map { scalar -> Character in
            let isControl =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
                default: false
                }
            return isControl ? "?" : Character(scalar)
        }
        return String(shown.prefix(200)).trimmed
    }
}

extension String {
    fileprivate var trimmed: String {
        split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
}

/// Bytes line by line, each with its newline where it has one.
private struct Lines {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    mutating func next() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }
}
