package import Facts

/// How the reconciler's last turn ended and what it found: a document for eyes, written at the end
/// of every turn. Nothing is decided by it but what monitoring says.
package struct TurnStatus: Hashable, Sendable {
    /// Below the root.
    package static let path = "/run/v6/v6-reconcile/status.json"

    /// A difference that no commit asked for.
    package struct Drift: Hashable, Sendable {
        /// `file/etc/v6/README`.
        package var address: String
        /// `add`, `change` or `remove`: what heals it.
        package var action: String
        /// What differs, in words.
        package var details: [String]
        package var isHealed: Bool

        package init(address: String, action: String, details: [String], isHealed: Bool) {
            self.address = address
            self.action = action
            self.details = details
            self.isHealed = isHealed
        }
    }

    /// What was wanted and not done, with its reason.
    package struct Held: Hashable, Sendable {
        /// As a drift's.
        package var address: String
        /// The gate that is not open; empty for what could not be planned at all.
        package var gate: String
        package var reason: String

        package init(address: String, gate: String, reason: String) {
            self.address = address
            self.gate = gate
            self.reason = reason
        }
    }

    /// Content that failed and is not tried again.
    package struct Quarantined: Hashable, Sendable {
        /// The commit by which it came first.
        package var commit: String
        package var reason: String
        /// Microseconds since 1970.
        package var atUs: Int64

        package init(commit: String, reason: String, atUs: Int64) {
            self.commit = commit
            self.reason = reason
            self.atUs = atUs
        }
    }

    /// When it ended: by the host's clock, and since the boot of this id.
    package var ended: HostMoment
    /// How long it took, in milliseconds.
    package var durationMs: Int64 = 0
    package var exitStatus: Int32
    /// Since when turns end like this, in microseconds since 1970; nil where nobody noted it.
    package var sinceUs: Int64?
    /// The end in a word: `unchanged`, `healthy`, `deferred`, `suspended`, `pinned`, `went-back`,
    /// `quarantined`, `failed`, `refused`, `stuck`.
    package var outcome: String
    /// Why it ended so; nil where there is nothing to explain.
    package var reason: String?
    /// Commits as people say them; nil for none.
    package var desired: String?
    package var attempted: String?
    package var applied: String?
    package var healthy: String?
    /// What proves the clock; nil where it is not judged.
    package var clock: String?
    /// What desired state wants of each unit: `running` or `stopped`.
    package var units: [UnitName: String] = [:]
    package var drift: [Drift] = []
    package var held: [Held] = []
    package var quarantined: [Quarantined] = []
    package var warnings: [String] = []

    package init(ended: HostMoment, exitStatus: Int32, outcome: String) {
        self.ended = ended
        self.exitStatus = exitStatus
        self.outcome = outcome
    }

    /// What a turn's end comes to, in a few words: two that are alike follow on each other.
    package var standing: String {
        let gates = Set(held.map(\.gate)).sorted().joined(separator: " ")
        return exitStatus == 0 || exitStatus == 2 ? "0" : "\(exitStatus) \(outcome) \(gates)"
    }

    /// Notes since when turns end like this.
    ///
    /// `before`: how the turn before ended; nil where none did since boot.
    package mutating func follow(_ before: TurnStatus?) {
        let isSame = before.map { $0.standing == standing } ?? false
        sinceUs = isSame ? before?.sinceUs ?? ended.wallUs : ended.wallUs
    }
}
