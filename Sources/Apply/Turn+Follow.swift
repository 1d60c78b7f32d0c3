import JSON
import Machine

extension Turn {
    /// Says what came up on the way to a target; what a person lets through goes into the journal
    /// before anything is done.
    func tell(_ found: Targets.Found, _ record: Record) throws(MachineError) {
        for warning in found.warnings { report(.warning(warning)) }
        if let failure = found.fetchFailure { report(.warning(failure)) }
        guard let reason = found.overrideReason else { return }
        let (journal, warning) = try Journal.open(
            in: parts.state, clock: parts.clock, remembered: record.journal)
        if let warning { report(.warning(warning)) }
        try journal.add(
            "override",
            [
                "gate": "ancestry", "commit": .string(found.target.label),
                "reason": .string(reason),
            ])
        report(.warning("\(found.target.label) is let through, journalled: \(reason)"))
    }
}

extension TargetError {
    /// How a turn ends that found no target.
    var end: TurnEnd { exitCode == Self.refused ? .refused(text) : .failed(text) }
}
