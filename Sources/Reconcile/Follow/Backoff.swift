/// How long a repository that could not be asked is left alone by turns that a timer starts.
///
/// Full jitter: anything from nothing to a bound that doubles with each failure, so that hosts that
/// failed together do not come back together. Source: AWS Architecture Blog, "Exponential Backoff
/// And Jitter".
package struct Backoff: Hashable, Sendable {
    /// The bound after the first failure.
    package static let first: Duration = .seconds(30)
    /// The bound in the end.
    package static let most: Duration = .seconds(15 * 60)

    /// Failures in a row; 0 when it was asked well last.
    package private(set) var failures: Int
    /// Not before this it is asked again, in microseconds since 1970.
    package private(set) var notBeforeUs: Int64

    package init(failures: Int = 0, notBeforeUs: Int64 = 0) {
        self.failures = max(0, failures)
        self.notBeforeUs = notBeforeUs
    }

    /// How much longer it is to be left alone, in seconds; nil when it may be asked. A clock that
    /// was set back makes nobody wait longer than the largest bound.
    package func secondsLeft(atUs: Int64) -> Int64? {
        let left = notBeforeUs - atUs
        guard failures > 0, left > 0, left <= Self.microseconds(Self.most) else { return nil }
        return left / 1_000_000 + 1
    }

    /// After one more failure.
    ///
    /// `random`: any number; from it alone comes the jitter.
    package func failed(atUs: Int64, random: UInt64) -> Backoff {
        let doubled = Self.microseconds(Self.first) << Int64(min(failures, 20))
        let bound = min(doubled, Self.microseconds(Self.most))
        let pause = Int64(random % UInt64(bound + 1))
        return Backoff(failures: min(failures, 1_000_000) + 1, notBeforeUs: atUs + pause)
    }

    private static func microseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1_000_000
    }
}
