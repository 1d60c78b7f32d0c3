import Facts
package import JSON

extension HostStatus {
    /// As an operator reads it, ending in a newline; `more` are lines put behind the commits.
    package func text(_ more: [String] = []) -> String {
        var lines = [
            "environment  \(environment)",
            "healthy      \(revisions.healthy ?? "none")  (generation \(revisions.generation))",
            "applied      \(revisions.applied ?? "none")",
        ]
        if let unfinished = revisions.unfinished {
            lines.append("unfinished   \(unfinished): the next turn finishes or undoes it")
        }
        lines += more
        lines.append("up           \(ageWords(ms: report.looked.sinceBootMs))")
        return lines.joined(separator: "\n") + "\n\n" + report.lines.joined(separator: "\n") + "\n"
    }

    /// One document; `more` are members put behind the others.
    package func json(_ more: JSONObject = [:]) -> JSONValue {
        func text(_ words: String?) -> JSONValue { words.map { .string($0) } ?? .null }
        let turn = turn.value
        let members: JSONObject = [
            "format_version": "1.0",
            "environment": .string(environment),
            "lastAttemptedRevision": text(attempted),
            "lastAppliedRevision": text(revisions.applied),
            "lastHealthyRevision": text(revisions.healthy),
            "observedGeneration": .integer(Int64(revisions.generation)),
            "sync": .string(sync),
            "health": .string(health),
            "conditions": .array(conditions.map(\.json)),
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
    fileprivate var json: JSONValue {
        [
            "type": .string(type), "status": .string(status), "reason": .string(reason),
            "message": .string(message),
        ]
    }
}
