import Numbers

/// Something that goes through the fields of a message in their order: a reader fills them in, a
/// writer puts them down.
///
/// The layout of each message is written once, as a function over it, so that what we send, what
/// the simulator reads and what both answer cannot drift apart.
protocol FieldCoder {
    /// Whether fields are filled in.
    static var isReading: Bool { get }

    /// Who writes: a client spells what is unset otherwise than a gateway.
    var side: Side { get }

    /// Text as it stands; `none` is how a writer spells an empty one.
    mutating func text(_ value: inout String, none: StaticString)
    /// A whole number.
    mutating func whole(_ value: inout Int64)
    /// A whole number that may be left open.
    mutating func whole(_ value: inout Int64?, unset: UnsetInteger)
    /// A number of fixed point; one of more decimals is rounded where that is not a quantity.
    mutating func number<N: FixedPoint>(_ value: inout N, decimals: Int)
    /// A number that may be left open, or be infinite.
    mutating func number<N: FixedPoint>(
        _ value: inout Stated<N>, decimals: Int, unset: UnsetNumber)
    /// A number of a model, in binary floating point; nil where this is what the field says.
    mutating func model(_ value: inout Double?, none: Double)
    /// How often the fields follow that come next, up to a limit that keeps memory bounded.
    mutating func count(_ value: inout Int)
    /// Notes that a value does not belong into its field: a reader gives the message up.
    mutating func refuse()
}

/// Who wrote a message.
package enum Side: Hashable, Sendable {
    case client, gateway
}

/// How a whole number that is left open is spelled.
enum UnsetInteger { case empty, maximum, zero }

/// How a number that is left open is spelled.
enum UnsetNumber {
    /// Empty by a client, the largest double by a gateway.
    case usual
    case empty, zero
}

extension FieldCoder {
    mutating func text(_ value: inout String) { text(&value, none: "") }

    /// A field whose value means nothing: any is read.
    mutating func fixed(_ spelling: StaticString) {
        var value = Self.isReading ? "" : "\(spelling)"
        text(&value)
    }

    mutating func whole(_ value: inout Int) {
        var wide = Int64(value)
        whole(&wide)
        value = Int(wide)
    }

    mutating func whole(_ value: inout Int?, unset: UnsetInteger = .empty) {
        var wide = value.map { Int64($0) }
        whole(&wide, unset: unset)
        value = wide.map { Int($0) }
    }

    /// A whole number of which empty means 0.
    mutating func wholeOrZero(_ value: inout Int) {
        var number: Int64? = Int64(value)
        whole(&number, unset: .zero)
        value = Int(number ?? 0)
    }

    mutating func flag(_ value: inout Bool) {
        var number: Int64? = value ? 1 : 0
        whole(&number, unset: .empty)
        value = number == 1
    }

    mutating func number<N: FixedPoint>(_ value: inout N) { number(&value, decimals: 1) }

    mutating func number<N: FixedPoint>(
        _ value: inout N?, decimals: Int = 1, unset: UnsetNumber = .usual
    ) {
        var stated = value.map { Stated.value($0) } ?? .unset
        number(&stated, decimals: decimals, unset: unset)
        if Self.isReading {
            value = stated.value
            if case .infinite = stated { refuse() }
        }
    }
}
