/// What a difference between two unit files asks of a unit that runs.
package enum UnitChange: Hashable, Sendable {
    /// Nothing: they mean the same to what runs.
    case none
    /// A reload is enough.
    case reloadOnly
    /// What runs differs from what should run.
    case matters
}

/// What it takes to bring a running unit from one file to another.
///
/// The parsed files are compared, key by key; the order of different keys, comments and spacing
/// count for nothing. `[Install]` is about enabling, never about what runs, and is left out.
package func change(from old: UnitText, to new: UnitText) -> UnitChange {
    let (before, after) = (UnitMeaning(old), UnitMeaning(new))
    if before.settings != after.settings { return .matters }
    return before.reloadTriggers == after.reloadTriggers ? .none : .reloadOnly
}
