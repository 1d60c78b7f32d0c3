/// The name of a systemd unit, with its suffix: `v6-trading.service`.
///
/// Source: systemd.unit(5): letters, digits and `:-_.\@`, at most 255 bytes, and a known suffix.
package struct UnitName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Longest name with its suffix, in bytes: systemd's UNIT_NAME_MAX without its closing NUL.
    package static let bytesMax = 255

    /// The kinds of unit that desired state may name.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case service, timer, target, socket, path, slice, mount
    }

    /// With its suffix, as systemctl takes it.
    package let text: String
    /// What stands behind the last dot.
    package let kind: Kind

    /// Nil when the text is no unit name.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, let dot = text.lastIndex(of: "."),
            dot != text.startIndex,
            let kind = Kind(rawValue: String(text[text.index(after: dot)...])),
            text.utf8.allSatisfy(Self.allows), text.utf8.first != UInt8(ascii: "-"),
            // A template is no unit, only its instances are.
            text.utf8.first != UInt8(ascii: "@"), text[..<dot].last != "@"
        else { return nil }
        self.text = text
        self.kind = kind
    }

    package var description: String { text }

    /// The name without its suffix: `v6-trading`.
    package var stem: String { String(text.dropLast(kind.rawValue.utf8.count + 1)) }

    package static func < (left: UnitName, right: UnitName) -> Bool { left.text < right.text }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "\\"), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}
