import Glibc
import Machine
import TestKit

/// One life of a host: systemd-nspawn, and the systemd that is PID 1 below it.
struct Container: Sendable {
    static let upWithin: Duration = .seconds(60)
    static let downWithin: Duration = .seconds(60)

    /// systemd-nspawn, a child of ours.
    let nspawn: pid_t
    /// The host's PID 1, as the machine numbers it.
    let systemd: pid_t

    /// Starts the host and waits until it is up.
    static func boot(_ folder: HostFolder) throws -> Container {
        let doing = "boot host \(folder.name)"
        if let reason = refusal(ofRoot: folder.root) { throw HostError(doing, reason) }
        let nspawn = try spawnBeside(
            ["/bin/sh", "-euc", entering, "sh", folder.group] + command(folder), input: nil,
            output: folder.console)
        var systemd: pid_t?
        let appeared = becomesTrue(within: upWithin) {
            systemd = firstProcess(below: nspawn)
            return systemd != nil || kill(nspawn, 0) != 0
        }
        guard appeared, let systemd else {
            throw HostError(doing, "no PID 1 appeared\n" + (textOfFile(folder.console) ?? ""))
        }
        let container = Container(nspawn: nspawn, systemd: systemd)
        guard try becomesTrue(within: upWithin, container.isUp) else {
            throw HostError(doing, "it did not come up\n" + (textOfFile(folder.console) ?? ""))
        }
        return container
    }

    /// A command that runs a program inside, in all the namespaces of PID 1.
    func inside(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        deadline: Duration = .seconds(10)
    ) -> Command {
        var all = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root", "LC_ALL": "C.UTF-8",
        ]
        all.merge(environment) { $1 }
        return Command(
            "/usr/bin/nsenter", ["-t", String(systemd), "-a"] + arguments, environment: all,
            input: input, deadline: deadline)
    }

    /// Ends PID 1: by asking it, or by SIGKILL as a power cut does.
    func end(abruptly: Bool) throws {
        if abruptly {
            kill(systemd, SIGKILL)
        } else {
            _ = try SpawnedCommands().run(inside(["/usr/bin/systemctl", "reboot"]))
        }
        guard ends(nspawn, within: Self.downWithin) else {
            throw HostError("reboot", "PID 1 did not end within \(Self.downWithin)")
        }
    }

    /// `degraded` counts: which units failed is for the tests to say.
    private func isUp() throws -> Bool {
        let state = try SpawnedCommands().run(
            inside(["/usr/bin/systemctl", "is-system-running", "--wait"], deadline: Self.upWithin))
        return ["running\n", "degraded\n"].contains(state.outputText)
    }

    /// `$1` the control group: without one of its own, two hosts would share `/payload`, and
    /// each systemd would end the other's services.
    private static let entering = """
        for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
            [ -e "$hierarchy/cgroup.procs" ] || continue
            mkdir -p "$hierarchy/$1"
            echo $$ >"$hierarchy/$1/cgroup.procs"
        done
        shift
        exec "$@"
        """

    private static func command(_ folder: HostFolder) -> [String] {
        [
            "/usr/bin/systemd-nspawn", "--quiet", "--directory=\(folder.root)", "--boot",
            "--register=no", "--keep-unit", "--machine=\(folder.machine)",
            "--hostname=\(folder.name)", "--private-network", "--kill-signal=SIGRTMIN+3",
            "--link-journal=no", "--resolv-conf=off", "--timezone=off",
            "systemd.unit=multi-user.target",
        ]
    }
}

/// The child of `parent` that is number 1 in a process namespace of its own, once it is systemd.
private func firstProcess(below parent: pid_t) -> pid_t? {
    let children = textOfFile("/proc/\(parent)/task/\(parent)/children") ?? ""
    return children.split(separator: " ").compactMap { pid_t($0) }.first { child in
        let lines = (textOfFile("/proc/\(child)/status") ?? "").split(separator: "\n")
        return lines.contains("Name:\tsystemd")
            && lines.contains { $0.hasPrefix("NSpid:") && $0.hasSuffix("\t1") }
    }
}
