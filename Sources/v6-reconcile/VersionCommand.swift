import CommandLine
import Facts
import JSON
import Reconcile

/// Which release this program is, by where it is installed.
func printVersion(_ command: ParsedCommand) -> Int32 {
    let key = realPath("/proc/self/exe").flatMap(releaseKey)
    if command.has("json") {
        printOut(
            JSONValue.object([
                "program": "v6-reconcile", "release": key.map { .string($0.text) } ?? .null,
            ]).text(pretty: true))
    } else {
        printOut("v6-reconcile, \(key.map { "release \($0)" } ?? "not a release")")
    }
    return 0
}

/// The key of the release that a program belongs to: `…/opt/v6/releases/KEY/bin/NAME`.
private func releaseKey(_ program: String) -> ReleaseKey? {
    let parts = program.split(separator: "/")
    guard parts.count > 3, parts[parts.count - 2] == "bin",
        "/\(parts.dropLast(3).joined(separator: "/"))".hasSuffix(Layout.releases)
    else { return nil }
    return ReleaseKey(String(parts[parts.count - 3]))
}
