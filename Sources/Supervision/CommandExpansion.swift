import Facts
import UnitFile

/// The `%` specifiers that need no look at the host.
///
/// They are replaced before the text is cut into words: no value holds a space or a quote.
/// Source: systemd.unit(5), "Specifiers".
struct Specifiers {
    private let values: [Character: String]

    init(of unit: UnitName) {
        func escaped(_ text: some StringProtocol) -> String {
            text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
        }
        let stem = unit.stem
        let parts = stem.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        values = [
            "n": escaped(unit.text), "N": escaped(stem), "p": escaped(parts[0]),
            "i": parts.count == 2 ? escaped(parts[1]) : "", "t": "/run", "S": "/var/lib",
            "C": "/var/cache", "L": "/var/log", "E": "/etc", "T": "/tmp",
            // Made one by whoever cuts the text into words.
            "%": "%%",
        ]
    }

    /// One that is unknown stays as it stands.
    func expanding(_ text: String) -> String {
        guard text.contains("%") else { return text }
        var expanded = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "%", let letter = rest.popFirst() else {
                expanded.append(character)
                continue
            }
            expanded += values[letter] ?? "%\(letter)"
        }
        return expanded
    }
}

/// The `$` variables of a command line. Source: systemd.service(5), "Command lines".
struct Variables {
    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// What runs for this command, with these variables as its environment.
    func expanding(_ command: ExecCommand) -> ChildCommand {
        var arguments: [String] = []
        for argument in command.arguments {
            if command.keepsVariables {
                arguments.append(argument)
            } else if let name = wholeVariable(argument) {
                arguments += (values[name] ?? "").split(separator: " ").map(String.init)
            } else {
                arguments.append(expanding(argument))
            }
        }
        return ChildCommand(
            program: command.program, calledAs: command.calledAs, arguments: arguments,
            environment: values)
    }

    /// The name in an argument that is `$NAME` and nothing else: its value becomes many words.
    private func wholeVariable(_ argument: String) -> String? {
        guard argument.first == "$" else { return nil }
        let name = argument.dropFirst()
        guard !name.isEmpty, name.allSatisfy(Self.isOfName) else { return nil }
        return String(name)
    }

    /// Replaces `${NAME}` and `$$`.
    private func expanding(_ text: String) -> String {
        guard text.contains("$") else { return text }
        var expanded = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            if character == "$", rest.first == "$" {
                expanded.append(rest.removeFirst())
            } else if character == "$", rest.first == "{", let end = rest.firstIndex(of: "}"),
                rest[..<end].dropFirst().allSatisfy(Self.isOfName)
            {
                expanded += values[String(rest[..<end].dropFirst())] ?? ""
                rest = rest[rest.index(after: end)...]
            } else {
                expanded.append(character)
            }
        }
        return expanded
    }

    private static func isOfName(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "_")
    }
}
