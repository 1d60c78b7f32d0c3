package import Facts

/// Where a host stands: its commits, its last turn, and a look at it now.
package struct HostStatus: Hashable, Sendable {
    /// Commits by the names that people know them by; nil for none.
    package struct Revisions: Hashable, Sendable {
        /// Begun by a turn that has not ended.
        package var unfinished: String?
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
    }

    /// Which of `desired/` the host follows.
    package var environment: String
    package var revisions: Revisions
    /// What the last turn left.
    package var turn: Reading<TurnStatus>
    package var report: HealthReport

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
        revisions.unfinished ?? turn.value?.desired ?? revisions.applied
    }

    /// Whether a person should look.
    package var needsAttention: Bool {
        revisions.unfinished != nil || revisions.healthy == nil || !revisions.isAppliedHealthy
            || report.state != .ok
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
        func condition(_ status: String, _ reason: String, _ message: String) -> Condition {
            Condition(type: "Ready", status: status, reason: reason, message: message)
        }
        if let unfinished = revisions.unfinished {
            return condition("False", "ProgressingWithRetry", "\(unfinished) is unfinished")
        }
        guard let turn = turn.value else {
            return condition("Unknown", "Progressing", "no turn has ended since boot")
        }
        if let (reason, message) = Self.trouble(of: turn) {
            return condition("False", reason, message)
        }
        let bad = report.checks.filter { $0.state != .ok && $0.subject != "last turn" }
        guard let first = bad.first else {
            let label = revisions.healthy ?? "none"
            return condition("True", "ReconciliationSucceeded", "the host is on \(label)")
        }
        let gate = turn.held.isEmpty ? "HealthCheckFailed" : "GateClosed"
        return condition(
            bad.contains { $0.state != .unknown } ? "False" : "Unknown", gate,
            "\(first.subject): \(first.reason)")
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
            message: unfinished.map { "\($0) is begun" } ?? "no turn is unfinished")
    }

    private var stalled: Condition {
        func condition(_ status: String, _ reason: String, _ message: String) -> Condition {
            Condition(type: "Stalled", status: status, reason: reason, message: message)
        }
        guard let turn = turn.value else {
            return condition("Unknown", "Progressing", "no turn has ended since boot")
        }
        guard [4, 5, 7].contains(turn.exitStatus), let (reason, message) = Self.trouble(of: turn)
        else { return condition("False", "ReconciliationSucceeded", "the next turn goes on") }
        return condition("True", reason, message)
    }
}
