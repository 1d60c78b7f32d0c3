/// A number of bytes with its unit: `512B`, `64MiB`.
package struct ByteSize: Hashable, Sendable, Comparable, CustomStringConvertible {
    private static let scales = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0)]

    /// Never below 0.
    package let bytes: Int

    /// Nil for anything but digits and one of `B KiB MiB GiB TiB`.
    package init?(_ text: String) {
        guard let (suffix, shift) = Self.scales.first(where: { text.hasSuffix($0.0) }),
            let number = wholeNumber(text.dropLast(suffix.count)), number <= Int.max >> shift
        else { return nil }
        bytes = number << shift
    }

    package var description: String {
        let fit = Self.scales.first { bytes > 0 && bytes & ((1 << $0.1) - 1) == 0 } ?? ("B", 0)
        return "\(bytes >> fit.1)\(fit.0)"
    }

    package static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }
}

/// A time of day where a place keeps it: `17:00 America/New_York`.
package struct ZonedTime: Hashable, Sendable, CustomStringConvertible {
    /// Since midnight.
    package let minutes: Int
    /// A name of the IANA time zone database, by its form; whether the host knows it, it says.
    package let zone: String

    /// Nil for anything but two digits, a colon, two digits, one space, and a zone.
    package init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == 5 else { return nil }
        let clock = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 2, let hour = wholeNumber(clock[0]),
            let minute = wholeNumber(clock[1]),
            clock[0].utf8.count == 2, hour < 24, minute < 60, Self.isZone(parts[1])
        else { return nil }
        minutes = hour * 60 + minute
        zone = String(parts[1])
    }

    package var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minutes / 60)):\(two(minutes % 60)) \(zone)"
    }

    /// `UTC`, or `Area/Place`; a three-letter shorthand such as EST means several places.
    static func isZone(_ text: some StringProtocol) -> Bool {
        if text == "UTC" { return true }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return (2...3).contains(parts.count) && text.utf8.count <= 64
            && parts.allSatisfy { isName($0) }
    }
}
