/// A command line that its program's table allows.
package struct ParsedCommand: Hashable, Sendable {
    /// Nil for the call without a verb.
    package var verb: String?
    /// The flags that were given, without dashes.
    package var flags: Set<String> = []
    /// The values of each option that was given, in order; one but for repeatable options.
    package var values: [String: [String]] = [:]
    /// What is neither verb nor option, in order.
    package var operands: [String] = []
    /// `--help` was asked for; nothing else has been checked then.
    package var wantsHelp = false

    package init(verb: String? = nil) { self.verb = verb }

    /// The value of an option; nil when it was not given.
    package func value(_ name: String) -> String? { values[name]?.last }

    /// Whether a flag or an option was given.
    package func has(_ name: String) -> Bool { flags.contains(name) || values[name] != nil }
}

/// A command line that the table does not allow. Programs end with 64 then (EX_USAGE).
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Exit status of every program for a call that it does not understand.
    package static let exitCode: Int32 = 64

    /// The program's name, and the verb's when one was found.
    package let command: String
    /// What is wrong, as a clause: `unknown option '--jsn'`.
    package let problem: String
    /// A way out, as a clause: `did you mean '--json'?`.
    package let suggestion: String?

    package init(command: String, problem: String, suggestion: String? = nil) {
        self.command = command
        self.problem = problem
        self.suggestion = suggestion
    }

    /// Two lines: the problem with its way out, and where help stands.
    package var description: String {
        let wayOut = suggestion.map { "; \($0)" } ?? ""
        return "\(command): \(problem)\(wayOut)\nSee '\(command) --help'."
    }
}
