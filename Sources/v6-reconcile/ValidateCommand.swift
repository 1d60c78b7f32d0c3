import Apply
import CommandLine
import Facts
import JSON
import Machine
import Reconcile
import YAML

/// Checks desired state: exit 0, or every fault with its line.
func validate(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    let scratch = ScratchState(wiring)
    let target = try plannedTarget(command, wiring, scratch, explains: true)
    let values = command.has("show") ? target.resolution?.values : nil
    if command.has("json") {
        printOut(report(target, values).text(pretty: values != nil))
        return 0
    }
    for warning in target.resolution?.warnings ?? [] {
        printError("warning: \(YAML.describe(warning, in: target.sources))")
    }
    if let values {
        for value in values {
            printOut(command.has("origin") ? "\(value.text)  # \(value.originText)" : value.text)
        }
    } else {
        printOut(summary(target))
    }
    return 0
}

private func summary(_ target: Target) -> String {
    let desired = target.desired
    let counts: [(Int, String, String)] = [
        (desired.directories.count, "directory", "directories"),
        (desired.files.count, "file", "files"), (desired.links.count, "link", "links"),
        (desired.users.count, "user", "users"), (desired.groups.count, "group", "groups"),
        (desired.services.count, "unit", "units"),
    ]
    let shown = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }
        .joined(separator: ", ")
    return "Valid: \(target.label) for \(desired.environment): \(shown)."
}

private func report(_ target: Target, _ values: [ResolvedValue]?) -> JSONValue {
    var report: JSONObject = [
        "valid": true, "desired": .string(target.label),
        "environment": .string(target.desired.environment),
        "resources": .integer(Int64(target.desired.resources.count)),
        "content": .string("\(target.content)"),
        "warnings": .array((target.resolution?.warnings ?? []).map(\.json)),
    ]
    report["values"] = values.map { .array($0.map(\.json)) }
    return .object(report)
}

/// The one table of overriding variables.
func printVariables(_ command: ParsedCommand) -> Int32 {
    let rows = HostVariables.table
    if command.has("json") {
        printOut(
            JSONValue.array(
                rows.map { row in
                    [
                        "name": .string(row.name), "overrides": .string(row.place),
                        "may": .string(row.direction.words),
                    ]
                }
            ).text(pretty: true))
        return 0
    }
    let width = rows.map(\.name.count).max() ?? 0
    printOut("Variables that \(HostVariables.path) may set, one NAME=VALUE a line:")
    for row in rows {
        let name = row.name + String(repeating: " ", count: width - row.name.count)
        printOut("  \(name)  \(row.place): \(row.direction.words)")
    }
    return 0
}

/// The JSON Schema of one document, for editors.
func printSchema() -> Int32 {
    printOut(Schema.json.text(pretty: true))
    return 0
}
