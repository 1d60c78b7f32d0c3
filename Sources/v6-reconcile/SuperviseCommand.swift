import CommandLine
import Facts
import Machine
import Reconcile
import Services

/// The supervisor of one sandbox; it is started by the first turn there, and outlives it.
func supervise(_ command: ParsedCommand) throws(CommandError) -> Int32 {
    guard let root = command.value("root") else {
        throw CommandError("error: supervise needs --root DIR", exitCode: 64)
    }
    do {
        let roots = DeclaredRoots(try HostFiles(root: root, honoursOwners: false))
        try SupervisorDaemon.run(root: root, programRoots: { roots.now() })
        return 0
    } catch {
        throw CommandError("error: \(error)")
    }
}

/// The roots that a sandbox's host.yaml declares, as it is now.
private final class DeclaredRoots {
    private let files: HostFiles
    /// Of the last file that had no fault: turns refuse one that has.
    private var known = HostSettings(environment: "sandbox").programRoots

    init(_ files: HostFiles) { self.files = files }

    func now() -> [HostPath] {
        do throws(CommandError) {
            let settings = try Wiring.settings(files, environmentDefault: "sandbox")
            known = (settings ?? HostSettings(environment: "sandbox")).programRoots
        } catch {
            printError("warning: \(error.text)")
        }
        return known
    }
}
