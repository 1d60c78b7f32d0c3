import Apply
import Checkup
import CommandLine
import Digest
import Facts
import Health
import JSON
import Machine
import Reconcile

/// Where the host stands, and a look at it; exit 2 when something needs attention.
func status(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    let (record, quarantine) = try wiring.remembered()
    let found = Documents(files: wiring.files).read(usesMemory: false)
    var settings = HealthSettings()
    let problems = settings.take(found.configuration)
    // Turns of a sandbox are made by hand.
    if wiring.isSandbox { settings.lastTurn = .never }
    var seen = wiring.look.seen(settings, found.turn)
    seen.problems = problems
    seen.hasTurns = record.applied != nil
    var status = HostStatus(
        environment: wiring.settings.environment,
        revisions: HostStatus.Revisions(
            unfinished: record.attempted?.label, applied: record.applied?.label,
            healthy: record.healthy?.label,
            isAppliedHealthy: record.healthy?.content == record.applied?.content,
            generation: record.generation),
        turn: found.turn, report: settings.judge(seen, nil).0)
    let words = try wiring.words()
    status.revisions.newest = words.newest ?? found.turn.value?.desired
    status.revisions.unfinishedSinceUs = record.attempted?.atUs
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
    /// The look at this host, or at the sandbox.
    fileprivate var look: Look {
        Look(
            gauges: RealGauges(), clock: clock, unitSource: .manager(services),
            root: isSandbox ? files.root : "")
    }

    /// What turns left in the state folder; a dead disk holds nobody up.
    fileprivate func remembered() throws(CommandError) -> (Record, Quarantine) {
        let state = state
        let record = Question { reading { () throws(MachineError) in try state.record() } }
        let quarantine = Question { reading { () throws(MachineError) in try state.quarantine() } }
        let end = ContinuousClock.now + Look.deadline
        return (try value(record.reading(by: end)), try value(quarantine.reading(by: end)))
    }

    /// What persons said that holds now, and the newest commit that is known here.
    fileprivate func words() throws(CommandError) -> Words {
        let (state, nowUs) = (state, clock.wallUs())
        let targets = try targets(state, files, as: knownAccount)
        let said = Question {
            reading { () throws(MachineError) in
                Words(
                    suspension: try state.suspension(atUs: nowUs),
                    holds: try state.holds(atUs: nowUs),
                    newest: targets.newestKnown().map { Targets.label(ofCheckout: $0) })
            }
        }
        return try value(said.reading(by: ContinuousClock.now + Look.deadline))
    }

    private func value<Value>(_ reading: Reading<Value>) throws(CommandError) -> Value {
        switch reading {
        case .present(let value): return value
        case .unreadable(let reason): throw CommandError("error: \(reason)")
        case .absent: throw CommandError("error: \(StateFolder.folder) is not there")
        }
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

/// Fewer digits could be meant for something else.
private let digitsMin = 4

private func clear(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    guard command.operands.count == 2, !command.operands[1].isEmpty else {
        throw CommandError(
            "error: quarantine clear: name the content by its first digits, or say all",
            exitCode: 64)
    }
    let name = command.operands[1]
    guard name == "all" || name.count >= digitsMin else {
        throw CommandError(
            "error: quarantine clear \(name): give at least \(digitsMin) digits, so that nothing "
                + "else is meant", exitCode: 64)
    }
    let lock = try attempt { () throws(MachineError) in
        try wiring.state.prepare()
        return try wiring.state.lock()
    }
    guard let lock else { throw CommandError("error: another turn is running", exitCode: 6) }
    return try withExtendedLifetime(lock) { () throws(CommandError) in
        var quarantine = try attempt { () throws(MachineError) in try wiring.state.quarantine() }
        let count = quarantine.entries.count
        quarantine.entries.removeAll {
            // A commit's whole name is longer than what is kept and shown of it.
            name == "all" || "\($0.content)".hasPrefix(name) || $0.label.hasPrefix(name)
                || name.hasPrefix($0.label)
        }
        guard quarantine.entries.count < count || name == "all" else {
            throw CommandError("error: nothing in quarantine begins with '\(name)'")
        }
        let cleared = quarantine
        try attempt { () throws(MachineError) in try wiring.state.write(cleared) }
        let gone = count - cleared.entries.count
        printOut(
            gone == 0
                ? "Nothing is quarantined." : "Cleared \(gone). The next turn tries that again.")
        return 0
    }
}

/// What persons said that holds now, and the newest commit that is known here.
private struct Words: Hashable, Sendable {
    let suspension: PersonsWord?
    let holds: [UnitName: PersonsWord]
    let newest: String?
}
