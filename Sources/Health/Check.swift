/// How one checked thing is, or all of them together.
package enum CheckState: String, Hashable, Sendable, CaseIterable {
    case ok, degraded, unhealthy
    /// It could not be looked at: neither well nor ill.
    case unknown

    /// How bad it is, for comparing what is known; unknown is beside the others.
    var rank: Int {
        switch self {
        case .ok: 0
        case .degraded: 1
        case .unhealthy: 2
        case .unknown: 3
        }
    }
}

/// A number that a check found, with its thresholds, for monitoring to draw.
package struct Measure: Hashable, Sendable {
    /// `disk_/`, `inodes_/srv`, `memory`.
    package let label: String
    package let value: Amount
    /// Nil where the number alone says nothing of health.
    package let thresholds: Thresholds?

    /// How the number alone is.
    package var state: CheckState { thresholds?.state(of: value) ?? .ok }
}

/// What was found of one thing.
package struct Check: Hashable, Sendable {
    /// What was looked at: `unit v6-trading.service`, `disk /`, `memory`.
    package let subject: String
    /// What is said of it: what this look found, unless earlier looks speak against it.
    package internal(set) var state: CheckState
    /// Whether not knowing it makes the whole unhealthy.
    package let isCritical: Bool
    /// Why the state is what it is, in words of the host.
    package internal(set) var reason: String
    package let measures: [Measure]
    /// How old what it was judged by is, in milliseconds: 0 for what was looked at just now, nil
    /// where nothing could be looked at.
    package let ageMs: Int64?
    /// What this look alone found.
    package let found: CheckState
    /// For how long it has been in its state, in milliseconds; nil where nobody remembers.
    package internal(set) var stateForMs: Int64?

    init(
        _ subject: String, _ state: CheckState, isCritical: Bool = false, reason: String,
        measures: [Measure] = [], ageMs: Int64? = 0
    ) {
        self.subject = subject
        self.state = state
        self.isCritical = isCritical
        self.reason = reason
        self.measures = measures
        self.ageMs = ageMs
        found = state
    }

    /// What could not be looked at.
    static func notSeen(_ subject: String, isCritical: Bool = false, _ reason: String) -> Check {
        Check(subject, .unknown, isCritical: isCritical, reason: reason, ageMs: nil)
    }
}
