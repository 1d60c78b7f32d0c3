import CommandLine
import Machine
import Reconcile

/// Who runs this program, as far as the environment tells.
struct Caller: Hashable, Sendable {
    /// The sandbox that this process is a child of; nil outside of one.
    let root: String?
    /// Somebody who waits for an answer, rather than a timer.
    let isPerson: Bool
}

/// Reads the command line and runs what it asks for; returns the exit status.
func run(_ arguments: [String], from caller: Caller) -> Int32 {
    let isJSON = arguments.prefix { $0 != "--" }.contains("--json")
    do throws(UsageError) {
        let command = try commandTable.parse(arguments)
        if command.wantsHelp {
            printOut(commandTable.help(verb: command.verb))
            return told(command, 0)
        }
        return told(command, try dispatch(command, caller))
    } catch {
        return fail(CommandError(error.description, exitCode: UsageError.exitCode), isJSON)
    }
}

/// The exit status, when all that was to be printed could be: what nobody could read is no success.
/// A turn's own status says what became of the host, and stays: 1 would say that nothing did.
private func told(_ command: ParsedCommand, _ exitCode: Int32) -> Int32 {
    guard let reason = lostOutput() else { return exitCode }
    printError("error: cannot write to standard output: \(reason)")
    return command.isTurn ? exitCode : 1
}

private func dispatch(
    _ command: ParsedCommand, _ caller: Caller
) throws(UsageError) -> Int32 {
    try checkOptions(command)
    if command.has("version") { return printVersion(command) }
    do throws(CommandError) {
        switch command.verb {
        case "demo": return try Demo().run()
        case "supervise": return try supervise(command)
        case "validate" where command.has("schema"): return printSchema()
        case "validate" where command.has("variables"): return printVariables(command)
        default: break
        }
        let wiring = try Wiring(command, from: caller)
        endThisProcess(after: deadline(of: command))
        switch command.verb {
        case "validate": return try validate(command, wiring)
        case "status": return try status(command, wiring)
        case "quarantine": return try quarantine(command, wiring)
        case "verify": return try verify(command, wiring)
        case "doctor": return try doctor(command, wiring)
        case "recover": return try recover(command, wiring)
        case "history": return try history(command, wiring)
        case "suspend": return try suspend(command, wiring)
        case "resume": return try resume(command, wiring)
        case "hold": return try hold(command, wiring)
        case "rollback": return try rollBack(command, wiring)
        case "restart": return try restart(command, wiring)
        default: break
        }
        if command.has("down") { return try takeDown(wiring) }
        return command.has("plan") ? try showPlan(command, wiring) : try turn(command, wiring)
    } catch {
        return fail(error.keeping(command.value("root")), command.has("json"))
    }
}

/// Says why the command ends, and returns its exit status.
private func fail(_ error: CommandError, _ isJSON: Bool) -> Int32 {
    if isJSON { printErrorJSON(error) } else { printError(error.text) }
    return error.exitCode
}

/// How long a turn may take; when nobody says, as TimeoutStartSec= of v6-reconcile.service.
func deadline(of command: ParsedCommand) -> Duration {
    command.value("deadline").flatMap { Duration(desired: $0) } ?? .seconds(30 * 60)
}

/// Options that need each other, or exclude each other.
private func checkOptions(_ command: ParsedCommand) throws(UsageError) {
    func refuse(_ problem: String, _ suggestion: String? = nil) -> UsageError {
        UsageError(command: "v6-reconcile", problem: problem, suggestion: suggestion)
    }
    if command.has("down"), !command.has("root") { throw refuse("--down goes with --root DIR") }
    if command.has("down"),
        let other = ["plan", "desired", "refresh", "environment", "read-all", "apply"].first(
            where: command.has)
    {
        throw refuse("--down and --\(other) exclude each other")
    }
    if command.verb == "demo", command.has("json") { throw refuse("demo has no --json") }
    if let name = command.value("environment"), !HostSettings.environments.contains(name) {
        throw refuse(
            "there is no environment '\(name)'",
            "one of \(HostSettings.environments.joined(separator: ", "))")
    }
    if command.has("origin"), !command.has("show") { throw refuse("--origin goes with --show") }
    if command.has("out"), !command.has("plan") { throw refuse("--out goes with --plan") }
    if command.has("apply"), command.has("plan") {
        throw refuse("--apply and --plan exclude each other")
    }
    if command.verb == nil, let text = command.value("for") {
        guard command.has("out") else { throw refuse("--for goes with --plan --out") }
        guard let time = Duration(desired: text), time > .zero, time <= PlanBinding.lifetimeMax
        else {
            throw refuse("--for \(text) is no time", "write 30m, 8h or at most 7d")
        }
    }
    if let text = command.value("deadline") {
        if command.has("plan") { throw refuse("--deadline goes with a turn") }
        guard let time = Duration(desired: text), time > .zero, time <= .seconds(86_400) else {
            throw refuse("--deadline \(text) is no time", "write 90s, 30m or at most 1d")
        }
    }
    try checkOverride(command)
    if command.verb == nil, !command.has("plan") {
        if command.has("refresh") { throw refuse("--refresh goes with --plan") }
        if command.has("environment") {
            throw refuse("--environment goes with --plan and validate")
        }
    }
    // Last, because a folder's links are looked up: whatever else is wrong touches no disk.
    if let root = command.value("root") {
        let isRoot =
            root.hasPrefix("/") && root.split(separator: "/").allSatisfy { $0 == "." }
        guard !root.isEmpty, !isRoot, realPath(root) != "/" else {
            throw refuse(
                "--root / is this machine's own root", "leave --root out, or name a folder")
        }
    }
}

/// A gate is let be by name, with a reason, by whoever makes a turn.
private func checkOverride(_ command: ParsedCommand) throws(UsageError) {
    func refuse(_ problem: String, _ suggestion: String? = nil) -> UsageError {
        UsageError(command: "v6-reconcile", problem: problem, suggestion: suggestion)
    }
    let gate = command.value("override-gate")
    let reason = command.value("reason")
    if gate == nil, reason != nil, command.verb == nil {
        throw refuse("--reason goes with --override-gate NAME")
    }
    guard let gate else { return }
    guard gate == "ancestry" else {
        throw refuse("--override-gate \(gate): no such gate can be let be", "ancestry can")
    }
    guard !command.has("plan"), !command.has("down") else {
        throw refuse("--override-gate goes with a turn")
    }
    guard let reason, reason.contains(where: { !$0.isWhitespace }), reason.utf8.count <= 1_000
    else { throw refuse("--override-gate needs --reason TEXT, which the journal keeps") }
}
