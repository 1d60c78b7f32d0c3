import Facts
package import Machine
import Reconcile

/// Programs that an operator has run before an intended change, such as a backup.
///
/// They are told and have no say (design, promise 13): whatever they do, print or fail at is a
/// warning. Each has a deadline, at which it is killed with all that it started; all together have
/// one too.
package struct HookFolder {
    /// Below the root.
    package static let path = "/etc/v6-reconcile/hooks/before.d"
    /// How long one hook may take when nobody says.
    package static let deadlineDefault: Duration = .seconds(30)
    /// How long all hooks of a turn may take together, in deadlines of one.
    static let deadlinesMax = 4
    /// Most that a hook may print, in bytes; nobody reads it.
    private static let outputBytesMax = 1 << 20

    private let files: HostFiles
    private let accounts: Accounts
    private let commands: any CommandRunner
    private let clock: any HostClock
    private let deadline: Duration

    package init(
        files: HostFiles, accounts: Accounts, commands: any CommandRunner, clock: any HostClock,
        deadline: Duration = deadlineDefault
    ) {
        self.files = files
        self.accounts = accounts
        self.commands = commands
        self.clock = clock
        self.deadline = deadline
    }

    /// Runs them one after another, in the order of their names.
    ///
    /// `environment`: all that they are told, beside a PATH.
    /// - Returns: what went wrong, for whoever watches the turn.
    func run(_ environment: [String: String]) -> [String] {
        var warnings: [String] = []
        let begun = clock.sinceBoot()
        do throws(MachineError) {
            let folder = try StateFolder.hostPath(Self.path)
            let names = try files.list(folder) ?? []
            if names.isEmpty { return [] }
            if let fault = files.fault(ofOwners: folder, .directory, accounts) {
                return ["no hook is run: \(folder) \(fault)"]
            }
            for name in names where !name.hasPrefix(".") {
                let path = try StateFolder.hostPath("\(folder)/\(name)")
                if clock.sinceBoot() - begun >= deadline * Self.deadlinesMax {
                    warnings.append("hook \(name) is left out: those before it took too long")
                } else if let fault = files.fault(ofOwners: path, .file, accounts) {
                    warnings.append("hook \(name) is left out: it \(fault)")
                } else if let failure = failure(of: path, environment) {
                    warnings.append("hook \(name) \(failure); the turn goes on")
                }
            }
        } catch {
            warnings.append("hooks: \(error)")
        }
        return warnings
    }

    private func failure(of path: HostPath, _ environment: [String: String]) -> String? {
        let plain = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"]
        let command = Command(
            files.outside(path), [], environment: plain.merging(environment) { $1 },
            deadline: deadline, outputBytesMax: Self.outputBytesMax)
        do throws(MachineError) {
            switch try commands.run(command).ending {
            case .exited(0): return nil
            case .exited(let status): return "ended with \(status)"
            case .signalled(let signal): return "was ended by signal \(signal)"
            case .hung: return "took over \(deadline.components.seconds) s and was killed"
            case .flooded: return "printed too much and was killed"
            }
        } catch {
            return "cannot be run: \(error)"
        }
    }
}

extension Turn {
    /// Tells an operator's programs that a commit is about to change the host.
    func runHooks(before attempt: Attempt) {
        guard let hooks = parts.hooks, !attempt.isDrift, !attempt.plan.changes.isEmpty else {
            return
        }
        let environment = [
            "V6_COMMIT": attempt.target.label,
            "V6_FROM": attempt.record.applied?.label ?? "",
        ]
        for warning in hooks.run(environment) { report(.warning(warning)) }
    }
}
