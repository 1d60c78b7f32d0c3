import Apply
import CommandLine
import Digest
import Facts
import Health
import JSON
import Machine
import Reconcile

/// Where the host stands, and a look at it; exit 2 when something needs attention.
func status(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    let record = try attempt { () throws(MachineError) in try wiring.state.record() }
    let quarantine = try attempt { () throws(MachineError) in try wiring.state.quarantine() }
    let turn = wiring.lastTurn
    var settings = HealthSettings()
    let problems = settings.take(wiring.document(HealthSettings.path))
    // Turns of a sandbox are made by hand.
    if wiring.isSandbox { settings.lastTurn = .never }
    var seen = wiring.look(settings, turn)
    seen.problems = problems
    seen.hasTurns = record.applied != nil
    var status = HostStatus(
        environment: wiring.settings.environment,
        revisions: HostStatus.Revisions(
            unfinished: record.attempted?.label, applied: record.applied?.label,
            healthy: record.healthy?.label,
            isAppliedHealthy: record.healthy?.content == record.applied?.content,
            generation: record.generation),
        turn: turn, report: settings.judge(seen, nil).0)
    status.revisions.newest = try wiring.newestKnown() ?? turn.value?.desired
    status.revisions.unfinishedSinceUs = record.attempted?.atUs
    let words = try wiring.words()
    status.suspension = words.suspension.map { .init(words: $0.words, sinceUs: $0.atUs) }
    status.rollback = record.pinned.map { .init(words: $0.words, sinceUs: $0.word.atUs) }
    status.holds = words.holds.mapValues { .init(words: $0.words, sinceUs: $0.atUs) }
    if command.has("json") {
        let members: JSONObject = [
            "attempted": record.attempted?.json ?? .null,
            "applied": record.applied?.json ?? .null,
            "healthy": record.healthy?.json ?? .null,
            "generation": .integer(Int64(record.generation)),
            "quarantine": quarantine.json,
            "suspension": words.suspension?.json ?? .null,
            "rollback": record.pinned?.json ?? .null,
            "holds": .array(
                words.holds.sorted { $0.key < $1.key }.map { holdJSON($0.key, $0.value) }),
        ]
        printOut(status.json(members).text(pretty: true))
    } else {
        printOut(
            status.text(
                quarantine.entries.map {
                    "quarantined  \($0.label)  content \($0.content.short)  \($0.reason)"
                }))
    }
    return status.needsAttention ? 2 : 0
}

extension Wiring {
    /// What persons said that holds now.
    fileprivate func words() throws(CommandError) -> (
        suspension: PersonsWord?, holds: [UnitName: PersonsWord]
    ) {
        let nowUs = clock.wallUs()
        return try attempt { () throws(MachineError) in
            (try state.suspension(atUs: nowUs), try state.holds(atUs: nowUs))
        }
    }

    /// The newest commit that is known here, as people say it.
    fileprivate func newestKnown() throws(CommandError) -> String? {
        try targets(state, files).newestKnown().map { Targets.label(ofCheckout: $0) }
    }
}

/// Shows the quarantine, or takes entries out of it.
func quarantine(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    switch command.operands.first {
    case nil, "list":
        let quarantine = try attempt { () throws(MachineError) in try wiring.state.quarantine() }
        if command.has("json") {
            printOut(quarantine.json.text(pretty: true))
        } else if quarantine.entries.isEmpty {
            printOut("Nothing is quarantined.")
        } else {
            printOut(
                quarantine.entries.map { "\($0.content.short)  \($0.label)  \($0.reason)" }
                    .joined(separator: "\n"))
        }
        return 0
    case "clear": return try clear(command, wiring)
    case let word?:
        throw CommandError(
            "error: quarantine \(word): write `list` or `clear CONTENT`", exitCode: 64)
    }
}

private func clear(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    guard command.operands.count == 2, !command.operands[1].isEmpty else {
        throw CommandError(
            "error: quarantine clear: name the content by its first digits, or say all",
            exitCode: 64)
    }
    let name = command.operands[1]
    let lock = try attempt { () throws(MachineError) in
        try wiring.state.prepare()
        return try wiring.state.lock()
    }
    guard let lock else { throw CommandError("error: another turn is running", exitCode: 6) }
    return try withExtendedLifetime(lock) { () throws(CommandError) in
        var quarantine = try attempt { () throws(MachineError) in try wiring.state.quarantine() }
        let count = quarantine.entries.count
        quarantine.entries.removeAll {
            name == "all" || "\($0.content)".hasPrefix(name) || $0.label.hasPrefix(name)
        }
        guard quarantine.entries.count < count || name == "all" else {
            throw CommandError("error: nothing in quarantine begins with '\(name)'")
        }
        let cleared = quarantine
        try attempt { () throws(MachineError) in try wiring.state.write(cleared) }
        printOut("Cleared \(count - cleared.entries.count). The next turn tries that again.")
        return 0
    }
}
