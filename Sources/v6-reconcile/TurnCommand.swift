import Apply
import CommandLine
import Facts
import Glibc
import Machine
import Reconcile
import Services

/// One turn.
func turn(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    try wiring.checkMayMutate()
    let end = try wiring.turn(command).run()
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
    /// A turn as the command line wants it; what it says is printed.
    func turn(_ command: ParsedCommand) throws(CommandError) -> Turn {
        // Only a turn itself follows git: recovery makes no account for it.
        let account = command.verb == nil ? try madeAccount() : knownAccount
        let parts = TurnParts(
            state: state, targets: try targets(state, files, as: account, isTurn: true),
            observer: observer, executor: executor, clock: clock,
            guards: guards(deadline: deadline(of: command)),
            hooks: HookFolder(files: files, accounts: accounts, commands: commands, clock: clock))
        var saved: SavedPlan?
        if let path = command.value("apply") { saved = try SavedPlanFile(path: path).read() }
        let (root, isJSON) = (command.value("root"), command.has("json"))
        let events = EventReport(outlet(printsJSON: isJSON), root: root)
        return Turn(
            parts, deletionsMax: settings.deletionsMax, readsAll: command.has("read-all"),
            clock: settings.environment == "sandbox" ? nil : settings.clock.rawValue,
            saved: saved
        ) { event in
            if !isJSON { reportText(event, root) }
            events.add(event)
        }
    }

    /// A turn on the host itself is root's; where signatures are required it is made of commits.
    func checkMayMutate() throws(CommandError) {
        if !isSandbox, geteuid() != 0 {
            throw CommandError("error: a turn changes the host: run it as root (--plan may be run)")
        }
        if settings.signaturesRequired, case .folder(let path) = origin {
            throw CommandError(
                """
                error: environment \(settings.environment) requires signed commits, and a folder \
                has no signature: --desired \(path)
                  It serves for --plan and validate. To make it real, commit it signed and push.
                """, exitCode: TargetError.refused)
        }
    }
}

/// The turn's events as an operator reads them.
///
/// `root`: as it was given, for hints.
func reportText(_ event: TurnEvent, _ root: String?) {
    switch event {
    case .warning(let text): printError("warning: \(text)".keeping(root))
    case .preparing(let text): printOut("Release: \(text)")
    case .planned(let plan, let context, _): printOut(plan.text(context))
    case .applying(let change, let number, let count):
        printOut("[\(number)/\(count)] \(change.address)")
    case .judging(let units, let window):
        printOut("Watching \(units) unit\(units == 1 ? "" : "s") for \(words(window)).")
    case .goingBack(let reason, let label):
        printOut("Not healthy: \(reason).\nGoing back to \(label).")
    case .ended(let end):
        switch end {
        case .unchanged, .healthy, .deferred, .barred, .restarted, .nothingToRecover, .recovered:
            printOut(end.text.keeping(root))
        case .wentBack, .quarantined, .stale, .failed, .refused, .stuck, .lockHeld:
            printError(end.text.keeping(root))
        }
    }
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
        case .barred(let label, let gate, let reason):
            "Not done: \(label) waits, gate \(gate) is closed: \(reason)."
        case .restarted(let unit, let window):
            "Restarted \(unit): it stayed up for \(words(window))."
        case .nothingToRecover: "Nothing to recover: no turn was killed."
        case .recovered(let from, let to):
            "Recovered: a turn with \(from) was killed; the host is as \(to) wants it."
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
        case .stale(let changes):
            """
            Not applied: this has changed since the plan was saved.
            \(changes.map { "  \($0)" }.joined(separator: "\n"))
              Nothing is done. Look at a new one: v6-reconcile --plan --out FILE.
            """
        case .failed(let text), .refused(let text): text
        case .stuck(let reason):
            "A person is needed: \(reason)\n  See `v6-reconcile status` and the journal."
        case .lockHeld: "Another turn is running: nothing done."
        }
    }
}
