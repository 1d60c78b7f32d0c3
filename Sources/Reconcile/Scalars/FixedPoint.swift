/// An amount of one currency, in hundredths: `1000 USD`, `99.95 USD`.
package struct Money: Hashable, Sendable, CustomStringConvertible {
    /// Never below 0.
    package let hundredths: Int
    /// Three capitals: ISO 4217.
    package let currency: String

    /// Nil for anything but a number with at most two decimals, one space, and a currency.
    package init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let hundredths = fixedPoint(parts[0], decimals: 2),
            parts[1].utf8.count == 3, parts[1].utf8.allSatisfy({ (0x41...0x5a).contains($0) })
        else { return nil }
        self.hundredths = hundredths
        currency = String(parts[1])
    }

    package var description: String {
        "\(fixedPointText(hundredths, decimals: 2)) \(currency)"
    }
}

/// A share in hundredths of a percent: `2%`, `0.25%`.
package struct Percentage: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// 0 to 10,000: the whole at the most.
    package let hundredths: Int

    /// Nil for anything but a number with at most two decimals and the sign.
    package init?(_ text: String) {
        guard text.hasSuffix("%"), let hundredths = fixedPoint(text.dropLast(), decimals: 2),
            hundredths <= 10_000
        else { return nil }
        self.hundredths = hundredths
    }

    package var description: String { "\(fixedPointText(hundredths, decimals: 2))%" }

    package static func < (left: Percentage, right: Percentage) -> Bool {
        left.hundredths < right.hundredths
    }
}

/// A number with up to four decimals, in ten-thousandths: `50`, `0.3`.
package struct Decimal4: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Never below 0.
    package let tenThousandths: Int

    /// Nil for anything but digits with at most four decimals.
    package init?(_ text: String) {
        guard let tenThousandths = fixedPoint(text, decimals: 4) else { return nil }
        self.tenThousandths = tenThousandths
    }

    package var description: String { fixedPointText(tenThousandths, decimals: 4) }

    package static func < (left: Decimal4, right: Decimal4) -> Bool {
        left.tenThousandths < right.tenThousandths
    }
}
