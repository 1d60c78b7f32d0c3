import Facts
import Foundation
import Machine
import Services
import TestKit
import Testing

private let units = "etc/systemd/system/"

/// A service that runs a shell script.
private func service(_ script: String, _ lines: String = "") -> String {
    "[Service]\nExecStart=/bin/sh -c '\(script)'\n\(lines)"
}

@Suite(.serialized) struct SupervisorTests {
    @Test func simpleServiceRunsUntilItIsStoppedAndItsOutputIsKept() throws {
        let running = try RunningSupervisor([
            units + "a.service": service(
                "echo $$$$ $$V6_ROOT $$MORE $$HOME $$PWD; exec sleep 1000",
                "Environment=MORE=more\n")
        ])
        try running.perform(.start, "a.service")
        let status = try running.status("a.service")
        #expect(status.active == "active")
        #expect(RunningSupervisor.isAlive(status.mainProcess))
        #expect(status.invocation.utf8.count == 32)
        #expect(abs(status.startedUs - RealClock().wallUs()) < 60_000_000)
        let root = running.scratch.path
        let expected = "\(status.mainProcess) \(root) more \(root)\n"
        try running.wait("the log") { running.scratch.read("var/log/v6/a.service.log") == expected }

        try running.perform(.stop, "a.service")
        #expect(try running.status("a.service").active == "inactive")
        #expect(!RunningSupervisor.isAlive(status.mainProcess))
        try running.shutDown()
    }

    @Test func childFindsNothingInItsEnvironmentButWhatItShould() throws {
        let running = try RunningSupervisor([
            units + "a.service":
                "[Service]\nType=oneshot\nExecStart=/usr/bin/env\nEnvironment=A=b\n"
        ])
        try running.perform(.start, "a.service")
        let lines = running.scratch.read("var/log/v6/a.service.log")?.split(separator: "\n") ?? []
        let names = lines.map { $0.split(separator: "=")[0] }.sorted()
        #expect(names == ["A", "NOTIFY_SOCKET", "PATH", "V6_ROOT"])
        try running.shutDown()
    }

    @Test func notifyServiceIsStartedWhenItSaysReady() throws {
        let root = ["a": "#!/usr/bin/env python3\n" + notifier + "time.sleep(1000)\n"]
        let running = try RunningSupervisor([
            units + "a.service":
                "[Service]\nType=notify\nExecStart=/opt/v6/a/bin/notifier\nTimeoutStartSec=15\n",
            "opt/v6/a/bin/notifier": root["a"] ?? "",
        ])
        chmod(running.scratch.path + "/opt/v6/a/bin/notifier", 0o755)
        try running.perform(.start, "a.service")
        #expect(try running.status("a.service").sub == "running")
        try running.shutDown()
    }

    @Test func notifyReachesASupervisorWhoseRootHasALongPath() throws {
        let running = try RunningSupervisor(
            [
                units + "a.service":
                    "[Service]\nType=notify\nTimeoutStartSec=15\n"
                    + "ExecStart=/srv/notifier\n",
                "srv/notifier": "#!/usr/bin/env python3\n" + notifier + "time.sleep(1000)\n",
            ], depth: 3)
        let folder = String(repeating: "d", count: 40)
        chmod("\(running.scratch.path)/\(folder)/\(folder)/\(folder)/srv/notifier", 0o755)
        try running.perform(.start, "a.service")
        #expect(try running.status("a.service").sub == "running")
        try running.shutDown()
    }

    @Test func programBelowADeclaredRootIsFoundThroughTheRootsOwnLinks() throws {
        let running = try RunningSupervisor([
            units + "a.service": "[Service]\nType=oneshot\nExecStart=/opt/v6/a/bin/program\n",
            "opt/v6/releases/1/bin/program": "#!/bin/sh\necho one\n",
        ])
        chmod(running.scratch.path + "/opt/v6/releases/1/bin/program", 0o755)
        symlink("/opt/v6/releases/1", running.scratch.path + "/opt/v6/a")
        try running.perform(.start, "a.service")
        #expect(running.scratch.read("var/log/v6/a.service.log") == "one\n")
        try running.shutDown()
    }

    @Test func oneshotAnswersWithItsFailure() throws {
        let running = try RunningSupervisor([
            units + "a.service": service("exit 4", "Type=oneshot\n"),
            units + "b.service": "[Service]\nExecStart=/opt/v6/none\n",
        ])
        #expect(
            throws: ServicesError(
                "start", "a.service", .failed("the unit failed (exit-code, status 4)"))
        ) { try running.perform(.start, "a.service") }
        #expect(try running.status("a.service").active == "failed")
        #expect(try running.status("a.service").exitStatus == 4)
        #expect(
            throws: ServicesError(
                "start", "b.service", .failed("the unit failed (exit-code, status 203)"))
        ) { try running.perform(.start, "b.service") }
        try running.shutDown()
    }

    @Test func crashedServiceIsRestartedAndCounted() throws {
        let running = try RunningSupervisor([
            units + "a.service": service(
                "exec sleep 1000", "Restart=on-failure\nRestartSec=10ms\n")
        ])
        try running.perform(.start, "a.service")
        let first = try running.status("a.service")
        kill(first.mainProcess, SIGKILL)
        try running.wait("a.service") { $0.active == "active" && $0.restarts == 1 }
        let second = try running.status("a.service")
        #expect(second.invocation != first.invocation)
        #expect(second.mainProcess != first.mainProcess)
        try running.perform(.restart, "a.service")
        #expect(try running.status("a.service").restarts == 0)
        try running.shutDown()
    }

    @Test func serviceThatKeepsCrashingIsGivenUp() throws {
        let running = try RunningSupervisor([
            units + "a.service": service("exit 1", "Restart=always\nRestartSec=1ms\n")
        ])
        try running.perform(.start, "a.service")
        try running.wait("a.service") { $0.result == "start-limit-hit" }
        #expect(try running.status("a.service").restarts == 5)
        try running.shutDown()
    }

    @Test func serviceThatIgnoresTermIsKilled() throws {
        let running = try RunningSupervisor([
            units + "a.service": service(
                "trap \"\" TERM; echo up; while :; do sleep 0.05; done", "TimeoutStopSec=100ms\n")
        ])
        try running.perform(.start, "a.service")
        try running.wait("the trap") {
            running.scratch.read("var/log/v6/a.service.log") == "up\n"
        }
        let process = try running.status("a.service").mainProcess
        try running.perform(.stop, "a.service")
        #expect(!RunningSupervisor.isAlive(process))
        #expect(try running.status("a.service").result == "timeout")
        try running.shutDown()
    }

    @Test func timerStartsItsService() throws {
        let running = try RunningSupervisor([
            units + "a.service": service("echo tick", "Type=oneshot\n"),
            units + "a.timer":
                "[Unit]\nDescription=x\n[Timer]\nOnActiveSec=10ms\nOnUnitActiveSec=50ms\n",
        ])
        try running.perform(.start, "a.timer")
        try running.wait("two ticks") {
            running.scratch.read("var/log/v6/a.service.log")?.hasPrefix("tick\ntick\n") ?? false
        }
        try running.shutDown()
    }

    @Test func changedFileNeedsAReloadUntilItIsLoaded() throws {
        let running = try RunningSupervisor([units + "a.service": service("exec sleep 1000")])
        try running.perform(.start, "a.service")
        running.scratch.write(units + "a.service", service("exec sleep 1001"))
        #expect(try running.status("a.service").needsReload)
        try running.supervisor.loadUnitFiles()
        #expect(try running.status("a.service").needsReload == false)
        try running.shutDown()
    }

    @Test func unitFileThatCameLaterIsFoundWhenItIsNamed() throws {
        let running = try RunningSupervisor([:])
        #expect(try running.status("a.service").load == "not-found")
        running.scratch.write(units + "a.service", service("exec sleep 1000"))
        try running.perform(.start, "a.service")
        #expect(try running.status("a.service").active == "active")
        try running.shutDown()
    }

    @Test func shutDownLeavesNothingAlive() throws {
        // One child in the group, and one that leaves session and group.
        let script = "sleep 1000 & echo $$!; setsid sleep 1000 & echo $$!; sleep 1000; :"
        let running = try RunningSupervisor([
            units + "a.service": service(script, "KillMode=mixed\n")
        ])
        try running.perform(.start, "a.service")
        var processes: [Int32] = []
        try running.wait("both children") {
            processes = (running.scratch.read("var/log/v6/a.service.log") ?? "")
                .split(separator: "\n").compactMap { Int32($0) }
            return processes.count == 2
        }
        processes.append(try running.status("a.service").mainProcess)
        try running.shutDown()
        for process in processes { #expect(!RunningSupervisor.isAlive(process)) }
        #expect(access(running.scratch.path + "/run/v6-supervisor/control", F_OK) != 0)
        try running.supervisor.shutDown()
    }

    @Test func whatAKilledSupervisorLeftIsEndedByTheNext() throws {
        let scratch = ScratchFolder()
        let left = Process()
        left.executableURL = URL(fileURLWithPath: "/bin/sleep")
        left.arguments = ["1000"]
        left.environment = ["V6_ROOT": scratch.path, "NOTIFY_SOCKET": "/gone"]
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/bin/sleep")
        other.arguments = ["1000"]
        other.environment = ["V6_ROOT": scratch.path]
        try left.run()
        try other.run()
        defer { other.terminate() }
        let running = try RunningSupervisor([:], at: scratch)
        _ = try running.status("a.service")
        left.waitUntilExit()
        #expect(left.terminationReason == .uncaughtSignal)
        #expect(other.isRunning)
        try running.shutDown()
    }

    @Test func callerThatGoesAwayDoesNotDisturbTheSupervisor() throws {
        let running = try RunningSupervisor([units + "a.service": service("exec sleep 1000")])
        let control = running.scratch.path + "/run/v6-supervisor/control"
        for text in [
            "", "{\"verb\":\"st", "{\"verb\":\"restart\",\"unit\":\"a.service\"}\n", "[]\n",
        ] {
            try sendAndLeave(text, to: control)
        }
        try running.wait("a.service") { $0.active == "active" }
        try running.shutDown()
    }

    @Test func thereIsOneSupervisorForEachRoot() throws {
        let running = try RunningSupervisor([:])
        #expect(throws: MachineError.self) {
            try SupervisorDaemon.run(
                root: running.scratch.path, programRoots: { [] }, ownsProcess: false)
        }
        #expect(try running.status("a.service").load == "not-found")
        try running.shutDown()
    }

    private func sendAndLeave(_ text: String, to path: String) throws {
        let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(connected == 0)
        let bytes = Array(text.utf8)
        send(client, bytes, bytes.count, 0)
    }
}

/// Says READY the way sd_notify does.
private let notifier = """
    import os, socket, time
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.connect(os.environ["NOTIFY_SOCKET"])
    time.sleep(0.2)
    s.send(b"READY=1\\nSTATUS=up")

    """
