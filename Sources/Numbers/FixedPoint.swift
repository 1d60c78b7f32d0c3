/// A number of fixed point: a whole number of hundred-millionths.
///
/// Eight decimals are what IB's quantities have at most (crypto), and more than its prices do. From
/// -92,233,720,368 to 92,233,720,368: beyond it nothing here has a meaning.
package protocol FixedPoint: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// In hundred-millionths.
    var units: Int64 { get }

    init(units: Int64)
}

/// How many units make one.
package let unitsOfOne: Int64 = 100_000_000

/// A price of one unit of an instrument, in its currency.
package struct Price: FixedPoint {
    /// In hundred-millionths of the currency.
    package let units: Int64

    package init(units: Int64) { self.units = units }
}

/// How much of an instrument: shares, contracts, coins. Below 0 where it was sold.
package struct Quantity: FixedPoint {
    /// In hundred-millionths of one.
    package let units: Int64

    package init(units: Int64) { self.units = units }
}

/// A share, a percentage or another figure that is neither price nor quantity.
package struct Ratio: FixedPoint {
    /// In hundred-millionths of one.
    package let units: Int64

    package init(units: Int64) { self.units = units }
}

/// An amount of some currency, which is told beside it.
package struct Cash: FixedPoint {
    /// In hundred-millionths of the currency.
    package let units: Int64

    package init(units: Int64) { self.units = units }
}

extension FixedPoint {
    /// None at all.
    package static var zero: Self { Self(units: 0) }

    /// A whole number of ones.
    package init(_ whole: Int) { self.init(units: Int64(whole) * unitsOfOne) }

    /// What a text says: digits, a sign before them, a point and an exponent where wanted.
    ///
    /// Nil for anything else, for what has more than eight decimals, and beyond the range.
    package init?(_ text: String) {
        var text = text
        let read = text.withUTF8 { bytes -> DecimalText? in
            var at = 0
            let read = DecimalText(bytes.baseAddress, bytes.count, at: &at)
            return at == bytes.count ? read : nil
        }
        guard let units = read?.exactUnits else { return nil }
        self.init(units: units)
    }

    package static func < (left: Self, right: Self) -> Bool { left.units < right.units }

    package static func + (left: Self, right: Self) -> Self {
        Self(units: left.units + right.units)
    }

    package static func - (left: Self, right: Self) -> Self {
        Self(units: left.units - right.units)
    }

    package static prefix func - (value: Self) -> Self { Self(units: -value.units) }

    package static func += (left: inout Self, right: Self) { left = left + right }
    package static func -= (left: inout Self, right: Self) { left = left - right }

    /// Without its sign.
    package var magnitude: Self { Self(units: Swift.abs(units)) }

    /// The nearest that binary floating point has: for models, not for books.
    package var asDouble: Double { Double(units) / Double(unitsOfOne) }

    /// The nearest of eight decimals. Nil for what is not a number, and beyond the range.
    package init?(rounding value: Double) {
        let scaled = (value * Double(unitsOfOne)).rounded()
        guard scaled.isFinite, abs(scaled) < 9.2e18 else { return nil }
        self.init(units: Int64(scaled))
    }

    /// Without zeros at the end, and without a point where nothing follows it.
    package var description: String {
        var text = ""
        appendDecimal(units, decimalsAtLeast: 0) { text.unicodeScalars.append(Unicode.Scalar($0)) }
        return text
    }
}

extension Price {
    /// What so much of it costs: half away from zero where eight decimals do not hold it.
    ///
    /// `multiplier`: of one contract; 100 for a US option on a stock. Nil beyond the range.
    package func times(_ quantity: Quantity, multiplier: Int = 1) -> Cash? {
        let product = Int128(units) * Int128(quantity.units) * Int128(multiplier)
        let one = Int128(unitsOfOne)
        let half = product < 0 ? -one / 2 : one / 2
        return Int64(exactly: (product + half) / one).map { Cash(units: $0) }
    }
}
