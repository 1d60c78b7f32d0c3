import CommandLine
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
    let wanted = try Wanted(command)
    let report = look(sandbox: getenv("V6_ROOT").map { String(cString: $0) }).report(wanted)
    print(wanted.isJSON ? report.json.text(pretty: true) + "\n" : report.text, terminator: "")
    exit(report.exitStatus)
} catch {
    let words = Array("\(error)\n".utf8)
    write(2, words, words.count)
    exit(UsageError.exitCode)
}

/// The look at this host, or at the sandbox whose root `V6_ROOT` names.
func look(sandbox: String?) -> Look {
    guard let sandbox else {
        let systemd = Systemd(commands: SpawnedCommands(), clock: RealClock())
        return Look(gauges: RealGauges(), unitSource: .manager(systemd), root: "")
    }
    let reason = "units of a sandbox are looked at by v6-reconcile status"
    return Look(gauges: RealGauges(), unitSource: .nobody(reason), root: sandbox)
}
