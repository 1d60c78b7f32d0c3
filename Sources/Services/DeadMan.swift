import Facts
package import Machine

/// Somebody who undoes what a turn began when nobody else does: the turn hangs and dies, and no
/// turn after it works either.
package protocol DeadMan: Sendable {
    /// Has the healthy program go back after this long, unless it is disarmed before.
    ///
    /// - Throws: `ServicesError` when it cannot be armed: then the turn takes no step.
    func arm(after: Duration) throws(ServicesError)

    /// The turn has ended, however it did.
    func disarm() throws(ServicesError)
}

/// The real kind: a timer of systemd's own, which does not depend on any file of a commit.
///
/// It counts by the clock that never jumps. After a reboot it is gone, and recovery at boot has
/// done its work.
package struct SystemdDeadMan: DeadMan {
    /// Below the root; design, section 7: what recovery runs, whatever a commit brings.
    package static let program = "/opt/v6/healthy/bin/v6-reconcile"
    private static let unit = "v6-reconcile-deadman"
    private static let subject = "the dead man's timer"

    private let commands: any CommandRunner
    private let files: HostFiles
    private let run: String
    private let systemctl: String

    /// The last two are absolute paths, of systemd-run(1) and systemctl(1).
    package init(
        commands: any CommandRunner, files: HostFiles, run: String = "/usr/bin/systemd-run",
        systemctl: String = "/usr/bin/systemctl"
    ) {
        self.commands = commands
        self.files = files
        self.run = run
        self.systemctl = systemctl
    }

    /// Says that it is armed, so that every turn can put it off at its end and few have to ask
    /// systemd; gone at a reboot, as the timer is.
    private static let flag = "/run/v6/v6-reconcile/dead-man"

    /// Where nothing was ever healthy there is no program to run, and nothing to go back to.
    package func arm(after: Duration) throws(ServicesError) {
        try told("arm") { () throws(MachineError) in
            let program = try SupervisorPlace.joined(Self.program)
            guard canStart(files.place(of: program)) else { return false }
            let flag = try SupervisorPlace.joined(Self.flag)
            if let folder = flag.parent { try files.makeDirectories(folder) }
            try files.replaceCache(flag, with: [])
            return true
        } then: { () throws(ServicesError) in
            // One that a killed turn left is put off.
            try stop()
            try start(
                run,
                [
                    "--quiet", "--collect", "--unit=\(Self.unit)",
                    "--description=V6: go back when no turn has ended by then",
                    "--on-active=\(after.components.seconds)s",
                    "--timer-property=AccuracySec=1s", "--", Self.program, "recover",
                ], "arm")
        }
    }

    package func disarm() throws(ServicesError) {
        try told("disarm") { () throws(MachineError) in
            let flag = try SupervisorPlace.joined(Self.flag)
            do throws(MachineError) {
                _ = try files.read(flag)
                try files.remove(flag)
                return true
            } catch {
                if error.isAbsence { return false }
                throw error
            }
        } then: { () throws(ServicesError) in
            try stop()
        }
    }

    /// Does the second when the first says so.
    private func told(
        _ tried: String, _ flag: () throws(MachineError) -> Bool,
        then act: () throws(ServicesError) -> Void
    ) throws(ServicesError) {
        do throws(MachineError) {
            guard try flag() else { return }
        } catch {
            throw ServicesError(tried, Self.subject, .unreachable(error.description))
        }
        try act()
    }

    private func stop() throws(ServicesError) {
        try start(systemctl, ["stop", "--", "\(Self.unit).timer"], "disarm", notLoaded: 5)
    }

    private func start(
        _ program: String, _ arguments: [String], _ tried: String, notLoaded: Int32 = 0
    ) throws(ServicesError) {
        let subject = Self.subject
        let command = Command(
            program, arguments, environment: ["LC_ALL": "C", "PATH": "/usr/bin:/bin"])
        let result: CommandResult
        do throws(MachineError) {
            result = try commands.run(command)
        } catch {
            throw ServicesError(tried, subject, .unreachable(error.description))
        }
        if result.succeeded || result.ending == .exited(notLoaded) { return }
        let words = result.errorText.split(separator: "\n").joined(separator: "; ")
        throw ServicesError(tried, subject, .failed(String(words.prefix(Systemd.wordsMax))))
    }
}

/// None, where there is no boot to come back from: below `--root`.
package struct NoDeadMan: DeadMan {
    package init() {}

    package func arm(after: Duration) {}
    package func disarm() {}
}
