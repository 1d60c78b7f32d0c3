import CommandLine
import Facts
import Health

/// All that `v6-health-check` takes on its command line.
let healthCheckTable = ProgramTable(
    name: "v6-health-check",
    summary: "looks at this host and says whether it is well",
    discussion: """
        Checks how full disks and memory are, and that the units named are up. The first line is \
        for monitoring, in the manner of the Monitoring Plugins; then a line for each check with \
        its reason. Nothing is changed.

        A check that gives no answer within 5 s is unknown. Not knowing of a unit counts as \
        unhealthy.
        """,
    root: VerbRow(
        name: "", summary: "looks at this host",
        options: [
            OptionRow(
                name: "unit", value: "NAME", summary: "a unit that must be up",
                isRepeatable: true),
            OptionRow(
                name: "path", value: "DIR", summary: "a folder whose disk is checked, beside /",
                isRepeatable: true),
            OptionRow(
                name: "disk-warn", value: "PERCENT", summary: "more is degraded; else 90%"),
            OptionRow(
                name: "disk-fail", value: "PERCENT", summary: "more is unhealthy; else 95%"),
            OptionRow(
                name: "memory-warn", value: "PERCENT", summary: "the same for memory"),
            OptionRow(
                name: "memory-fail", value: "PERCENT", summary: "the same for memory"),
            OptionRow(name: "json", summary: "one JSON document instead of text"),
        ],
        examples: [
            "v6-health-check --unit v6-trading.service --path /srv --disk-warn 80%",
            "v6-health-check --json",
        ]),
    exitCodes: [
        ExitCodeRow(0, "ok"),
        ExitCodeRow(1, "degraded: over a first threshold, or on the way up or down"),
        ExitCodeRow(2, "unhealthy, or a unit could not be looked at"),
        ExitCodeRow(3, "unknown: a check hung or could not look"),
        ExitCodeRow(64, "the command line is wrong"),
    ])

/// What a command line asks to be checked.
struct Wanted: Hashable, Sendable {
    /// Each once, in the order given.
    var units: [UnitName] = []
    /// `/` and the others, each once.
    var folders = ["/"]
    var diskThresholds: Thresholds
    var memoryThresholds: Thresholds
    var isJSON: Bool

    /// - Throws: `UsageError` for a value that is none.
    init(_ command: ParsedCommand) throws(UsageError) {
        isJSON = command.has("json")
        diskThresholds = try thresholds("disk", command)
        memoryThresholds = try thresholds("memory", command)
        for text in command.values["unit"] ?? [] {
            guard let name = UnitName(text) else {
                throw fault(
                    "'\(text)' is no unit name", "a name has its suffix: v6-trading.service")
            }
            if !units.contains(name) { units.append(name) }
        }
        for text in command.values["path"] ?? [] where text != "/" {
            do throws(BadPath) {
                let path = try HostPath(text)
                if !folders.contains(path.text) { folders.append(path.text) }
            } catch {
                throw fault(error.description, nil)
            }
        }
    }
}

/// The two thresholds of one kind, those of the original system where not given.
private func thresholds(_ kind: String, _ command: ParsedCommand) throws(UsageError) -> Thresholds {
    func percent(_ name: String, otherwise: Percent) throws(UsageError) -> Percent {
        guard let text = command.value(name) else { return otherwise }
        guard let percent = Percent(text) else {
            throw fault("'\(text)' is no percentage", "write --\(name) 80%")
        }
        return percent
    }
    let warn = try percent("\(kind)-warn", otherwise: Thresholds.original.warn)
    let fail = try percent("\(kind)-fail", otherwise: Thresholds.original.fail)
    guard let thresholds = Thresholds(warn: warn, fail: fail) else {
        throw fault("--\(kind)-warn \(warn) is above --\(kind)-fail \(fail)", nil)
    }
    return thresholds
}

private func fault(_ problem: String, _ suggestion: String?) -> UsageError {
    UsageError(command: healthCheckTable.name, problem: problem, suggestion: suggestion)
}
