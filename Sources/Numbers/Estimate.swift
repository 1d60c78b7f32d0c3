/// A number of a model, or none: as small as the number alone, for what comes by the thousand.
package struct Estimate: Hashable, Sendable {
    /// Of the number; that of a number that is none where there is none. Equal numbers have equal
    /// bits: of the two zeros and the many that are none, one is kept.
    private var bits: UInt64

    package init(_ value: Double?) {
        guard let value, !value.isNaN else {
            bits = Double.nan.bitPattern
            return
        }
        bits = (value == 0 ? 0 : value).bitPattern
    }

    /// Nil where there is none.
    package var value: Double? {
        let number = Double(bitPattern: bits)
        return number.isNaN ? nil : number
    }
}
