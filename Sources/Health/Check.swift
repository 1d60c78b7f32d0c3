/// How one checked thing is, or all of them together.
package enum CheckState: String, Hashable, Sendable, CaseIterable {
    case ok, degraded, unhealthy
    /// It could not be looked at: neither well nor ill.
    case unknown
}

/// A number that a check found, with its thresholds, for monitoring to draw.
package struct Measure: Hashable, Sendable {
    /// `disk_/`, `inodes_/srv`, `memory`.
    package let label: String
    package let value: Percent
    package let thresholds: Thresholds

    /// How the number alone is.
    package var state: CheckState {
        if value > thresholds.fail { return .unhealthy }
        return value > thresholds.warn ? .degraded : .ok
    }
}

/// What was found of one thing.
package struct Check: Hashable, Sendable {
    /// What was looked at: `unit v6-trading.service`, `disk /`, `memory`.
    package let subject: String
    package let state: CheckState
    /// Whether not knowing it makes the whole unhealthy.
    package let isCritical: Bool
    /// Why the state is what it is, in words of the host.
    package let reason: String
    package let measures: [Measure]
}
