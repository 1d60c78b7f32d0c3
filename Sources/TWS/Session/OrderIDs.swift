/// Gives out order ids, each once for good.
///
/// A gateway that died can send back a lower number than it had given out, so that what counts is
/// the higher of what it says and what was ever used, which whoever holds this keeps durably.
package struct OrderIDs: Hashable, Sendable {
    /// The highest that an id may be: the gateway reads a number of 32 bits.
    package static let idMax = Int(Int32.max) - 1

    /// The highest id that was given out, ever, by this client id.
    package private(set) var highest: Int
    /// Whether the gateway has said where it is in this session; before it none is given out.
    package private(set) var isKnown = false

    /// `highest`: what was kept; 0 where nothing was ever given out.
    package init(highest: Int) { self.highest = highest }

    /// The gateway says which id is valid next.
    ///
    /// - Returns: whether it is lower than what was given out: the gateway has lost orders.
    package mutating func told(next: Int) -> Bool {
        isKnown = true
        let hasRolledBack = next <= highest
        highest = max(highest, next - 1)
        return hasRolledBack
    }

    /// An order of this id was seen: one that is given out has to be above it.
    package mutating func saw(_ id: Int) { highest = max(highest, id) }

    /// A connection has ended: the next gateway has to say where it is.
    package mutating func forget() { isKnown = false }

    /// Nil before the gateway has said where it is, and when there are no ids left.
    package mutating func next() -> Int? {
        guard isKnown, highest < Self.idMax else { return nil }
        highest += 1
        return highest
    }
}

/// Gives out the numbers of requests: far above those of orders, because a notice tells neither.
package struct RequestIDs: Hashable, Sendable {
    /// The first number: no client has placed so many orders.
    package static let first = 1_000_000_000

    private var last = Self.first - 1

    package init() {}

    /// The next one; after the last of 32 bits the first again.
    package mutating func next() -> Int {
        last = last == OrderIDs.idMax ? Self.first : last + 1
        return last
    }

    /// Whether a notice with this id is about a request.
    package static func isRequest(_ id: Int) -> Bool { id >= first }
}
