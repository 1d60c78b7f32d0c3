import Facts
import Git
import JSON
import Machine
import Reconcile

/// What a turn that does something was made for, as its line in the journal says.
package enum TurnCause: String, Hashable, Sendable {
    /// A commit asks for it.
    case intended
    /// The host was changed by others.
    case drift
    /// A person asked for an earlier commit.
    case rollback
    /// A person asked for a restart.
    case restart
    /// What a killed turn left.
    case recovery
}

/// What a person asked for, and what is written of it.
struct PersonsRequest: Hashable {
    let cause: TurnCause
    let word: PersonsWord
    /// The unit of a restart.
    var unit: UnitName?
}

extension Attempt {
    /// Most things that wait and are named in one line.
    private static let heldMax = 20

    /// Whether a newer commit makes it not worth waiting for: not for what a person asked for.
    var followsBranch: Bool { asked == nil && record.pinned == nil }

    var cause: TurnCause { asked?.cause ?? (isDrift ? .drift : .intended) }

    /// What the journal's first line of a turn says.
    func journalFields(_ pointer: Record.Pointer) -> JSONObject {
        var fields: JSONObject = [
            "commit": .string(pointer.label), "content": .string("\(pointer.content)"),
            "cause": .string(cause.rawValue),
            "steps": .integer(Int64(plan.steps.count)),
            "plan": HistoryEntry.Counts(plan).json,
        ]
        fields["from"] = record.applied.map { .string($0.label) }
        fields["author"] = target.about?.author.map { .string($0) }
        fields["subject"] = target.about?.subject.map { .string($0) }
        fields["signed_by"] = target.signedBy.map { .string($0) }
        if let asked {
            fields["unit"] = asked.unit.map { .string($0.text) }
            fields["by"] = .string(asked.word.by)
            if !asked.word.reason.isEmpty { fields["why"] = .string(asked.word.reason) }
        }
        let held = plan.held.filter { $0.gate != Held.restartGate }
        if !held.isEmpty {
            fields["held"] = .array(held.prefix(Self.heldMax).map(\.json))
            fields["held_count"] = .integer(Int64(held.count))
        }
        return fields
    }
}

extension Turn {
    /// How long this turn has taken so far, in milliseconds.
    var durationMs: Int64 {
        let took = (parts.clock.sinceBoot() - notes.begunSinceBoot).components
        return took.seconds * 1_000 + took.attoseconds / 1_000_000_000_000_000
    }

    /// Writes how a turn ended that did something and is not healthy: the line of a healthy one
    /// says it already.
    func noteOutcome(_ end: TurnEnd, in journal: Journal) {
        switch end {
        case .healthy, .deferred, .restarted: return
        default: break
        }
        var fields: JSONObject = [
            "outcome": .string(end.word), "exit_code": .integer(Int64(end.exitCode)),
            "duration_ms": .integer(durationMs),
        ]
        fields["reason"] = end.reason.map { .string($0) }
        do throws(MachineError) {
            try journal.add("ended", fields)
        } catch {
            report(.warning("the journal does not say how this ended: \(error)"))
        }
    }
}
