import CLinux
import Glibc

/// The host's clocks.
package protocol HostClock: Sendable {
    /// Time since boot, suspended time included; never jumps.
    func sinceBoot() -> Duration
    /// Microseconds since 1970, by a clock that people may set.
    func wallUs() -> Int64
    /// Microseconds since boot without suspended time (CLOCK_MONOTONIC): what systemd stamps.
    func monotonicUs() -> Int64
    /// Waits; a fake clock only moves its time on.
    func wait(_ duration: Duration)
}

extension HostClock {
    /// The time since boot, for a clock whose host is never suspended.
    package func monotonicUs() -> Int64 {
        let parts = sinceBoot().components
        return parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
    }
}

/// The real kind.
package struct RealClock: HostClock {
    package init() {}

    package func sinceBoot() -> Duration {
        let now = Self.read(CLOCK_BOOTTIME)
        return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
    }

    package func wallUs() -> Int64 {
        let now = Self.read(CLOCK_REALTIME)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }

    package func monotonicUs() -> Int64 {
        let now = Self.read(CLOCK_MONOTONIC)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
    }

    package func wait(_ duration: Duration) {
        let parts = duration.components
        var asked = timespec(
            tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
        var left = timespec()
        while clock_nanosleep(CLOCK_BOOTTIME, 0, &asked, &left) == EINTR { asked = left }
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var now = timespec()
        clock_gettime(clock, &now)
        return now
    }
}
