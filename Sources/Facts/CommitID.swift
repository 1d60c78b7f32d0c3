/// The id of a commit: 40 or 64 lower-case hexadecimal digits.
package struct CommitID: Hashable, Sendable, CustomStringConvertible {
    /// All 40 or 64 digits.
    package let text: String

    /// Nil when the text is no object id.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 40 || text.utf8.count == 64,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }
    /// The first seven digits, as people say it.
    package var short: String { String(text.prefix(7)) }
}
