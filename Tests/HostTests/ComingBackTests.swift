import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Services that are killed come back by themselves, and one that cannot stay is given up.
    @Suite(.serialized) struct ComingBack {
        /// Services of ours that stay and that every host has, by their unit files; those that run
        /// once are started by their timers, and a gateway is somebody else's.
        static let longRunning = UnitFiles.services.filter { unit in
            let text = textOfFile(UnitFiles.folder + "/" + unit) ?? ""
            let common = textOfFile(packageFolder() + "/desired/common.yaml") ?? ""
            return !text.contains("\nType=oneshot\n") && common.contains("  \(unit):")
        }

        private static let example = "try-stays.service"

        /// Prints the main process of a unit that is up and is not the one given; fails when there
        /// is none within 20 s.
        private static let otherProcess = """
            for _ in $(seq 200); do
                pid=$(systemctl show -P MainPID "$1")
                if [ "$pid" != 0 ] && [ "$pid" != "$2" ] && systemctl -q is-active "$1"; then
                    echo "$pid"
                    exit 0
                fi
                read -rt 0.1 <> <(:) || true
            done
            systemctl status "$1" >&2
            exit 1
            """

        private func process(
            of unit: String, otherThan old: String, _ host: TestHost
        ) throws -> String {
            let found = try host.run(["/bin/bash", "-c", Self.otherProcess, "sh", unit, old])
            try #require(found.succeeded, "\(unit): \(found.errorText)")
            return String(found.outputText.dropLast())
        }

        /// The example shows what is asked for; a service that is added to `systemd/` is killed
        /// too.
        @Test(arguments: longRunning + [example])
        func serviceThatIsKilledFiveTimesInARowComesBack(unit: String) throws {
            let road = try RoadHost.healthy()
            if unit == Self.example {
                try road.pushUnit(
                    unit, running: "exec sleep 1000", "a unit that is killed",
                    settings: ["Restart=always", "RestartSec=200ms"],
                    limits: ["StartLimitIntervalSec=10s", "StartLimitBurst=8"])
                let turn = try road.turn()
                try #require(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            }
            var main = try process(of: unit, otherThan: "0", road.host)
            for _ in 1...5 {
                #expect(try road.host.run(["kill", "-KILL", main]).succeeded)
                main = try process(of: unit, otherThan: main, road.host)
            }
            let restarts = try road.host.run(["systemctl", "show", "-P", "NRestarts", unit])
            #expect(restarts.outputText == "5\n")
            // It is as desired again: nothing for a turn to do.
            let turn = try road.turn()
            #expect(turn.outputText == "No changes. Host matches \(try road.tip()).\n")
            if unit == Self.example { try road.pushRevert() }
        }

        /// A limit on starts holds: what cannot stay is given up and shown, not started for ever,
        /// and a turn does not go on where systemd gave up.
        @Test func serviceThatCannotStayIsGivenUpWithinItsStartLimit() throws {
            let road = try RoadHost.healthy()
            let unit = "try-dies.service"
            try road.pushUnit(
                unit, running: "exec sleep 1000", "a unit that is killed too often",
                settings: ["Restart=always", "RestartSec=100ms"],
                limits: ["StartLimitIntervalSec=1h", "StartLimitBurst=3"])
            try #require(try road.turn().ending == .exited(0))
            var main = try process(of: unit, otherThan: "0", road.host)
            for _ in 1...2 {
                #expect(try road.host.run(["kill", "-KILL", main]).succeeded)
                main = try process(of: unit, otherThan: main, road.host)
            }
            #expect(try road.host.run(["kill", "-KILL", main]).succeeded)
            let gone = try road.host.shell(
                """
                for _ in $(seq 100); do
                    systemctl -q is-failed \(unit) && break
                    systemctl show -P Result \(unit) >/dev/null
                done
                systemctl is-failed \(unit)
                journalctl --sync
                journalctl -b -u \(unit) -o cat | grep -c 'repeated too quickly'
                """)
            #expect(gone.outputText == "failed\n1\n", "\(gone.errorText)")
            let look = try road.host.run([
                "/opt/v6/v6-health-check/bin/v6-health-check", "--no-memory",
            ])
            #expect(look.ending == .exited(2))
            #expect(look.outputText.contains("unhealthy  unit \(unit): failed: signal, status 9"))
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func timerGoesOnWhenItsServiceIsKilledFiveTimesInARow() throws {
            let road = try RoadHost.healthy()
            let (timer, service) = ("v6-health-check.timer", "v6-health-check.service")
            try road.must(
                """
                mkdir -p /run/systemd/system/\(timer).d /run/systemd/system/\(service).d
                printf '[Timer]\\nOnBootSec=\\nOnUnitActiveSec=\\nOnActiveSec=1s\\n%s\\n' \
                    'OnUnitInactiveSec=2500ms
                AccuracySec=100ms' >/run/systemd/system/\(timer).d/often.conf
                printf '[Service]\\nExecStart=\\nExecStart=/bin/sleep 1000\\n%s\\n' \
                    TimeoutStartSec=infinity >/run/systemd/system/\(service).d/slow.conf
                systemctl daemon-reload
                systemctl restart \(timer)
                """)
            var main = "0"
            for _ in 1...5 {
                main = try starting(service, otherThan: main, road.host)
                #expect(try road.host.run(["kill", "-KILL", main]).succeeded)
            }
            main = try starting(service, otherThan: main, road.host)
            #expect(main != "0")
            #expect(try road.host.run(["systemctl", "is-active", timer]).outputText == "active\n")
            try road.must(
                """
                systemctl stop \(timer) \(service)
                rm -r /run/systemd/system/\(timer).d /run/systemd/system/\(service).d
                systemctl daemon-reload
                systemctl reset-failed
                systemctl start \(timer)
                """)
        }

        /// The main process of a run that is under way, other than the one given.
        private func starting(
            _ unit: String, otherThan old: String, _ host: TestHost
        ) throws -> String {
            let script = Self.otherProcess.replacing(
                #"&& systemctl -q is-active "$1""#, with: "")
            let found = try host.run(["/bin/bash", "-c", script, "sh", unit, old])
            try #require(found.succeeded, "\(unit): \(found.errorText)")
            return String(found.outputText.dropLast())
        }
    }
}
