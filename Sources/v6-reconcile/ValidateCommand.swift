import Apply
import CommandLine
import Facts
import JSON
import Machine
import Reconcile

/// Checks desired state: exit 0, or every fault with its line.
func validate(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    let scratch = ScratchState(wiring)
    let target = try plannedTarget(command, wiring, scratch)
    let desired = target.desired
    if command.has("json") {
        printOut(
            JSONValue.object([
                "valid": true, "desired": .string(target.label),
                "environment": .string(desired.environment),
                "resources": .integer(Int64(desired.resources.count)),
                "content": .string("\(desired.contentDigest)"),
            ]).text())
    } else {
        printOut(
            """
            Valid: \(target.label) for \(desired.environment): \(desired.directories.count) \
            directories, \(desired.files.count) files, \(desired.services.count) units.
            """)
    }
    return 0
}
