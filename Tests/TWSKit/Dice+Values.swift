package import Numbers
package import TestKit

extension Dice {
    /// One of many, so that two that changed places are noticed; empty now and then.
    package mutating func word() -> String {
        oneIn(3)
            ? ""
            : pick(["SMART", "a b", "x=1;", "20261118 10:00:00 US/Eastern", "~!@#\(below(99))"])
    }

    /// A whole number that is seldom the same as another.
    package mutating func whole() -> Int { below(1_000_000) }

    /// The same, or none.
    package mutating func maybeWhole() -> Int? { oneIn(3) ? nil : whole() }

    package mutating func flag() -> Bool { oneIn(2) }

    /// Of either sign, with up to eight decimals, and no more than the 15 digits that binary
    /// floating point, which other programs read it into, surely keeps.
    package mutating func number<N: FixedPoint>() -> N {
        let units = Int64(below(1_000_000_000_000_000)) * (flag() ? 1 : -1)
        return N(units: oneIn(2) ? units / 1_000_000 * 1_000_000 : units)
    }

    /// The same, or none.
    package mutating func maybe<N: FixedPoint>() -> N? { oneIn(3) ? nil : number() }

    /// More than nothing.
    package mutating func positive<N: FixedPoint>() -> N {
        N(units: Int64(1 + below(1_000_000)) * 1_000_000)
    }
}
