/// One command line of a unit, as `ExecStart=` holds it.
///
/// Source: systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting".
package struct ExecCommand: Hashable, Sendable {
    /// An absolute path, or a bare name that is looked up by whoever runs it.
    package var program: String
    /// What follows the program. `%` specifiers and `$VARIABLE` stand as they were written, but
    /// `%%` and `$$` stand for one character.
    package var arguments: [String]
    /// Prefix `-`: a failure counts as success.
    package var ignoresFailure: Bool
    /// Prefix `:`: nothing that begins with `$` is replaced.
    package var keepsVariables: Bool
    /// Prefix `@`: how the process is called, in place of the program's path.
    package var calledAs: String?

    package init(
        program: String, arguments: [String] = [], ignoresFailure: Bool = false,
        keepsVariables: Bool = false, calledAs: String? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.ignoresFailure = ignoresFailure
        self.keepsVariables = keepsVariables
        self.calledAs = calledAs
    }

    /// Reads one command. The prefixes `+` and `!`, about privileges, are taken and forgotten.
    ///
    /// - Throws: `UnitFileError` for an open quote, an unknown escape, a relative path, no program
    ///   at all, or several commands separated by `;`.
    package static func parse(_ text: String) throws(UnitFileError) -> ExecCommand {
        var rest = Substring(text.trimmingSpace)
        let prefixes = rest.prefix { "@-:+!|".contains($0) }
        rest = rest.dropFirst(prefixes.count)
        var splitter = WordSplitter(text: rest)
        var words = try splitter.words()
        guard let program = words.first?.replacingDoubled("%"), !program.isEmpty else {
            throw UnitFileError(problem: "names no program")
        }
        guard program.hasPrefix("/") || !program.contains("/") else {
            throw UnitFileError(problem: "the program '\(program)' is a relative path")
        }
        words.removeFirst()
        let keepsVariables = prefixes.contains(":")
        words = words.map { word in
            let specified = word.replacingDoubled("%")
            return keepsVariables ? specified : specified.replacingDoubled("$")
        }
        let calledAs = prefixes.contains("@") && !words.isEmpty ? words.removeFirst() : nil
        return ExecCommand(
            program: program, arguments: words, ignoresFailure: prefixes.contains("-"),
            keepsVariables: keepsVariables, calledAs: calledAs)
    }
}

extension String {
    /// With each pair of this character made one.
    fileprivate func replacingDoubled(_ mark: Unicode.Scalar) -> String {
        var result = String.UnicodeScalarView()
        var isOpen = false
        for scalar in unicodeScalars {
            isOpen = scalar == mark && !isOpen
            if scalar != mark || isOpen { result.append(scalar) }
        }
        return String(result)
    }
}
