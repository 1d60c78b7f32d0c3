package import JSON

/// Makes turns of journal lines, from the newest line to the oldest.
///
/// Journals of older versions are read as well: what they do not say is nil, and how a turn ended
/// is told by its last lines.
package struct HistoryReader: Sendable {
    /// The turns found so far, newest first.
    package private(set) var entries: [HistoryEntry] = []
    private let limit: Int
    /// Lines behind the turn that is looked for, newest first.
    private var later: [JSONValue] = []

    /// `limit`: so many turns are enough.
    package init(limit: Int) { self.limit = limit }

    /// Whether no further line is needed.
    package var isFull: Bool { entries.count >= limit }

    /// Takes the line before the one that it took last.
    package mutating func add(_ line: JSONValue) {
        guard !isFull else { return }
        guard line["event"]?.asString == "turn" else {
            // Steps are many, and say nothing of the end.
            if line["event"] != "step", line["event"] != "steps" || later.isEmpty {
                later.append(line)
            }
            return
        }
        if let entry = entry(line) { entries.append(entry) }
        later = []
    }

    private func entry(_ line: JSONValue) -> HistoryEntry? {
        guard let at = line["at_us"]?.asInteger, let commit = line["commit"]?.asString else {
            return nil
        }
        let held = line["held"]?.asArray?.compactMap { HistoryEntry.Waiting($0) } ?? []
        return HistoryEntry(
            atUs: at, commit: commit, from: line["from"]?.asString,
            cause: line["cause"]?.asString ?? "intended", author: line["author"]?.asString,
            subject: line["subject"]?.asString, signedBy: line["signed_by"]?.asString,
            unit: line["unit"]?.asString, by: line["by"]?.asString, why: line["why"]?.asString,
            counts: line["plan"].flatMap { HistoryEntry.Counts($0) },
            steps: line["steps"]?.asInteger ?? 0, durationMs: duration(at),
            verdict: verdict(isHeld: !held.isEmpty), reason: reason, held: held)
    }

    /// The newest line of this event behind the turn's own.
    private func last(_ event: String) -> JSONValue? {
        later.first { $0["event"]?.asString == event }
    }

    private func verdict(isHeld: Bool) -> String {
        if let outcome = last("ended")?["outcome"]?.asString { return outcome }
        if last("healthy") != nil { return isHeld ? "deferred" : "healthy" }
        if last("stuck") != nil || last("stopped") != nil { return "stuck" }
        if last("went-back") != nil { return "went-back" }
        if last("unhealthy") != nil || last("step-failed") != nil { return "stuck" }
        return entries.isEmpty ? "unfinished" : "killed"
    }

    private var reason: String? {
        for event in ["ended", "stuck", "going-back", "unhealthy", "step-failed"] {
            if let reason = last(event)?["reason"]?.asString { return reason }
        }
        return nil
    }

    /// As it said itself, or from its first line to its last.
    private func duration(_ atUs: Int64) -> Int64? {
        for event in ["ended", "healthy"] {
            if let ms = last(event)?["duration_ms"]?.asInteger { return ms }
        }
        let ends = ["healthy", "went-back", "stuck", "stopped"]
        guard let end = ends.compactMap({ last($0)?["at_us"]?.asInteger }).max() else {
            return nil
        }
        return max(0, (end - atUs) / 1_000)
    }
}
