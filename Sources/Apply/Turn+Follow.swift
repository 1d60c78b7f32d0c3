import Facts
import JSON
import Machine

extension Turn {
    /// Says what came up on the way to a target.
    func tell(_ found: Targets.Found) {
        for warning in found.warnings { report(.warning(warning)) }
        if let failure = found.fetchFailure { report(.warning(failure)) }
    }

    /// What a person lets through goes into the journal before anything is done, whatever becomes
    /// of it then; also what a turn that was killed had accepted.
    func tellOverride(_ record: Record) throws(MachineError) {
        try parts.targets.follower.tellOverride { commit, reason throws(MachineError) in
            let (journal, warning) = try Journal.open(
                in: parts.state, clock: parts.clock, remembered: record.journal)
            if let warning { report(.warning(warning)) }
            try journal.add(
                "override",
                [
                    "gate": "ancestry", "commit": .string(commit.short),
                    "reason": .string(reason),
                ])
            report(.warning("\(commit.short) is let through, journalled: \(reason)"))
        }
    }
}

extension TargetError {
    /// How a turn ends that found no target.
    var end: TurnEnd { exitCode == Self.refused ? .refused(text) : .failed(text) }
}
