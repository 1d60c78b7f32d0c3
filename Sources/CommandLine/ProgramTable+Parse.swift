extension ProgramTable {
    /// Reads a command line: `--name value`, `--name=value`, flags, a verb, operands.
    ///
    /// `--` ends the options. Options that every verb takes may stand before the verb, others only
    /// behind it. `--help` (also `-h`, and `help VERB`) wins over every mistake. The arguments come
    /// without the program's own name; the first that the table does not allow is the error.
    package func parse(_ arguments: [String]) throws(UsageError) -> ParsedCommand {
        let place = placeOfVerb(in: arguments)
        if let help = helpAsked(in: arguments, place) { return help }
        var verb = root
        if let place {
            guard let found = row(ofVerb: arguments[place]) else {
                throw UsageError(
                    command: name, problem: "unknown verb '\(arguments[place])'",
                    suggestion: didYouMean(arguments[place], verbs.map(\.name), prefix: ""))
            }
            verb = found
        }
        var reader = ArgumentReader(table: self, verb: verb, arguments: arguments)
        return try reader.read(verbAt: place)
    }

    /// Where the verb stands: the first word that is neither an option nor an option's value.
    private func placeOfVerb(in arguments: [String]) -> Int? {
        guard !verbs.isEmpty else { return nil }
        var index = 0
        while index < arguments.count, arguments[index] != "--" {
            let argument = arguments[index]
            guard isOption(argument) else {
                let isOperand = root.operandsMax > 0 && row(ofVerb: argument) == nil
                return isOperand && argument != "help" ? nil : index
            }
            let option = (options + root.options).first { "--" + $0.name == argument }
            index += option?.value == nil ? 1 : 2
        }
        return nil
    }

    private func helpAsked(in arguments: [String], _ place: Int?) -> ParsedCommand? {
        var command = ParsedCommand()
        command.wantsHelp = true
        if let place {
            let word = arguments[place]
            command.verb = row(ofVerb: word)?.name
            if word == "help", command.verb == nil {
                command.verb = arguments[(place + 1)...].first { row(ofVerb: $0) != nil }
                return command
            }
        }
        let options = arguments.prefix { $0 != "--" }
        return options.contains("--help") || options.contains("-h") ? command : nil
    }
}

/// `-` alone is an operand: by custom it means standard input.
private func isOption(_ argument: String) -> Bool { argument.hasPrefix("-") && argument != "-" }

/// Reads the arguments of one verb.
private struct ArgumentReader {
    let table: ProgramTable
    let verb: VerbRow
    let arguments: [String]
    var index = 0

    init(table: ProgramTable, verb: VerbRow, arguments: [String]) {
        self.table = table
        self.verb = verb
        self.arguments = arguments
    }

    mutating func read(verbAt place: Int?) throws(UsageError) -> ParsedCommand {
        var command = ParsedCommand(verb: place == nil ? nil : verb.name)
        var optionsEnded = false
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            if index - 1 == place { continue }
            if !optionsEnded, argument == "--" {
                optionsEnded = true
            } else if !optionsEnded, isOption(argument) {
                try option(argument, isBeforeVerb: index - 1 < place ?? 0, &command)
            } else {
                command.operands.append(argument)
            }
        }
        if command.operands.count > verb.operandsMax {
            throw fault("unexpected operand '\(command.operands[verb.operandsMax])'")
        }
        if command.operands.count < verb.operandsMin { throw fault("needs \(verb.operands)") }
        return command
    }

    private mutating func option(
        _ argument: String, isBeforeVerb: Bool, _ command: inout ParsedCommand
    ) throws(UsageError) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let spelled = String(parts[0])
        let row = try row(of: spelled, isBeforeVerb)
        if !row.isRepeatable, command.has(row.name) { throw fault("'\(spelled)' stands twice") }
        guard let valueName = row.value else {
            if parts.count > 1 { throw fault("'\(spelled)' takes no value") }
            command.flags.insert(row.name)
            return
        }
        var value: String?
        if parts.count > 1 {
            value = String(parts[1])
        } else if index < arguments.count, !isOption(arguments[index]) {
            value = arguments[index]
            index += 1
        }
        guard let value, !value.isEmpty else {
            throw fault(
                "'\(spelled)' needs \(valueName)", "a value that begins with '-' is joined by '='")
        }
        command.values[row.name, default: []].append(value)
    }

    private func row(of spelled: String, _ isBeforeVerb: Bool) throws(UsageError) -> OptionRow {
        let allowed = table.options + (isBeforeVerb ? [] : verb.options)
        if let row = allowed.first(where: { "--" + $0.name == spelled }) { return row }
        if isBeforeVerb, verb.options.contains(where: { "--" + $0.name == spelled }) {
            throw fault(
                "'\(spelled)' stands before '\(verb.name)'", "write it behind '\(verb.name)'")
        }
        let others = [table.root] + table.verbs
        let owners = others.filter { $0.options.contains { "--" + $0.name == spelled } }
        if let owner = owners.first {
            let place = owner.name.isEmpty ? "without a verb" : "behind '\(owner.name)'"
            throw fault("'\(spelled)' does not belong here", "it stands \(place)")
        }
        let known = allowed.filter { !$0.isHidden }.map(\.name) + ["help"]
        let word = String(spelled.drop { $0 == "-" })
        throw fault("unknown option '\(spelled)'", didYouMean(word, known, prefix: "--"))
    }

    private func fault(_ problem: String, _ suggestion: String? = nil) -> UsageError {
        let command = verb.name.isEmpty ? table.name : "\(table.name) \(verb.name)"
        return UsageError(command: command, problem: problem, suggestion: suggestion)
    }
}
