package import Facts

/// Where a host stands: its commits, its last turn, and a look at it now.
package struct HostStatus: Hashable, Sendable {
    /// Commits by the names that people know them by; nil for none.
    package struct Revisions: Hashable, Sendable {
        /// The newest that is known here, whether or not it may act.
        package var newest: String?
        /// Begun by a turn that has not ended.
        package var unfinished: String?
        /// When that was, in microseconds since 1970.
        package var unfinishedSinceUs: Int64?
        package var applied: String?
        package var healthy: String?
        /// Whether what is applied is what is healthy, whatever the commits are called.
        package var isAppliedHealthy: Bool
        /// How many healthy results there were.
        package var generation: Int

        package init(
            unfinished: String?, applied: String?, healthy: String?, isAppliedHealthy: Bool,
            generation: Int
        ) {
            self.unfinished = unfinished
            self.applied = applied
            self.healthy = healthy
            self.isAppliedHealthy = isAppliedHealthy
            self.generation = generation
        }
    }

    /// One of Flux's conditions.
    package struct Condition: Hashable, Sendable {
        /// `Ready`, `Reconciling` or `Stalled`.
        package let type: String
        /// `True`, `False` or `Unknown`.
        package let status: String
        /// One word: `ReconciliationSucceeded`, `RolledBack`, …
        package let reason: String
        package let message: String
        /// Since when, in microseconds since 1970; nil where nobody noted it.
        package let sinceUs: Int64?
    }

    /// What a person said and what keeps turns from following the branch.
    package struct Word: Hashable, Sendable {
        /// Who, until when and why.
        package var words: String
        /// Since when, in microseconds since 1970.
        package var sinceUs: Int64

        package init(words: String, sinceUs: Int64) {
            self.words = words
            self.sinceUs = sinceUs
        }
    }

    /// Which of `desired/` the host follows.
    package var environment: String
    package var revisions: Revisions
    /// What the last turn left.
    package var turn: Reading<TurnStatus>
    package var report: HealthReport
    package var suspension: Word?
    /// A rollback by hand that stays.
    package var rollback: Word?
    /// Units that persons have in hand.
    package var holds: [UnitName: Word] = [:]

    package init(
        environment: String, revisions: Revisions, turn: Reading<TurnStatus>,
        report: HealthReport
    ) {
        self.environment = environment
        self.revisions = revisions
        self.turn = turn
        self.report = report
    }

    /// What was tried last: by a turn that has not ended, by the last one, or what is applied.
    package var attempted: String? {
        // Nothing of the newest commit was tried where a person's word barred the turn.
        let isBarred = ["suspended", "pinned"].contains(turn.value?.outcome)
        return revisions.unfinished ?? (isBarred ? nil : turn.value?.desired) ?? revisions.applied
    }

    /// Whether a person should look.
    package var needsAttention: Bool {
        revisions.unfinished != nil || revisions.healthy == nil || !revisions.isAppliedHealthy
            || report.state != .ok || suspension != nil || rollback != nil || !holds.isEmpty
    }

    /// Why the branch's newest commit is refused: the first line; nil when it is not.
    package var refusal: String? {
        guard let turn = turn.value, turn.exitStatus == 7 else { return nil }
        return turn.reason?.split(separator: "\n").first.map {
            String($0.hasPrefix("error: ") ? $0.dropFirst("error: ".count) : $0)
        }
    }

    /// Argo's first axis: whether the host is as the newest commit wants it.
    package var sync: String {
        guard let turn = turn.value else { return "Unknown" }
        switch turn.outcome {
        case "unchanged", "healthy": return revisions.unfinished == nil ? "Synced" : "OutOfSync"
        case "failed", "stuck": return "Unknown"
        default: return "OutOfSync"
        }
    }

    /// Argo's second axis: how the host is.
    package var health: String {
        if revisions.unfinished != nil { return "Progressing" }
        if revisions.healthy == nil { return "Missing" }
        if suspension != nil { return "Suspended" }
        switch report.state {
        case .ok: return revisions.isAppliedHealthy ? "Healthy" : "Degraded"
        case .degraded, .unhealthy: return "Degraded"
        case .unknown: return "Unknown"
        }
    }

    /// Ready, Reconciling and Stalled, in this order.
    package var conditions: [Condition] {
        [ready, reconciling, stalled]
    }

    private var ready: Condition {
        func condition(
            _ status: String, _ reason: String, _ message: String, _ sinceUs: Int64?
        ) -> Condition {
            Condition(
                type: "Ready", status: status, reason: reason, message: message, sinceUs: sinceUs)
        }
        if let unfinished = revisions.unfinished {
            return condition(
                "False", "ProgressingWithRetry", "\(unfinished) is unfinished",
                revisions.unfinishedSinceUs)
        }
        guard let turn = turn.value else {
            return condition("Unknown", "Progressing", "no turn has ended since boot", nil)
        }
        if let (reason, message) = Self.trouble(of: turn) {
            return condition("False", reason, message, turn.sinceUs)
        }
        if let (gate, word) = closed {
            return condition("False", "GateClosed", "\(gate): \(word.words)", word.sinceUs)
        }
        let bad = report.checks.filter { $0.state != .ok && $0.subject != "last turn" }
        guard let first = bad.first else {
            let label = revisions.healthy ?? "none"
            return condition(
                "True", "ReconciliationSucceeded", "the host is on \(label)", turn.sinceUs)
        }
        let isHeld = !turn.held.isEmpty
        return condition(
            bad.contains { $0.state != .unknown } ? "False" : "Unknown",
            isHeld ? "GateClosed" : "HealthCheckFailed", "\(first.subject): \(first.reason)",
            isHeld ? turn.sinceUs : nil)
    }

    /// What a person said and what keeps the host from the newest commit.
    private var closed: (gate: String, Word)? {
        if let suspension { return ("suspension", suspension) }
        return rollback.map { ("rollback", $0) }
    }

    /// What a turn that did not do all says of itself.
    private static func trouble(of turn: TurnStatus) -> (reason: String, message: String)? {
        let message = turn.reason?.split(separator: "\n").first.map(String.init) ?? turn.outcome
        switch turn.exitStatus {
        case 1: return ("BuildFailed", message)
        case 4: return (turn.outcome == "quarantined" ? "Quarantined" : "RolledBack", message)
        case 5: return ("HealthCheckFailed", message)
        case 7: return ("SignatureRefused", message)
        default: return nil
        }
    }

    private var reconciling: Condition {
        let unfinished = revisions.unfinished
        return Condition(
            type: "Reconciling", status: unfinished == nil ? "False" : "True",
            reason: unfinished == nil ? "ReconciliationSucceeded" : "Progressing",
            message: unfinished.map { "\($0) is begun" } ?? "no turn is unfinished",
            sinceUs: unfinished == nil ? turn.value?.ended.wallUs : revisions.unfinishedSinceUs)
    }

    private var stalled: Condition {
        func condition(
            _ status: String, _ reason: String, _ message: String, _ sinceUs: Int64?
        ) -> Condition {
            Condition(
                type: "Stalled", status: status, reason: reason, message: message,
                sinceUs: sinceUs)
        }
        guard let turn = turn.value else {
            return condition("Unknown", "Progressing", "no turn has ended since boot", nil)
        }
        guard [4, 5, 7].contains(turn.exitStatus), let (reason, message) = Self.trouble(of: turn)
        else {
            return condition(
                "False", "ReconciliationSucceeded", "the next turn goes on", turn.sinceUs)
        }
        return condition("True", reason, message, turn.sinceUs)
    }
}
