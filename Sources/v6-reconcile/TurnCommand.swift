import Apply
import CommandLine
import Facts
import Glibc
import JSON
import Machine
import Reconcile
import Services

/// One turn.
func turn(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    try wiring.checkMayMutate()
    let parts = TurnParts(
        state: wiring.state, targets: try wiring.targets(wiring.state, wiring.files),
        observer: wiring.observer, executor: wiring.executor, clock: wiring.clock)
    let isJSON = command.has("json")
    let turn = Turn(
        parts, deletionsMax: wiring.settings.deletionsMax, readsAll: command.has("read-all"),
        clock: wiring.settings.environment == "sandbox" ? nil : wiring.settings.clock.rawValue
    ) { event in
        if isJSON { reportJSON(event) } else { reportText(event) }
    }
    let end = turn.run()
    if command.has("detailed-exitcode"), case .healthy = end { return 2 }
    return end.exitCode
}

/// Stops what runs in a sandbox, and its supervisor; never under a turn that is watching it.
func takeDown(_ wiring: Wiring) throws(CommandError) -> Int32 {
    let lock = try attempt { () throws(MachineError) in
        try wiring.state.prepare()
        return try wiring.state.lock()
    }
    guard let lock else {
        throw CommandError("error: a turn is running there; wait for its end", exitCode: 6)
    }
    let supervisor = Supervisor(files: wiring.files, program: wiring.program)
    return try withExtendedLifetime(lock) { () throws(CommandError) in
        do throws(ServicesError) {
            try supervisor.shutDown()
            return 0
        } catch {
            throw CommandError("error: \(error)")
        }
    }
}

extension Wiring {
    /// A turn on the host itself is root's, and where signatures are required none is made yet.
    func checkMayMutate() throws(CommandError) {
        if !isSandbox, geteuid() != 0 {
            throw CommandError("error: a turn changes the host: run it as root (--plan may be run)")
        }
        if settings.signaturesRequired {
            throw CommandError(
                """
                error: environment \(settings.environment) requires signed commits, and this \
                version cannot verify signatures yet
                  Until it can: signatures: {required: false} in \(HostSettings.path).
                """, exitCode: 7)
        }
    }
}

/// The turn's events as an operator reads them.
func reportText(_ event: TurnEvent) {
    switch event {
    case .warning(let text): printError("warning: \(text)")
    case .planned(let plan, let context): printOut(plan.text(context))
    case .applying(let change, let number, let count):
        printOut("[\(number)/\(count)] \(change.address)")
    case .judging(let units, let window):
        printOut("Watching \(units) unit\(units == 1 ? "" : "s") for \(words(window)).")
    case .goingBack(let reason, let label):
        printOut("Not healthy: \(reason).\nGoing back to \(label).")
    case .ended(let end):
        if end.exitCode == 0 || end.exitCode == 3 {
            printOut(end.text)
        } else {
            printError(end.text)
        }
    }
}

/// The turn's events as JSON lines.
func reportJSON(_ event: TurnEvent) {
    let line: JSONValue =
        switch event {
        case .warning(let text):
            ["type": "diagnostic", "severity": "warning", "message": .string(text)]
        case .planned(let plan, let context):
            ["type": "planned_change", "plan": plan.json(context)]
        case .applying(let change, _, _): ["type": "apply_start", "change": change.json]
        case .judging(let units, let window):
            [
                "type": "health_start", "units": .integer(Int64(units)),
                "window_seconds": .integer(window.components.seconds),
            ]
        case .goingBack(let reason, let label):
            ["type": "rollback_start", "reason": .string(reason), "to": .string(label)]
        case .ended(let end):
            [
                "type": .string(end.kind), "exit_code": .integer(Int64(end.exitCode)),
                "message": .string(end.text),
            ]
        }
    printOut(line.text())
}

extension TurnEnd {
    /// The last words of a turn.
    var text: String {
        switch self {
        case .unchanged(let label): "No changes. Host matches \(label)."
        case .healthy(let label, let changes, let window):
            "Healthy: \(label), \(changes) change\(changes == 1 ? "" : "s"), "
                + "stable for \(words(window))."
        case .deferred(let label, let changes):
            "Held back: a part of \(label) waits for a gate; \(changes) changes are made."
        case .wentBack(let from, let to, let reason):
            """
            Went back to \(to), which is healthy. \(from) is quarantined: \(reason).
              The same content is not tried again. Push a mended commit, or git revert \(from).
            """
        case .quarantined(let label, let first, let staysWith, let reason):
            """
            Not tried: \(label) is quarantined: \(reason).
              The host stays with \(staysWith ?? "what it is"). Push a mended commit, or \
            `v6-reconcile quarantine clear \(first)`.
            """
        case .failed(let text): text
        case .stuck(let reason):
            "A person is needed: \(reason)\n  See `v6-reconcile status` and the journal."
        case .lockHeld: "Another turn is running: nothing done."
        }
    }

    /// The type of the last JSON line.
    var kind: String {
        switch self {
        case .unchanged, .deferred, .quarantined: "change_summary"
        case .healthy: "health_complete"
        case .wentBack: "rollback_complete"
        case .failed, .stuck, .lockHeld: "apply_errored"
        }
    }
}
