package import Facts

/// A moment of the simulated day, in milliseconds since 1970.
package struct Moment: Hashable, Sendable, Comparable {
    /// Leap seconds are not counted.
    package let ms: Int64

    package init(ms: Int64) { self.ms = ms }

    package init(_ time: WallTime) { ms = time.seconds * 1_000 }

    /// The second that it is in.
    package var wallTime: WallTime {
        WallTime(seconds: ms >= 0 ? ms / 1_000 : (ms - 999) / 1_000)
    }

    /// Later by so much.
    package func adding(ms more: Int64) -> Moment { Moment(ms: ms + more) }

    package static func < (left: Moment, right: Moment) -> Bool { left.ms < right.ms }

    /// As a gateway that is set to UTC writes it: `20261122-15:12:56`.
    var gatewayText: String {
        let text = wallTime.description
        return text.prefix(10).replacing("-", with: "") + "-" + text.dropFirst(11).prefix(8)
    }
}
