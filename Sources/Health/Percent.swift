/// A share of a whole, 0 to 100, in whole percents.
package struct Percent: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 0 to 100.
    package let value: Int

    /// - Precondition: 0 to 100.
    package init(_ value: Int) {
        precondition((0...100).contains(value), "a percentage is 0 to 100")
        self.value = value
    }

    /// Reads `80%`; nil for anything else, also without the sign.
    package init?(_ text: String) {
        guard text.hasSuffix("%"), text.utf8.count <= 4,
            text.utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(text.dropLast()), value <= 100
        else { return nil }
        self.value = value
    }

    /// The share that `used` is of `total`, rounded up: what is over a threshold by any amount
    /// shows as over it. More used than there is, or a total of 0, is 100.
    package init(_ used: UInt64, of total: UInt64) {
        guard used < total else {
            value = 100
            return
        }
        let (high, low) = used.multipliedFullWidth(by: 100)
        let (quotient, rest) = total.dividingFullWidth((high, low))
        value = Int(quotient) + (rest > 0 ? 1 : 0)
    }

    package var description: String { "\(value)%" }

    package static func < (left: Percent, right: Percent) -> Bool { left.value < right.value }
}

/// Over `warn` is degraded, over `fail` is unhealthy.
package struct Thresholds: Hashable, Sendable {
    /// At most `fail`.
    package let warn: Percent
    /// At least `warn`.
    package let fail: Percent

    /// What the original system used for disk and memory: over 90, over 95.
    package static let original = Thresholds(unchecked: Percent(90), Percent(95))

    /// Nil when `warn` is above `fail`, so that nothing would ever be degraded.
    package init?(warn: Percent, fail: Percent) {
        guard warn <= fail else { return nil }
        self.init(unchecked: warn, fail)
    }

    private init(unchecked warn: Percent, _ fail: Percent) {
        self.warn = warn
        self.fail = fail
    }
}
