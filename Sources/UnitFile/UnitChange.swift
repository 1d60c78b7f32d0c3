/// What a difference between two unit files asks of a unit that runs.
package enum UnitChange: Hashable, Sendable {
    /// Nothing: they mean the same to what runs.
    case none
    /// A reload is enough.
    case reloadOnly
    /// What runs differs from what should run.
    case matters
}

/// Keys of `[Unit]` that mean nothing to a unit that runs already.
///
/// Source: NixOS, switch-to-configuration, its list of ignored keys.
private let ignoredUnitKeys: Set<String> = [
    "Description", "Documentation", "OnFailure", "OnSuccess", "OnFailureJobMode",
    "IgnoreOnIsolate", "StopWhenUnneeded", "RefuseManualStart", "RefuseManualStop",
    "AllowIsolate", "CollectMode", "SourcePath",
]

/// The key of `[Unit]` whose change asks for a reload.
private let reloadKey = "X-Reload-Triggers"

/// What it takes to bring a running unit from one file to another.
///
/// The parsed files are compared, key by key; the order of different keys, comments and spacing
/// count for nothing. `[Install]` is about enabling, never about what runs, and is left out.
package func change(from old: UnitText, to new: UnitText) -> UnitChange {
    var answer = UnitChange.none
    let names = Set((old.sections + new.sections).map(\.name)).subtracting(["Install"])
    for name in names {
        let (before, after) = (byKey(old, name), byKey(new, name))
        for key in Set(before.keys).union(after.keys) where before[key] != after[key] {
            if name == "Unit", ignoredUnitKeys.contains(key) { continue }
            guard name == "Unit", key == reloadKey else { return .matters }
            answer = .reloadOnly
        }
    }
    return answer
}

/// All that a section gives each key, in order.
private func byKey(_ text: UnitText, _ section: String) -> [String: [String]] {
    Dictionary(grouping: text.assignments(in: section), by: \.key).mapValues { $0.map(\.value) }
}
