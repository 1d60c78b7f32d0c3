import Apply
import CommandLine
import Glibc
import JSON
import Machine
import Reconcile

/// Which programs of others are needed, and which are there.
func doctor(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    let scratch = ScratchState(wiring)
    var desired: Desired?
    var trouble: String?
    do throws(CommandError) {
        desired = try plannedTarget(command, wiring, scratch).desired
    } catch {
        // Without git, for one, there is no desired state: that is what this is asked for.
        trouble = error.text
    }
    var followsGit = false
    if case .repositories = wiring.origin { followsGit = !wiring.settings.repositories.isEmpty }
    let needs = ProgramNeed.all(
        desired: desired, settings: wiring.settings, followsGit: followsGit,
        isSandbox: wiring.isSandbox)
    let report = ProgramReport(
        needs.map { ProgramReport.Entry($0, version: wiring.version(of: $0)) }, trouble: trouble)
    printOut(command.has("json") ? report.json.text(pretty: true) : report.text)
    return report.isComplete ? 0 : 2
}

extension Wiring {
    /// The first line of what a program says of its version, empty when it does not tell; nil when
    /// it is not there.
    fileprivate func version(of need: ProgramNeed) -> String? {
        guard access(need.path, X_OK) == 0 else { return nil }
        if need.versionArguments.isEmpty { return "" }
        do throws(MachineError) {
            let result = try commands.run(
                Command(
                    need.path, need.versionArguments,
                    environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"], deadline: .seconds(5)))
            guard result.succeeded else { return "" }
            let text = result.output.isEmpty ? result.errorText : result.outputText
            return String(text.split(separator: "\n").first ?? "")
        } catch {
            return nil
        }
    }
}
