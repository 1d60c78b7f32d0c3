import Facts
import JSON
import Machine

/// An error as the one line that `--json` has for it; the exit status is the same.
func printErrorJSON(_ error: CommandError) {
    var line: JSONObject = [
        "type": "diagnostic", "timestamp": .string("\(WallTime(us: RealClock().wallUs()))"),
        "severity": "error", "message": .string(error.text),
        "exit_code": .integer(Int64(error.exitCode)),
    ]
    if !error.faults.isEmpty { line["faults"] = .array(error.faults.map(\.json)) }
    printOut(JSONValue.object(line).text())
}
