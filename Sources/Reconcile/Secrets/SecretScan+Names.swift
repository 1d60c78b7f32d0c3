/// Names that end in one of these are of secrets.
private let secretNames = [
    "password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "api-key",
    "private_key", "access_key", "secret_key",
]

extension SecretScan {
    /// `scheme://user:password@host`.
    func addressPassword(at index: Int) -> (String, Int)? {
        guard has("://", at: index), index > 0, isWord(bytes[index - 1]) else { return nil }
        let start = index + 3
        let end = end(from: start) {
            $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\"")
                && $0 != UInt8(ascii: "'") && $0 != UInt8(ascii: "`") && $0 != UInt8(ascii: "?")
        }
        let authority = bytes[start..<end]
        guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
            let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":")), at - colon > 1,
            !isStandIn(bytes[(colon + 1)..<at])
        else { return nil }
        return ("a password in an address", end)
    }

    /// `db_password: hunter2`, `API_KEY="…"`; not `token: {credential: x}`, `$TOKEN` or a path.
    func namedValue(at index: Int) -> (String, Int)? {
        let name = name(before: index)
        let isCredential = name == "setcredential" && bytes[index] == UInt8(ascii: "=")
        guard isCredential || secretNames.contains(where: name.hasSuffix) else { return nil }
        var start = end(from: index + 1) { $0 == 0x20 || $0 == 0x09 }
        let quote = start < bytes.count ? bytes[start] : 0
        let isQuoted = quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'")
        if isQuoted { start += 1 }
        let end = end(from: start) { byte in
            if isQuoted { return byte != quote && byte != UInt8(ascii: "\n") }
            return byte > 0x20 && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "}")
                && byte != UInt8(ascii: "]") && byte != UInt8(ascii: ";")
        }
        let value = bytes[start..<end]
        guard value.count >= 4, !isStandIn(value), isQuoted || endsLine(end) else { return nil }
        // `password = settings.password` in a program.
        let text = String(decoding: value, as: UTF8.self).lowercased()
        if secretNames.contains(where: text.hasSuffix) { return nil }
        return ("what is called \(isCredential ? "a credential" : name) stands", end)
    }

    /// The name that ends before a `:` or `=`, in lower case; empty where none does.
    private func name(before index: Int) -> String {
        var end = index
        while end > 0, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        if end > 0, bytes[end - 1] == UInt8(ascii: "\"") || bytes[end - 1] == UInt8(ascii: "'") {
            end -= 1
        }
        var start = end
        while start > 0, isToken(bytes[start - 1]), end - start < 64 { start -= 1 }
        return String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
    }

    /// Prose goes on behind a word; a value is followed by the next one, a comment or nothing.
    private func endsLine(_ index: Int) -> Bool {
        let next = end(from: index) { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }
        guard next < bytes.count else { return true }
        return [0x0a, 0x2c, 0x7d, 0x5d, 0x3b, 0x23].contains(bytes[next])
    }

    /// What stands for a secret and is none: a variable, a path, a specifier, a call, dots.
    private func isStandIn(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let first = value.first else { return true }
        let starts = Array("$/<{%*&!|>([.".utf8)
        if starts.contains(first) || value.allSatisfy({ $0 == first }) { return true }
        if value.contains(UInt8(ascii: "(")) { return true }
        let text = String(decoding: value, as: UTF8.self).lowercased()
        return ["true", "false", "null", "none", "required", "optional"].contains(text)
    }
}
