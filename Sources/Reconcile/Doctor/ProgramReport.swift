package import JSON

/// Which programs are there, and which of those that are needed are not.
package struct ProgramReport: Hashable, Sendable {
    /// One program as it was found.
    package struct Entry: Hashable, Sendable {
        /// What it is for.
        package var need: ProgramNeed
        /// Nil: it is not there, or cannot be run.
        package var version: String?

        package init(_ need: ProgramNeed, version: String?) {
            self.need = need
            self.version = version
        }

        /// `ok`, `MISSING`, or `-` for one that is neither there nor needed.
        var word: String {
            if version != nil { return "ok" }
            return need.isNeeded ? "MISSING" : "-"
        }
    }

    /// In the order in which they are shown.
    package var entries: [Entry]
    /// Why desired state could not be read; nil when it was.
    package var trouble: String?

    package init(_ entries: [Entry], trouble: String? = nil) {
        self.entries = entries
        self.trouble = trouble
    }

    /// Whether everything that this host needs is there; not while nobody knows what it needs.
    package var isComplete: Bool {
        trouble == nil && entries.allSatisfy { $0.version != nil || !$0.need.isNeeded }
    }

    /// As an operator reads it, ending in a newline.
    package var text: String {
        let width = entries.map(\.need.path.count).max() ?? 0
        var lines = entries.map { entry in
            let path = entry.need.path.padded(to: width)
            let tail = entry.version.map { $0.isEmpty ? "" : " (\($0))" } ?? ""
            let needed = entry.need.isNeeded ? "needed" : "      "
            return "\(entry.word.padded(to: 7))  \(needed)  \(path)  \(entry.need.purpose)\(tail)"
        }
        if let trouble {
            lines.append("Desired state cannot be read, so more may be needed: \(trouble)")
        }
        let missing = entries.filter { $0.word == "MISSING" }.map(\.need.name)
        if !missing.isEmpty {
            lines.append(
                "Missing: \(missing.joined(separator: ", ")). Install what this host needs.")
        } else if trouble == nil {
            lines.append("All that this host needs is there.")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// As `doctor --json` shows it.
    package var json: JSONValue {
        [
            "complete": .bool(isComplete),
            "trouble": trouble.map { .string($0) } ?? nil,
            "programs": .array(
                entries.map {
                    [
                        "name": .string($0.need.name), "path": .string($0.need.path),
                        "purpose": .string($0.need.purpose), "needed": .bool($0.need.isNeeded),
                        "present": .bool($0.version != nil),
                        "version": $0.version.map { .string($0) } ?? nil,
                    ]
                }),
        ]
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
