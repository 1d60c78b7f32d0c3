import Facts

// What the texts of some kinds may look like, byte by byte.

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

private func isLower(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }

private func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }

func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(byte) }

/// As useradd(8) takes it: lower case, digits, `-` and `_`, not a number alone.
func isAccount(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count) && !text.utf8.allSatisfy(isDigit)
        && text.utf8.first != UInt8(ascii: "-")
        && text.utf8.allSatisfy { isLower($0) || isDigit($0) || $0 == 0x2d || $0 == 0x5f }
}

func isName(_ text: some StringProtocol) -> Bool {
    (1...64).contains(text.utf8.count)
        && text.utf8.allSatisfy {
            isLower($0) || isUpper($0) || isDigit($0) || $0 == 0x2d || $0 == 0x5f
        }
}

/// A path below a folder of the commit: no `.`, `..` or empty component, not absolute.
func isRelative(_ text: String) -> Bool { HostPath.allows(relative: text) }

/// What symlink(2) takes, without control characters.
func isTarget(_ text: String) -> Bool {
    (1...4_095).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
}

/// `HOST:PORT`; a number of IPv6 stands in brackets.
func isAddress(_ text: String) -> Bool {
    guard let colon = text.lastIndex(of: ":") else { return false }
    let host = text[..<colon]
    guard let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port) else {
        return false
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
        return host.utf8.count > 2
            && host.dropFirst().dropLast().utf8.allSatisfy { isHexadecimal($0) || $0 == 0x3a }
    }
    return isHost(host)
}

/// The name or IPv4 number of a host.
func isHost(_ text: some StringProtocol) -> Bool {
    (1...253).contains(text.utf8.count)
        && text.utf8.allSatisfy {
            isLower($0) || isUpper($0) || isDigit($0) || $0 == 0x2d || $0 == 0x2e
        }
}

/// `DU1234567`: one to three capitals and four to twelve digits.
func isBrokerAccount(_ text: String) -> Bool {
    let capitals = text.utf8.prefix(while: isUpper)
    let digits = text.utf8.dropFirst(capitals.count)
    return (1...3).contains(capitals.count) && (4...12).contains(digits.count)
        && digits.allSatisfy(isDigit)
}
