import CommandLine
import Facts
import Health

/// What a command line asks for, beside what the configuration says.
struct Wanted: Hashable, Sendable {
    let isJSON: Bool
    let usesMemory: Bool
    /// Where metrics go; nil for nowhere.
    var textfile: HostPath?
    /// Each once, in the order given.
    var units: [UnitName] = []
    /// Beside `/`.
    var folders: [String] = []
    private let command: ParsedCommand
    private var skipped: Set<String> = []
    private var clock: String?

    /// - Throws: `UsageError` for a value that is none.
    init(_ command: ParsedCommand) throws(UsageError) {
        self.command = command
        isJSON = command.has("json")
        usesMemory = !command.has("no-memory")
        for text in command.values["unit"] ?? [] {
            guard let name = UnitName(text) else {
                throw fault(
                    "'\(text)' is no unit name", "a name has its suffix: v6-trading.service")
            }
            if !units.contains(name) { units.append(name) }
        }
        for text in command.values["path"] ?? [] where text != "/" {
            folders.append(try path(text).text)
        }
        textfile = if let text = command.value("textfile") { try path(text) } else { nil }
        clock = try word("clock", ["kernel", "chrony", "ib"])
        for text in command.values["skip"] ?? [] {
            guard HealthSettings.kinds.contains(text) else {
                throw fault(
                    "--skip '\(text)' is no check",
                    "one of \(HealthSettings.kinds.joined(separator: ", "))")
            }
            skipped.insert(text)
        }
        // What is wrong whatever the configuration says is told before anything is looked at.
        var settings = HealthSettings()
        try add(to: &settings)
    }

    /// Lays the options over what the configuration says.
    ///
    /// - Throws: `UsageError` for a value that is none, or that does not fit the others.
    func add(to settings: inout HealthSettings) throws(UsageError) {
        settings.disk = try thresholds("disk", settings.disk, "80%", Amount.init(percent:))
        settings.inodes = try thresholds("disk", settings.inodes, "80%", Amount.init(percent:))
        settings.memory = try thresholds("memory", settings.memory, "80%", Amount.init(percent:))
        settings.load = try thresholds("load", settings.load, "2.5", Amount.init(number:))
        settings.lastTurn = try thresholds(
            "turn", settings.lastTurn, "15m", Amount.init(duration:))
        settings.units += units.filter { !settings.units.contains($0) }
        for folder in folders where !settings.folders.contains(folder) {
            settings.folders.append(folder)
        }
        settings.skipped.formUnion(skipped)
        settings.clockProof = clock ?? settings.clockProof
    }

    /// The two thresholds of one kind, with what an option says of them.
    private func thresholds(
        _ kind: String, _ known: Thresholds, _ example: String, _ read: (String) -> Amount?
    ) throws(UsageError) -> Thresholds {
        func amount(_ name: String, _ otherwise: Amount) throws(UsageError) -> Amount {
            guard let text = command.value(name) else { return otherwise }
            guard let amount = read(text) else {
                throw fault("--\(name) '\(text)' makes no sense", "write --\(name) \(example)")
            }
            return amount
        }
        let warn = try amount("\(kind)-warn", known.warn)
        let fail = try amount("\(kind)-fail", known.fail)
        guard let thresholds = Thresholds(warn: warn, fail: fail) else {
            throw fault("--\(kind)-warn \(warn) is above --\(kind)-fail \(fail)", nil)
        }
        return thresholds
    }

    private func word(_ name: String, _ words: [String]) throws(UsageError) -> String? {
        guard let text = command.value(name) else { return nil }
        guard words.contains(text) else {
            throw fault("--\(name) '\(text)'", "one of \(words.joined(separator: ", "))")
        }
        return text
    }

    private func path(_ text: String) throws(UsageError) -> HostPath {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            throw fault(error.description, nil)
        }
    }
}

private func fault(_ problem: String, _ suggestion: String?) -> UsageError {
    UsageError(command: healthCheckTable.name, problem: problem, suggestion: suggestion)
}
