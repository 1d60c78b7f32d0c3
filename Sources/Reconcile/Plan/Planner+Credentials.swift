import Facts

extension Planner {
    /// What of a unit's credentials changed since its run began, in words; empty when nothing did.
    ///
    /// One that the run is not known to have is judged by time, as its files are. One that cannot
    /// be read is noted, and restarts nothing.
    mutating func changedCredentials(
        _ group: UnitGroup, _ loaded: Live.Loaded
    ) -> [String] {
        var changes: [String] = []
        let all = observed.credentials[group.name] ?? [:]
        for (name, reading) in all.sorted(by: { $0.key < $1.key }) {
            switch reading {
            case .absent: plan.notes.append(Note(group.address, "credential \(name) is not there"))
            case .unreadable(let reason):
                plan.notes.append(Note(group.address, "credential \(name): \(reason)"))
            case .present(let seen):
                if let before = loaded.credentials[name],
                    before.isComparable(with: seen.fingerprint)
                {
                    if before != seen.fingerprint {
                        changes.append("credential \(name) \(before) -> \(seen.fingerprint)")
                    }
                } else if seen.modifiedUs >= group.status.startedUs {
                    changes.append("credential \(name) \(seen.fingerprint)")
                }
            }
        }
        return changes
    }
}
