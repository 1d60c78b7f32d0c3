import Apply
import CommandLine
import Facts
import JSON
import Machine
import Reconcile

/// Goes to a release that was healthy here before, and holds the host there.
func rollBack(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    let name = command.operands.first
    if command.has("plan") { return try showRollback(to: name, command, wiring) }
    try wiring.checkMayMutate()
    let word = try wiring.word(command, "rollback", needsReason: false)
    let end = try wiring.turn(command).run(.rollBack(to: name, word))
    let isThere = end.exitCode == 0 || end.exitCode == 3
    if isThere, !command.has("json") { try wiring.sayWhereItStays(command.value("root")) }
    return end.exitCode
}

extension Wiring {
    /// What ends the hold that a rollback leaves.
    fileprivate func sayWhereItStays(_ root: String?) throws(CommandError) {
        let record = try attempt { () throws(MachineError) in try state.record() }
        if let pin = record.pinned { printOut("The host is \(pin.words).".keeping(root)) }
    }
}

/// Restarts one unit, through the lock, the journal and the window of a turn.
func restart(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    try wiring.checkMayMutate()
    let unit = try unitName(command.operands[0], "restart")
    let word = try wiring.word(command, "restart", needsReason: false)
    return try wiring.turn(command).run(.restart(unit, word)).exitCode
}

/// Shows what a rollback would do; takes no lock and leaves no file.
private func showRollback(
    to name: String?, _ command: ParsedCommand, _ wiring: Wiring
) throws(CommandError) -> Int32 {
    let pointer = try found { () throws(TargetError) in
        try wiring.state.rollbackTarget(name)
    }
    let scratch = ScratchState(wiring)
    let target = try found { () throws(TargetError) in
        let here = try Result { () throws(CommandError) in
            try wiring.targets(wiring.state, wiring.files, as: wiring.knownAccount)
        }.mapError { TargetError($0.text) }.get()
        if try here.isLaidOut(pointer) { return try here.installable(pointer) }
        let elsewhere = try Result { () throws(CommandError) in try scratch.open().0 }
            .mapError { TargetError($0.text) }.get()
        return try here.laying(in: elsewhere).installable(pointer)
    }
    return try show(target, command, wiring, isRollback: true)
}

/// Every turn that did something, from the journal.
func history(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    let text = command.value("limit") ?? "20"
    guard let limit = Int(text), limit > 0 else {
        throw CommandError(
            "error: history --limit \(text): write a number from 1 on", exitCode: 64)
    }
    let entries = try attempt { () throws(MachineError) in
        try Journal.history(in: wiring.state, limit: limit)
    }
    if command.has("json") {
        let document: JSONValue = [
            "format_version": "1.0", "history": .array(entries.map(\.json)),
        ]
        printOut(document.text(pretty: true))
    } else if entries.isEmpty {
        printOut("No turn has done anything on this host yet.")
    } else {
        printOut(entries.map(\.text).joined(separator: "\n"))
    }
    return 0
}
