import Apply
import CommandLine
import Facts
import Glibc
import JSON
import Machine
import Reconcile

/// Keeps turns from applying anything until it ends; needs no lock, so it works while one runs.
func suspend(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    try wiring.checkIsRoot("suspend")
    let word = try wiring.word(command, "suspend")
    try attempt { () throws(MachineError) in try wiring.state.suspend(word) }
    wiring.tell(.suspended, ["suspension": word.json], "turns are suspended \(word.words)")
    say(
        command, ["suspension": word.json],
        """
        Suspended \(word.words).
          Turns look and plan, and apply nothing, until v6-reconcile resume. A turn that runs now \
        ends first.
        """)
    return 0
}

/// Ends a suspension, and the hold of a rollback.
func resume(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    try wiring.checkIsRoot("resume")
    let nowUs = wiring.clock.wallUs()
    let suspension = try attempt { () throws(MachineError) in
        try wiring.state.suspension(atUs: nowUs)
    }
    // The lock first: where it cannot be had, nothing at all is done.
    let pin = try endPin(wiring)
    if suspension != nil {
        try attempt { () throws(MachineError) in try wiring.state.endSuspension() }
    }
    var lines: [String] = []
    if let suspension { lines.append("No longer suspended: it was \(suspension.words).") }
    if let pin {
        lines.append("No longer held on \(pin.pointer.label), as it was \(pin.word.words).")
    }
    if lines.isEmpty {
        lines = ["Nothing is suspended, and no rollback holds the host."]
    } else {
        lines.append("  The next turn follows the branch again: v6-reconcile --plan shows it.")
        wiring.tell(.resumed, [:], lines[0])
    }
    say(
        command,
        ["suspension": suspension?.json ?? .null, "rollback": pin?.json ?? .null],
        lines.joined(separator: "\n"))
    return 0
}

/// Ends the hold of a rollback, under the lock of all mutators.
private func endPin(_ wiring: Wiring) throws(CommandError) -> Record.Pin? {
    let known = try attempt { () throws(MachineError) in try wiring.state.record() }
    guard known.pinned != nil else { return nil }
    let lock = try attempt { () throws(MachineError) in try wiring.state.lock() }
    guard let lock else {
        throw CommandError("error: another turn is running; nothing is done", exitCode: 6)
    }
    return try withExtendedLifetime(lock) { () throws(CommandError) in
        try attempt { () throws(MachineError) in
            var record = try wiring.state.record()
            let pin = record.pinned
            record.pinned = nil
            try wiring.state.write(record)
            return pin
        }
    }
}

/// Takes a unit in hand, gives it back, or lists what is in hand.
func hold(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    if let name = command.value("end") { return try endHold(name, command, wiring) }
    guard let name = command.operands.first else { return try listHolds(command, wiring) }
    try wiring.checkIsRoot("hold")
    let unit = try unitName(name, "hold")
    let word = try wiring.word(command, "hold \(unit)")
    try wiring.checkIsOurs(unit)
    try attempt { () throws(MachineError) in
        try wiring.state.prepare()
        try wiring.state.hold(unit, word)
    }
    wiring.tell(
        .holdSet, ["unit": .string(unit.text), "hold": word.json],
        "\(unit) is on hold \(word.words)", unit)
    say(
        command, ["unit": .string(unit.text), "hold": word.json],
        """
        \(unit) is on hold \(word.words).
          No turn changes, restarts or stops it until v6-reconcile hold --end \(unit).
        """)
    return 0
}

private func endHold(
    _ name: String, _ command: ParsedCommand, _ wiring: Wiring
) throws(CommandError) -> Int32 {
    try wiring.checkIsRoot("hold")
    guard command.operands.isEmpty else {
        throw CommandError("error: hold --end \(name): name one unit only", exitCode: 64)
    }
    let unit = try unitName(name, "hold --end")
    let nowUs = wiring.clock.wallUs()
    let holds = try attempt { () throws(MachineError) in try wiring.state.holds(atUs: nowUs) }
    guard let word = holds[unit] else {
        let all = holds.keys.sorted().map(\.text).joined(separator: ", ")
        throw CommandError(
            "error: \(unit) is not on hold; \(all.isEmpty ? "nothing is" : "these are: \(all)")")
    }
    try attempt { () throws(MachineError) in try wiring.state.endHold(of: unit) }
    wiring.tell(.holdEnded, ["unit": .string(unit.text)], "\(unit) is on hold no longer", unit)
    say(
        command, ["unit": .string(unit.text), "hold": .null],
        "\(unit) is on hold no longer; it was \(word.words).\n  The next turn puts it right.")
    return 0
}

private func listHolds(
    _ command: ParsedCommand, _ wiring: Wiring
) throws(CommandError) -> Int32 {
    guard command.value("reason") == nil else {
        throw CommandError("error: hold --reason: name the unit: hold UNIT", exitCode: 64)
    }
    let nowUs = wiring.clock.wallUs()
    let holds = try attempt { () throws(MachineError) in try wiring.state.holds(atUs: nowUs) }
    let sorted = holds.sorted { $0.key < $1.key }
    let lines = sorted.map { "\($0.key)  \($0.value.words)" }
    say(
        command, ["holds": .array(sorted.map(holdJSON))],
        lines.isEmpty ? "No unit is on hold." : lines.joined(separator: "\n"))
    return 0
}

/// One hold, as `hold --json` and `status --json` list it.
func holdJSON(_ unit: UnitName, _ word: PersonsWord) -> JSONValue {
    var fields: JSONObject = ["unit": .string(unit.text)]
    fields.members += word.json.asObject?.members ?? []
    return .object(fields)
}

private func say(_ command: ParsedCommand, _ json: JSONObject, _ text: String) {
    printOut(
        command.has("json")
            ? JSONValue.object(json).text(pretty: true) : text.keeping(command.value("root")))
}

/// A unit's name as it was typed.
func unitName(_ text: String, _ verb: String) throws(CommandError) -> UnitName {
    if let name = UnitName(text) { return name }
    let more = UnitName("\(text).service") == nil ? "" : "; did you mean \(text).service?"
    throw CommandError(
        "error: \(verb): '\(text)' is no unit's name with its suffix\(more)", exitCode: 64)
}

extension Wiring {
    /// What a person says, from the options of a verb.
    ///
    /// `needsReason`: whether they have to say why.
    func word(
        _ command: ParsedCommand, _ verb: String, needsReason: Bool = true
    ) throws(CommandError) -> PersonsWord {
        let reason = command.value("reason") ?? ""
        guard !reason.isEmpty || !needsReason else {
            throw CommandError("error: \(verb) needs --reason TEXT", exitCode: 64)
        }
        let plain = reason.unicodeScalars.map {
            $0.properties.generalCategory == .control ? "?" : "\($0)"
        }
        var word = PersonsWord(
            reason: plain.joined(), by: accounts.thisPerson, atUs: clock.wallUs())
        let (span, until) = (command.value("for"), command.value("until"))
        guard span != nil || until != nil else { return word }
        guard span == nil || until == nil else {
            throw CommandError("error: --for and --until exclude each other", exitCode: 64)
        }
        word.untilUs = WordsEnd.us(for: span, until: until, nowUs: word.atUs)
        guard word.untilUs != nil else {
            throw CommandError(
                """
                error: \(verb): \(span.map { "--for \($0)" } ?? "--until \(until ?? "")") is no \
                time to come
                  Write --for 30m, 8h or 2d, or --until 2026-11-25T04:44:09Z, in UTC.
                """, exitCode: 64)
        }
        return word
    }

    /// What a person says on a host changes what root does there.
    func checkIsRoot(_ verb: String) throws(CommandError) {
        if !isSandbox, geteuid() != 0 {
            throw CommandError("error: \(verb) is root's: run it as root")
        }
    }

    /// Refuses a unit that turns have nothing to do with: a hold on it would hold nothing.
    func checkIsOurs(_ unit: UnitName) throws(CommandError) {
        let record = try attempt { () throws(MachineError) in try state.record() }
        if record.inventory.contains(.unit(unit)) { return }
        let targets = try targets(state, files, as: knownAccount)
        do throws(TargetError) {
            if try targets.known()?.desired.services[unit] != nil { return }
        } catch {
            // A commit that cannot be read names no unit.
        }
        let known = record.inventory.compactMap { address -> String? in
            if case .unit(let name) = address { name.text } else { nil }
        }
        throw CommandError(
            """
            error: \(unit) is none of the units that turns care for
              These are: \(known.sorted().joined(separator: ", ")).
            """)
    }

    /// Tells journald of what a person said.
    func tell(
        _ kind: EventKind, _ fields: JSONObject, _ message: String, _ unit: UnitName? = nil
    ) {
        outlet(printsJSON: false).put(
            EventLine(kind, fields, message, priority: .notice, unit: unit?.text))
    }
}
