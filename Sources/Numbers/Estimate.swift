/// A number of a model, or none: as small as the number alone, for what comes by the thousand.
package struct Estimate: Hashable, Sendable {
    /// Of the number; that of a number that is none where there is none.
    private var bits: UInt64

    package init(_ value: Double?) { bits = (value ?? .nan).bitPattern }

    /// Nil where there is none.
    package var value: Double? {
        let number = Double(bitPattern: bits)
        return number.isNaN ? nil : number
    }
}
