import Facts
import Health
import JSON
import Machine
import Reconcile

extension Turn {
    /// Leaves the document for eyes. One that cannot be written is a warning, never an outcome.
    func writeStatus(_ end: TurnEnd) {
        // Nothing was done: what the turn before said still holds.
        if end == .lockHeld { return }
        if case .stale = end { return }
        if end == .nothingToRecover { return }
        do throws(MachineError) {
            let files = parts.executor.files
            let path = try StateFolder.hostPath(TurnStatus.path)
            var status = status(end)
            status.follow(lastStatus(path))
            let bytes = Array((status.json.text(pretty: true) + "\n").utf8)
            do throws(MachineError) {
                try files.replaceCache(path, with: bytes, mode: 0o644)
            } catch {
                guard error.isAbsence, let folder = path.parent else { throw error }
                try files.makeDirectories(folder)
                try files.replaceCache(path, with: bytes, mode: 0o644)
            }
        } catch {
            report(.warning("monitoring is not told of this turn: \(error)"))
        }
    }

    /// How the turn before ended; nil where none did since boot, or where that cannot be read.
    private func lastStatus(_ path: HostPath) -> TurnStatus? {
        do {
            let bytes = try parts.executor.files.read(path)
            return TurnStatus(try JSONValue.parse(bytes))
        } catch {
            // It is for eyes alone: then this is the first.
            return nil
        }
    }

    private func status(_ end: TurnEnd) -> TurnStatus {
        var status = TurnStatus(
            ended: parts.clock.moment(), exitStatus: end.exitCode, outcome: end.word)
        status.durationMs = durationMs
        status.reason = end.reason
        status.desired = notes.desired
        status.clock = notes.clock
        status.units = notes.units
        status.drift = notes.drift
        status.held = notes.held
        status.warnings = notes.warnings
        do throws(MachineError) {
            try addRecord(to: &status)
        } catch {
            status.warnings.append("where the host stands is not known: \(error)")
        }
        return status
    }

    private func addRecord(to status: inout TurnStatus) throws(MachineError) {
        let record: Record
        if let known = notes.record { record = known } else { record = try parts.state.record() }
        status.attempted = record.attempted?.label
        status.applied = record.applied?.label
        status.healthy = record.healthy?.label
        status.quarantined = try parts.state.quarantine().entries.map {
            TurnStatus.Quarantined(commit: $0.label, reason: $0.reason, atUs: $0.atUs)
        }
    }
}

extension TurnEnd {
    /// The end in a word, as the document for eyes names it.
    package var word: String {
        switch self {
        case .unchanged: "unchanged"
        case .healthy: "healthy"
        case .deferred: "deferred"
        case .barred(_, let gate, _):
            gate == "suspension" ? "suspended" : gate == "rollback" ? "pinned" : "refused-by-gate"
        case .restarted: "restarted"
        case .nothingToRecover, .recovered: "recovered"
        case .wentBack: "went-back"
        case .quarantined: "quarantined"
        case .stale: "stale"
        case .failed: "failed"
        case .refused: "refused"
        case .stuck: "stuck"
        case .lockHeld: "lock-held"
        }
    }

    /// Why it ended so; nil where there is nothing to explain.
    var reason: String? {
        switch self {
        case .unchanged, .healthy, .deferred, .restarted, .lockHeld, .nothingToRecover: nil
        case .barred(_, _, let reason): reason
        case .recovered(let from, _): "a turn with \(from) was killed"
        case .wentBack(_, _, let reason), .quarantined(_, _, _, let reason): reason
        case .stale(let changes): changes.joined(separator: "; ")
        case .failed(let text), .refused(let text), .stuck(let text): text
        }
    }
}
