import Facts
package import Machine
import Reconcile

/// What an operator plugs in to judge: programs in `check/required.d`, whose failure makes a
/// commit unhealthy, and in `check/wanted.d`, whose failure is told and no more.
///
/// They only judge, and each has a deadline.
package struct Judges: Sendable {
    /// Below the root; design, section 7.
    package static let folder = "/etc/v6-reconcile/check"
    /// Longer than this one check has hung, and failed.
    package static let deadline: Duration = .seconds(30)
    /// All of one kind may take so many deadlines together; one that comes later failed.
    static let deadlinesMax = 4
    /// Most that is told of what a check printed, in characters.
    static let wordsMax = 200

    /// Which of the two folders.
    package enum Kind: String, Hashable, Sendable { case required, wanted }

    let commands: any CommandRunner
    let files: HostFiles
    let accounts: Accounts
    let clock: any HostClock

    package init(
        commands: any CommandRunner, files: HostFiles, accounts: Accounts, clock: any HostClock
    ) {
        self.clock = clock
        self.commands = commands
        self.files = files
        self.accounts = accounts
    }

    /// Runs all of them, in the order of their names.
    ///
    /// `commit`: what is judged, as people say it; each is told of it by `V6_COMMIT`.
    /// Returns why each that failed did, by its name.
    func failures(_ kind: Kind, judging commit: String) -> [String: String] {
        var failures: [String: String] = [:]
        let begun = clock.sinceBoot()
        do throws(MachineError) {
            let folder = try StateFolder.hostPath("\(Self.folder)/\(kind.rawValue).d")
            let names = try files.list(folder) ?? []
            if names.isEmpty { return [:] }
            if let fault = files.fault(ofOwners: folder, .directory, accounts) {
                return ["\(kind.rawValue).d": "it \(fault)"]
            }
            for name in names where !name.hasPrefix(".") {
                let path = try StateFolder.hostPath("\(folder)/\(name)")
                if clock.sinceBoot() - begun >= Self.deadline * Self.deadlinesMax {
                    failures[name] = "it was not asked: those before it took too long"
                } else if let fault = files.fault(ofOwners: path, .file, accounts) {
                    failures[name] = "it \(fault)"
                } else if let reason = try failure(of: path, commit) {
                    failures[name] = reason
                }
            }
        } catch {
            failures["\(kind.rawValue).d"] = error.description
        }
        return failures
    }

    private func failure(of path: HostPath, _ commit: String) throws(MachineError) -> String? {
        let result = try commands.run(
            Command(
                files.outside(path), [],
                environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C", "V6_COMMIT": commit],
                deadline: Self.deadline, outputBytesMax: 1 << 20))
        if result.succeeded { return nil }
        return result.failureWords(deadline: Self.deadline)
    }
}

extension CommandResult {
    /// How a program failed, and the first line of what it printed.
    func failureWords(deadline: Duration) -> String {
        let how =
            switch ending {
            case .exited(let code): "exit \(code)"
            case .signalled(let signal): "ended by signal \(signal)"
            case .hung: "no end within \(deadline.components.seconds) s"
            case .flooded: "it printed without end"
            }
        let lines = (errorText + outputText).split(separator: "\n")
        return ([how] + lines.prefix(1).map { String($0.prefix(Judges.wordsMax)) })
            .joined(separator: ": ")
    }
}
