package import Facts

/// What is looked at, and what is too much.
package struct HealthSettings: Hashable, Sendable {
    /// Bytes used of each disk.
    package var disk = Self.percents(90, 95)
    /// Names used of each disk.
    package var inodes = Self.percents(90, 95)
    /// What the original system used for disks and memory: over 90, over 95.
    package var memory = Self.percents(90, 95)
    /// Processes that want to run, for each core: bursts are no illness.
    package var load = Thresholds(unchecked: .count(8), .count(16))
    /// How far the clock is off.
    package var clock = Thresholds(unchecked: .milliseconds(100), .milliseconds(1_000))
    /// Age of the last turn: three intervals of five minutes, and an hour.
    package var lastTurn = Self.quarterAndHour
    /// Age of drift that is not healed.
    package var drift = Self.quarterAndHour
    /// Folders whose disks are looked at, each once.
    package var folders = ["/"]
    /// Units that have to be up, whatever the last turn says; always critical.
    package var units: [UnitName] = []
    /// Of the units that desired state wants, those without which the host is unhealthy; nil: all.
    package var criticalUnits: Set<UnitName>?
    package var ignoredUnits: Set<UnitName> = []
    /// What proves the clock; nil: what the last turn says.
    package var clockProof: String?
    /// Kinds of check that are left out: `clock`, `load`, …
    package var skipped: Set<String> = []
    package var steadiness = Steadiness()

    package init() {}

    /// What a turn renders of them, below the root.
    package static let path = "/etc/v6/v6-health-check/config.json"

    /// The kinds of check, as they are named to be left out.
    package static let kinds = ["units", "disk", "memory", "load", "clock", "drift", "last-turn"]

    private static let quarterAndHour = Thresholds(
        unchecked: .milliseconds(900_000), .milliseconds(3_600_000))

    private static func percents(_ warn: Int, _ fail: Int) -> Thresholds {
        Thresholds(unchecked: .percent(warn), .percent(fail))
    }
}

/// How many looks must agree before a known state changes.
package struct Steadiness: Hashable, Sendable {
    /// For the worse, and for the better; at least 1.
    package var bad: Int
    package var good: Int

    package init(bad: Int = 2, good: Int = 2) {
        self.bad = bad
        self.good = good
    }
}
