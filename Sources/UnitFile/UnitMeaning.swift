/// What a unit file says to what runs: nothing of comments, spacing and the order of keys, nothing
/// of `[Install]`, and no key that changes nothing for a unit that runs already.
package struct UnitMeaning: Hashable, Sendable {
    /// Keys of `[Unit]` that mean nothing to a unit that runs already.
    ///
    /// Source: NixOS, switch-to-configuration, its list of ignored keys.
    private static let ignoredUnitKeys: Set<String> = [
        "Description", "Documentation", "OnFailure", "OnSuccess", "OnFailureJobMode",
        "IgnoreOnIsolate", "StopWhenUnneeded", "RefuseManualStart", "RefuseManualStop",
        "AllowIsolate", "CollectMode", "SourcePath",
    ]
    /// The key of `[Unit]` whose change asks for a reload.
    private static let reloadKey = "X-Reload-Triggers"

    /// All that each section gives each key, in order; a difference asks for a restart.
    package let settings: [String: [String: [String]]]
    /// A difference asks for a reload.
    package let reloadTriggers: [String]

    package init(_ text: UnitText) {
        var settings: [String: [String: [String]]] = [:]
        var triggers: [String] = []
        for section in text.sections where section.name != "Install" {
            for assignment in section.assignments {
                if section.name == "Unit" {
                    if Self.ignoredUnitKeys.contains(assignment.key) { continue }
                    if assignment.key == Self.reloadKey {
                        triggers.append(assignment.value)
                        continue
                    }
                }
                settings[section.name, default: [:]][assignment.key, default: []]
                    .append(assignment.value)
            }
        }
        self.settings = settings
        reloadTriggers = triggers
    }

    /// The settings one after another, sorted: equal settings have equal words.
    package var words: [String] {
        settings.sorted { $0.key < $1.key }.flatMap { section, keys in
            ["[\(section)]"]
                + keys.sorted { $0.key < $1.key }.flatMap { key, values in
                    values.map { "\(key)=\($0)" }
                }
        }
    }
}

extension UnitText {
    /// This file with its drop-ins, in the order in which they are read.
    package func merging(_ dropIns: [UnitText]) -> UnitText {
        var merged = sections
        for section in dropIns.flatMap(\.sections) {
            if let index = merged.firstIndex(where: { $0.name == section.name }) {
                merged[index].assignments += section.assignments
            } else {
                merged.append(section)
            }
        }
        return UnitText(sections: merged)
    }

    /// The folders in which enabling lays a link to the unit: `multi-user.target.wants`; nil where
    /// the file leaves that to more than itself, by a `%`.
    package var enablingFolders: Set<String>? {
        let kinds = [("WantedBy", "wants"), ("RequiredBy", "requires"), ("UpheldBy", "upholds")]
        var folders: Set<String> = []
        for (key, kind) in kinds {
            for name in values("Install", key).flatMap({ $0.split(separator: " ") }) {
                if name.contains("%") { return nil }
                folders.insert("\(name).\(kind)")
            }
        }
        return folders
    }

    /// Whether enabling does more than `enablingFolders` says: other names, other units.
    package var enablesMore: Bool {
        !values("Install", "Alias").isEmpty || !values("Install", "Also").isEmpty
    }

    /// Whether a reload of a unit of this file is possible at all.
    package var canReload: Bool {
        !values("Service", "ExecReload").isEmpty || value("Service", "Type") == "notify-reload"
    }
}
