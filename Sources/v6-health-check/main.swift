import CommandLine
import Facts
import Glibc
import Health
import JSON
import Machine
import Services

do throws(UsageError) {
    let arguments = Array(Swift.CommandLine.arguments.dropFirst())
    let command = try healthCheckTable.parse(arguments)
    if command.wantsHelp {
        print(healthCheckTable.help(verb: nil), terminator: "")
        exit(0)
    }
    let check = HealthCheck(
        wanted: try Wanted(command), sandbox: variable("V6_ROOT"),
        isService: variable("STATE_DIRECTORY") != nil)
    exit(try check.run())
} catch {
    complain("\(error)")
    exit(UsageError.exitCode)
}

/// A variable of the environment; nil where it is not set.
private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
