import YAML

/// Finds secrets in the files of a commit, by what they look like and by what they are called.
///
/// `path`: the file's, as findings name it. One pass; 64 findings of a file at the most.
package func secrets(in bytes: [UInt8], path: String) -> [SecretFinding] {
    bytes.withUnsafeBufferPointer { SecretScan(bytes: $0, path: path).findings() }
}

/// Looks at places that could begin or end a secret, and at nothing else.
struct SecretScan {
    private static let findingsMax = 64

    let bytes: UnsafeBufferPointer<UInt8>
    let path: String

    func findings() -> [SecretFinding] {
        var findings: [SecretFinding] = []
        var (line, lineStart) = (1, 0)
        // What is called a password in a program's bytes is a name and no value.
        let isText = !bytes.prefix(8_192).contains(0)
        var index = 0
        while index < bytes.count, findings.count < Self.findingsMax {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                (line, lineStart) = (line + 1, index + 1)
            } else if let (what, end) = secret(at: index, byte, isText) {
                let mark = YAMLMark(document: path, line: line, column: index - lineStart + 1)
                findings.append(SecretFinding(mark: mark, what: what))
                index = max(index, end - 1)
            }
            index += 1
        }
        return findings
    }

    private func secret(at index: Int, _ byte: UInt8, _ isText: Bool) -> (String, Int)? {
        switch byte {
        case UInt8(ascii: "-"): privateKey(at: index)
        case UInt8(ascii: "A"), UInt8(ascii: "g"), UInt8(ascii: "x"), UInt8(ascii: "s"):
            marked(at: index)
        case UInt8(ascii: "e"): webToken(at: index)
        case UInt8(ascii: "h"): slack(at: index)
        case UInt8(ascii: "/"): discord(at: index)
        case UInt8(ascii: ":"):
            addressPassword(at: index) ?? (isText ? namedValue(at: index) : nil)
        case UInt8(ascii: "="): isText ? namedValue(at: index) : nil
        default: nil
        }
    }

    func has(_ text: StaticString, at index: Int) -> Bool {
        guard index >= 0, index + text.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<text.utf8CodeUnitCount
        where bytes[index + offset] != text.utf8Start[offset] {
            return false
        }
        return true
    }

    /// The first place from there on whose byte is not of this kind.
    func end(from index: Int, while isPart: (UInt8) -> Bool) -> Int {
        var end = index
        while end < bytes.count, isPart(bytes[end]) { end += 1 }
        return end
    }

    private func privateKey(at index: Int) -> (String, Int)? {
        guard has("-----BEGIN ", at: index) else { return nil }
        let end = end(from: index) { $0 != UInt8(ascii: "\n") }
        let closing: StaticString = "PRIVATE KEY"
        for start in index..<max(index, end - closing.utf8CodeUnitCount) {
            if has(closing, at: start) { return ("a private key", end) }
        }
        return nil
    }

    /// Keys that their makers gave a mark.
    private func marked(at index: Int) -> (String, Int)? {
        if index > 0, isWord(bytes[index - 1]) { return nil }
        for kind in SecretMark.all where has(kind.mark, at: index) {
            let start = index + kind.mark.utf8CodeUnitCount
            let end = end(from: start, while: isToken)
            if end - start >= kind.bytesMin { return (kind.what, end) }
        }
        return nil
    }

    private func webToken(at index: Int) -> (String, Int)? {
        guard has("eyJ", at: index), index == 0 || !isWord(bytes[index - 1]) else { return nil }
        let dot = end(from: index, while: isToken)
        guard dot - index >= 16, has(".eyJ", at: dot) else { return nil }
        return ("a signed token", end(from: dot + 1, while: isToken))
    }

    private func slack(at index: Int) -> (String, Int)? {
        guard has("hooks.slack.com/services/", at: index) else { return nil }
        let end = end(from: index + 25) { isToken($0) || $0 == UInt8(ascii: "/") }
        return end - index >= 45 ? ("a webhook's address", end) : nil
    }

    private func discord(at index: Int) -> (String, Int)? {
        guard has("/webhooks/", at: index) else { return nil }
        let number = end(from: index + 10) { (0x30...0x39).contains($0) }
        guard number - index >= 25, has("/", at: number) else { return nil }
        let end = end(from: number + 1, while: isToken)
        return end - number > 30 ? ("a webhook's address", end) : nil
    }
}

/// How a maker marks its keys.
private struct SecretMark {
    let mark: StaticString
    /// Shortest rest, in bytes.
    let bytesMin: Int
    let what: String

    static let all = [
        SecretMark(mark: "AKIA", bytesMin: 16, what: "a key of AWS"),
        SecretMark(mark: "ASIA", bytesMin: 16, what: "a key of AWS"),
        SecretMark(mark: "ghp_", bytesMin: 30, what: "a token of GitHub"),
        SecretMark(mark: "gho_", bytesMin: 30, what: "a token of GitHub"),
        SecretMark(mark: "ghs_", bytesMin: 30, what: "a token of GitHub"),
        SecretMark(mark: "github_pat_", bytesMin: 22, what: "a token of GitHub"),
        SecretMark(mark: "glpat-", bytesMin: 20, what: "a token of GitLab"),
        SecretMark(mark: "xoxb-", bytesMin: 10, what: "a token of Slack"),
        SecretMark(mark: "xoxp-", bytesMin: 10, what: "a token of Slack"),
        SecretMark(mark: "xapp-", bytesMin: 10, what: "a token of Slack"),
        SecretMark(mark: "sk_live_", bytesMin: 16, what: "a key of Stripe"),
    ]
}

func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
}

func isToken(_ byte: UInt8) -> Bool { isWord(byte) || byte == 0x2d || byte == 0x5f }
