import Facts
package import JSON

extension HostStatus {
    /// As an operator reads it, ending in a newline; `more` are lines put behind the commits.
    package func text(_ more: [String] = []) -> String {
        var lines = [
            "environment  \(environment)",
            "newest       \(revisions.newest ?? "none")",
            "attempted    \(attempted ?? "none")",
            "applied      \(revisions.applied ?? "none")",
            "healthy      \(revisions.healthy ?? "none")  (generation \(revisions.generation))",
        ]
        if let unfinished = revisions.unfinished {
            lines.append("unfinished   \(unfinished): the next turn finishes or undoes it")
        }
        if let refusal { lines.append("refused      \(refusal)") }
        if let suspension { lines.append("suspended    \(suspension.words)") }
        if let rollback { lines.append("rollback     \(rollback.words)") }
        for (unit, word) in holds.sorted(by: { $0.key < $1.key }) {
            lines.append("on hold      \(unit) \(word.words)")
        }
        lines += more
        lines.append("up           \(ageWords(ms: report.looked.sinceBootMs))")
        lines.append("")
        lines += conditions.map(\.text)
        return lines.joined(separator: "\n") + "\n\n" + report.lines.joined(separator: "\n") + "\n"
    }

    /// One document; `more` are members put behind the others.
    package func json(_ more: JSONObject = [:]) -> JSONValue {
        func text(_ words: String?) -> JSONValue { words.map { .string($0) } ?? .null }
        let turn = turn.value
        let members: JSONObject = [
            "format_version": "1.0",
            "environment": .string(environment),
            "lastSeenRevision": text(revisions.newest),
            "lastAttemptedRevision": text(attempted),
            "lastAppliedRevision": text(revisions.applied),
            "lastHealthyRevision": text(revisions.healthy),
            "observedGeneration": .integer(Int64(revisions.generation)),
            "sync": .string(sync),
            "health": .string(health),
            "conditions": .array(conditions.map(\.json)),
            "refused": text(refusal),
            "needs_attention": .bool(needsAttention),
            "uptime_seconds": .integer(report.looked.sinceBootMs / 1_000),
            "last_turn": turn.map { shownTurn($0) } ?? .null,
            "drift": .array(turn?.drift.map(\.json) ?? []),
            "held": .array(turn?.held.map(\.json) ?? []),
            "checks": report.json["checks"] ?? [],
        ]
        return .object(JSONObject(members.members + more.members))
    }

    private func shownTurn(_ turn: TurnStatus) -> JSONValue {
        [
            "outcome": .string(turn.outcome),
            "exit_status": .integer(Int64(turn.exitStatus)),
            "reason": turn.reason.map { .string($0) } ?? .null,
            "ended_at": .string("\(WallTime(us: turn.ended.wallUs))"),
            "age_seconds": .integer(report.looked.msSince(turn.ended) / 1_000),
            "duration_ms": .integer(turn.durationMs),
        ]
    }
}

extension HostStatus.Condition {
    /// `Ready        False    GateClosed since TIME: …`.
    fileprivate var text: String {
        func padded(_ word: String, _ width: Int) -> String {
            word + String(repeating: " ", count: max(0, width - word.count))
        }
        let since = sinceUs.map { " since \(WallTime(us: $0))" } ?? ""
        return "\(padded(type, 12)) \(padded(status, 8)) \(reason)\(since): \(message)"
    }

    fileprivate var json: JSONValue {
        [
            "type": .string(type), "status": .string(status), "reason": .string(reason),
            "message": .string(message),
            "since": sinceUs.map { .string("\(WallTime(us: $0))") } ?? .null,
        ]
    }
}
