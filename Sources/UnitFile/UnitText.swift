/// One `Key=Value` of a unit file.
package struct UnitAssignment: Hashable, Sendable {
    /// The word before the `=`.
    package let key: String
    /// The rest without the space around it; empty where the file resets a list.
    package let value: String

    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// One section with all that stands under its name, wherever it stands.
package struct UnitSection: Hashable, Sendable {
    /// The name without brackets: `Service`.
    package let name: String
    /// In the order of the file.
    package var assignments: [UnitAssignment]

    package init(name: String, assignments: [UnitAssignment] = []) {
        self.name = name
        self.assignments = assignments
    }
}

/// What a unit file says, without comments, spacing and the cutting of lines.
///
/// Source: systemd.syntax(7).
package struct UnitText: Hashable, Sendable {
    /// Each name once, in the order of the file.
    package let sections: [UnitSection]

    package init(sections: [UnitSection]) { self.sections = sections }

    /// The value that counts for a key that takes one: the last; nil when none stands, or when the
    /// last one is empty.
    package func value(_ section: String, _ key: String) -> String? {
        values(section, key).last
    }

    /// The values of a key that takes a list, since it was last reset by an empty one.
    package func values(_ section: String, _ key: String) -> [String] {
        assignments(in: section).reduce(into: []) { values, assignment in
            guard assignment.key == key else { return }
            if assignment.value.isEmpty { values = [] } else { values.append(assignment.value) }
        }
    }

    /// Whether the section stands there, even empty.
    package func has(section: String) -> Bool { sections.contains { $0.name == section } }

    func assignments(in section: String) -> [UnitAssignment] {
        sections.first { $0.name == section }?.assignments ?? []
    }
}

/// Why a text is no unit file, or no command of one.
package struct UnitFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name; nil where only one value was read.
    package let name: String?
    /// From 1; nil where only one value was read.
    package let line: Int?
    /// What is wrong, as a clause.
    package let problem: String

    package init(name: String? = nil, line: Int? = nil, problem: String) {
        self.name = name
        self.line = line
        self.problem = problem
    }

    package var description: String {
        guard let name, let line else { return problem }
        return "\(name):\(line): \(problem)"
    }
}
