/// A decimal number as it stands in a text.
package struct DecimalText: Hashable, Sendable {
    /// The first digits, as many as fit, without their sign.
    package let digits: UInt64
    /// What those digits are to be multiplied with, as a power of ten.
    package let exponent: Int
    package let isNegative: Bool
    /// Whether digits other than 0 were left out at the end.
    package let isCut: Bool

    /// Reads from a place up to where a number ends; the place is then the first byte after it.
    ///
    /// Nil where no digit stands there, or an exponent has no digits.
    @inlinable
    package init?(_ bytes: UnsafePointer<UInt8>?, _ end: Int, at: inout Int) {
        guard let bytes else { return nil }
        var isNegative = false
        if at < end, bytes[at] == 0x2d || bytes[at] == 0x2b {
            isNegative = bytes[at] == 0x2d
            at += 1
        }
        var (digits, exponent, seen, isCut, isAfterPoint) = (UInt64(0), 0, false, false, false)
        while at < end {
            let byte = bytes[at]
            let digit = byte &- 0x30
            if digit < 10 {
                seen = true
                if digits < 1_000_000_000_000_000_000 {
                    digits = digits &* 10 &+ UInt64(digit)
                    if isAfterPoint { exponent &-= 1 }
                } else {
                    if digit != 0 { isCut = true }
                    if !isAfterPoint { exponent &+= 1 }
                }
            } else if byte == 0x2e, !isAfterPoint {
                isAfterPoint = true
            } else {
                break
            }
            at += 1
        }
        guard seen else { return nil }
        if at < end, bytes[at] | 0x20 == 0x65 {
            at += 1
            guard let more = Self.exponent(bytes, end, at: &at) else { return nil }
            exponent += more
        }
        self.digits = digits
        self.exponent = exponent
        self.isNegative = isNegative
        self.isCut = isCut
    }

    /// A power of ten from -9,999 to 9,999: enough for any number that is told from another.
    @usableFromInline
    static func exponent(_ bytes: UnsafePointer<UInt8>, _ end: Int, at: inout Int) -> Int? {
        var isNegative = false
        if at < end, bytes[at] == 0x2d || bytes[at] == 0x2b {
            isNegative = bytes[at] == 0x2d
            at += 1
        }
        var (value, seen) = (0, false)
        while at < end, bytes[at] &- 0x30 < 10 {
            value = min(9_999, value * 10 + Int(bytes[at] &- 0x30))
            seen = true
            at += 1
        }
        return seen ? (isNegative ? -value : value) : nil
    }

    /// In units of `FixedPoint`; nil beyond the range, and where that would take digits away.
    package var exactUnits: Int64? { units(rounding: false) }

    /// In units of `FixedPoint`, the nearest (half away from zero); nil beyond the range.
    package var nearestUnits: Int64? { units(rounding: true) }

    @inlinable
    func units(rounding: Bool) -> Int64? {
        var (value, shift) = (digits, exponent + 8)
        while shift > 0 {
            if value == 0 { break }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
            shift -= 1
        }
        if shift < 0 {
            if !rounding, isCut { return nil }
            var last: UInt64 = 0
            while shift < 0 {
                if !rounding, value % 10 != 0 { return nil }
                last = value % 10
                value /= 10
                shift += 1
                if value == 0, shift < 0 { last = 0; break }
            }
            if last >= 5 { value += 1 }
        } else if isCut {
            return nil
        }
        guard value <= UInt64(Int64.max) else { return nil }
        return isNegative ? -Int64(value) : Int64(value)
    }

    /// The nearest number of binary floating point; nil where it takes more than one rounding to
    /// find it: for more than 15 digits, and for very large and very small ones.
    package var nearestDouble: Double? {
        guard digits < 1 << 53, !isCut, abs(exponent) <= 22 else { return nil }
        // Powers up to 10^22 are exact.
        var power = 1.0
        for _ in 0..<abs(exponent) { power *= 10 }
        let value = exponent < 0 ? Double(digits) / power : Double(digits) * power
        return isNegative ? -value : value
    }
}

/// Puts a number of `FixedPoint` units into bytes: `-12.5`, `0.00000001`.
///
/// `decimalsAtLeast`: so many are there even when they are 0.
@inlinable
package func appendDecimal(
    _ units: Int64, decimalsAtLeast: Int, _ append: (UInt8) -> Void
) {
    if units < 0 { append(0x2d) }
    let (whole, fraction) = units.magnitude.quotientAndRemainder(dividingBy: 100_000_000)
    appendDigits(whole, append)
    var (left, place, written) = (fraction, UInt64(10_000_000), 0)
    guard left != 0 || decimalsAtLeast > 0 else { return }
    append(0x2e)
    while left != 0 || written < decimalsAtLeast {
        append(0x30 + UInt8(truncatingIfNeeded: left / place))
        left %= place
        written += 1
        if place > 1 { place /= 10 }
    }
}

/// Puts a whole number into bytes.
@inlinable
package func appendDigits(_ value: UInt64, _ append: (UInt8) -> Void) {
    var place: UInt64 = 1
    while value / place >= 10 { place *= 10 }
    while place > 0 {
        append(0x30 + UInt8(truncatingIfNeeded: value / place % 10))
        place /= 10
    }
}
