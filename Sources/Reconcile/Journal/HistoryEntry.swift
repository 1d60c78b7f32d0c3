import Facts
package import JSON

/// One turn that did something, as the journal tells it.
package struct HistoryEntry: Hashable, Sendable {
    /// What its plan was to do.
    package struct Counts: Hashable, Sendable {
        /// Things, by what becomes of them; then units that are restarted.
        package var add: Int64
        package var change: Int64
        package var remove: Int64
        package var restart: Int64

        package init(add: Int64, change: Int64, remove: Int64, restart: Int64) {
            self.add = add
            self.change = change
            self.remove = remove
            self.restart = restart
        }
    }

    /// A thing whose change waited for a gate.
    package struct Waiting: Hashable, Sendable {
        /// `service/v6-feed.service`.
        package var address: String
        /// The gate that was not open.
        package var gate: String
        /// In words for the operator.
        package var reason: String

        package init(address: String, gate: String, reason: String) {
            self.address = address
            self.gate = gate
            self.reason = reason
        }
    }

    /// When it began, in microseconds since 1970.
    package var atUs: Int64
    /// Towards which commit, as people say it.
    package var commit: String
    /// What was applied before; nil where nothing was, and where an older version did not say.
    package var from: String?
    /// `intended`, `drift`, `rollback`, `restart` or `recovery`.
    package var cause: String
    /// Who wrote the commit, and its first line; nil for a folder, and where nobody asked git.
    package var author: String?
    package var subject: String?
    /// Who signed the commit; nil where nobody had to.
    package var signedBy: String?
    /// The unit of a restart by hand.
    package var unit: String?
    /// Who asked for a rollback or restart, and why.
    package var by: String?
    package var why: String?
    /// Nil where an older version did not say.
    package var counts: Counts?
    /// How many steps its plan had.
    package var steps: Int64
    /// Nil where it did not end.
    package var durationMs: Int64?
    /// `healthy`, `deferred`, `went-back`, `failed`, `stuck`, `killed`, or `unfinished` for the
    /// newest one that has not said.
    package var verdict: String
    /// Why it ended so; nil where there is nothing to explain.
    package var reason: String?
    /// The first of what waited.
    package var held: [Waiting] = []
}

extension HistoryEntry {
    /// One entry of `history --json`.
    package var json: JSONValue {
        func text(_ words: String?) -> JSONValue { words.map { .string($0) } ?? .null }
        return [
            "at": .string("\(WallTime(us: atUs))"), "at_us": .integer(atUs),
            "commit": .string(commit), "from": text(from), "cause": .string(cause),
            "author": text(author), "subject": text(subject), "signed_by": text(signedBy),
            "unit": text(unit), "by": text(by), "why": text(why),
            "plan": counts?.json ?? .null, "steps": .integer(steps),
            "duration_ms": durationMs.map { .integer($0) } ?? .null,
            "verdict": .string(verdict), "reason": text(reason),
            "held": .array(held.map(\.json)),
        ]
    }

    /// As an operator reads it: one line, and below it what there is to say.
    package var text: String {
        var head = "\(WallTime(us: atUs))  \(commit)  \(cause)  \(verdict)"
        if let unit { head += "  \(unit)" }
        head += "  \(countWords)\(steps) step\(steps == 1 ? "" : "s")"
        if let durationMs { head += ", \(seconds(durationMs))" }
        var lines = [head]
        let who = [author, subject].compactMap(\.self).joined(separator: ": ")
        if !who.isEmpty { lines.append("    \(who)") }
        if let signedBy { lines.append("    signed by \(signedBy)") }
        if let by { lines.append("    asked for by \(by)\(why.map { ": \($0)" } ?? "")") }
        if let first = reason?.split(separator: "\n").first { lines.append("    \(first)") }
        lines += held.map { "    held: \($0.address), \($0.gate): \($0.reason)" }
        return lines.joined(separator: "\n")
    }

    private var countWords: String {
        guard let counts else { return "" }
        let parts = [
            (counts.add, "to add"), (counts.change, "to change"), (counts.remove, "to remove"),
            (counts.restart, counts.restart == 1 ? "restart" : "restarts"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1), " }.joined()
    }

    private func seconds(_ ms: Int64) -> String { "\(ms / 1_000).\(ms % 1_000 / 100) s" }
}

extension HistoryEntry.Counts {
    /// Of a plan.
    package init(_ plan: Plan) {
        func count(_ action: Change.Action) -> Int64 {
            Int64(plan.changes.count { $0.action == action })
        }
        self.init(
            add: count(.add), change: count(.change), remove: count(.remove),
            restart: Int64(plan.changes.count { $0.effect == .restart }))
    }

    /// As the journal keeps it and `--json` shows it.
    package var json: JSONValue {
        [
            "add": .integer(add), "change": .integer(change), "remove": .integer(remove),
            "restart": .integer(restart),
        ]
    }

    init?(_ json: JSONValue) {
        guard let add = json["add"]?.asInteger, let change = json["change"]?.asInteger,
            let remove = json["remove"]?.asInteger, let restart = json["restart"]?.asInteger
        else { return nil }
        self.init(add: add, change: change, remove: remove, restart: restart)
    }
}

extension HistoryEntry.Waiting {
    var json: JSONValue {
        ["address": .string(address), "gate": .string(gate), "reason": .string(reason)]
    }

    init?(_ json: JSONValue) {
        guard let address = json["address"]?.asString, let gate = json["gate"]?.asString,
            let reason = json["reason"]?.asString
        else { return nil }
        self.init(address: address, gate: gate, reason: reason)
    }
}
