import CLinux
package import Facts
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
    /// The kernel's id of this boot; empty where it does not say.
    func bootId() -> String
}

extension HostClock {
    /// The time since boot, for a clock whose host is never suspended.
    package func monotonicUs() -> Int64 {
        let parts = sinceBoot().components
        return parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
    }

    /// None, for a clock that has no kernel behind it.
    package func bootId() -> String { "" }

    /// Now, by both clocks.
    package func moment() -> HostMoment {
        let parts = sinceBoot().components
        return HostMoment(
            wallUs: wallUs(), bootId: bootId(),
            sinceBootMs: parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000)
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

    /// `/proc/sys/kernel/random/boot_id`, random(4).
    package func bootId() -> String {
        let number = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return "" }
        let file = Descriptor(number)
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(file.number, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
            .filter { !$0.isWhitespace }
    }

    private static func read(_ clock: clockid_t) -> timespec {
        var now = timespec()
        clock_gettime(clock, &now)
        return now
    }
}
