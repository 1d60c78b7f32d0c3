/// When the next connection may be tried: by one owner, later each time, never at the same moment
/// as everybody else.
package struct Reconnect: Hashable, Sendable {
    /// The longest wait between two tries.
    package static let waitMax = Duration.seconds(60)
    /// The shortest wait after a client id was taken: a gateway needs seconds to see a dead socket.
    package static let takenWaitMin = Duration.seconds(5)
    /// How many tries may fail before only a single one is let through at a time.
    package static let failuresMax = 5

    private var failures = 0

    package init() {}

    /// Whether so many tries have failed that the broker counts as unreachable.
    package var isBroken: Bool { failures >= Self.failuresMax }

    /// A connection became ready: everything is forgotten.
    package mutating func succeeded() { self = Reconnect() }

    /// A try has failed, or a connection has ended.
    ///
    /// `chance`: from 0 up to 1, other each time. One failure of the single try after many brings
    /// the longest wait back at once.
    ///
    /// - Returns: how long to wait before the next try.
    package mutating func failed(_ ending: Session.Ending, chance: Double) -> Duration {
        failures += 1
        let doubled = Duration.seconds(1) * (1 << min(failures - 1, 6))
        var longest = isBroken ? Self.waitMax : min(doubled, Self.waitMax)
        if ending == .clientIDTaken { longest = max(longest, Self.takenWaitMin * 2) }
        // From half of it to the whole.
        return longest / 2 + longest / 2 * min(max(chance, 0), 1)
    }
}
