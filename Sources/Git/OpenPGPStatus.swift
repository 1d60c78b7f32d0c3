package import Facts

/// What gpg says of one signature by its status lines.
///
/// Source: GnuPG's doc/DETAILS, "Format of the --status-fd output".
package struct OpenPGPStatus: Hashable, Sendable {
    private static let mark = "[GNUPG:] "

    /// Good only for exactly one signature that is good and valid, with nothing said against it.
    package let verdict: SignatureVerdict

    /// `hasSucceeded`: gpg ended with 0, without which nothing is good.
    package init(_ text: String, hasSucceeded: Bool) {
        var words: [String: [Substring]] = [:]
        var goods = 0
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix(Self.mark) {
            let parts = line.dropFirst(Self.mark.count).split(separator: " ", maxSplits: 1)
            guard let word = parts.first else { continue }
            if word == "GOODSIG" { goods += 1 }
            words[String(word)] = parts.dropFirst().first.map { $0.split(separator: " ") } ?? []
        }
        verdict = Self.verdict(words, goods: goods, hasSucceeded)
    }

    private static func verdict(
        _ words: [String: [Substring]], goods: Int, _ hasSucceeded: Bool
    ) -> SignatureVerdict {
        func key(_ word: String) -> String? {
            words[word].map { CommitObject.plain($0.joined(separator: " ")) }
        }
        if words["BADSIG"] != nil { return .bad("gpg finds it wrong") }
        if words["REVKEYSIG"] != nil { return .revoked(key("REVKEYSIG")) }
        if words["EXPKEYSIG"] != nil { return .expired(key("EXPKEYSIG")) }
        if words["EXPSIG"] != nil { return .expired(key("EXPSIG")) }
        if words["NO_PUBKEY"] != nil { return .unknownKey(key("NO_PUBKEY")) }
        guard hasSucceeded, goods == 1, words["ERRSIG"] == nil, let valid = words["VALIDSIG"],
            let fingerprint = valid.last, let good = words["GOODSIG"]
        else { return .bad("gpg cannot judge it") }
        let name = CommitObject.plain(good.dropFirst().joined(separator: " "))
        return .good(signer: "\(name) (\(fingerprint))")
    }
}
