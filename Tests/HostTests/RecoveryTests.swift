import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// A host that goes down in the middle of a turn, and a turn after which none works.
    @Suite(.serialized) struct Recovery {
        private static let log = "/var/lib/try-log"

        /// A unit that writes down which content of it was started.
        private func pushLogger(_ road: RoadHost, _ word: String) throws {
            let name = "try-logger.service"
            let command = "echo \(word) >>\(Self.log); exec sleep infinity"
            if try road.host.read("/srv/tree/systemd/\(name)") == nil {
                return try road.pushUnit(name, running: command, "a unit that says \(word)")
            }
            try road.push(
                "now it says \(word)", "sed -i 's/echo [a-z]*/echo \(word)/' systemd/\(name)")
        }

        /// Begins a turn, and kills it as soon as the journal's last line tells of this event.
        private func killTurn(_ road: RoadHost, at event: String) throws {
            try road.must(
                """
                /opt/v6/v6-reconcile/bin/v6-reconcile >/dev/null 2>&1 &
                turn=$!
                for _ in $(seq 100000); do
                    if tail -n 1 /var/lib/v6-reconcile/journal.jsonl | grep -q '"event":"\(event)"'
                    then
                        kill -KILL $turn
                        exit 0
                    fi
                    kill -0 $turn || exit 1
                done
                exit 1
                """)
        }

        @Test func atBootRecoveryComesFirstAndNoUnitRunsOnHalfACommit() throws {
            let host = try TestHost.boot(name: "recovery")
            defer { host.shutDown() }
            let road = try RoadHost.fresh(on: host)
            // No turn by the timer, after the reboot neither.
            try host.write(
                "/etc/systemd/system.control/v6-reconcile.timer.d/tests.conf",
                "[Timer]\nOnBootSec=\nOnUnitInactiveSec=\nOnActiveSec=1d\n")
            try road.must(
                "sed -i 's/stable_for: .*/stable_for: 20s/' /srv/tree/desired/paper.yaml")
            try pushLogger(road, "good")
            _ = try road.afterFirstTurn()
            let before = try road.digest()
            try pushLogger(road, "bad")
            try killTurn(road, at: "applied")
            #expect(try road.host.read(Self.log) == "good\nbad\n")
            try host.reboot(abruptly: true)
            let log = try host.read(Self.log)
            #expect(log == "good\nbad\ngood\n", "what starts at boot is what was healthy")
            #expect(try road.digest() == before)
            let order = try host.shell(
                """
                echo $(systemctl show -P ActiveEnterTimestampMonotonic v6-reconcile-recover)
                echo $(systemctl show -P ExecMainStartTimestampMonotonic try-logger)
                systemctl show -P Result v6-reconcile-recover
                journalctl -b -u v6-reconcile-recover -o cat
                """
            ).outputText.split(separator: "\n")
            let ended = try #require(order.first.flatMap { Int($0) })
            let started = try #require(order.dropFirst().first.flatMap { Int($0) })
            #expect(ended > 0 && ended <= started, "\(order)")
            #expect(order.dropFirst(2).first == "success", "\(order)")
            #expect(order.contains { $0.hasPrefix("Recovered: a turn with") }, "\(order)")
            let next = try road.turn()
            #expect(next.ending == .exited(0), "it is tried once more: \(next.errorText)")
        }

        @Test func deadManGoesBackWhenATurnHangsAndNoneComesAfterIt() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.pushUnit(
                "try-hangs.service", running: "exec sleep infinity", "a unit that never comes up",
                settings: ["Type=notify", "TimeoutStartSec=infinity"])
            let bad = try road.tip()
            let hung = try road.turn(["--deadline", "3s"])
            let last = hung.outputText.split(separator: "\n").last
            #expect(last == "[1/1] service/try-hangs.service", "killed in the middle")
            #expect(hung.errorText == "")
            let armed = try road.host.run(["systemctl", "is-active", "v6-reconcile-deadman.timer"])
            #expect(armed.outputText == "active\n")
            // Bounded: it is due 13 s after the turn began.
            let waited = try road.host.run([
                "/bin/bash", "-c",
                """
                for _ in $(seq 600); do
                    tail -n 1 /var/lib/v6-reconcile/journal.jsonl | grep -q went-back && exit 0
                    read -rt 0.1 <> <(:) || true
                done
                journalctl -u v6-reconcile-deadman.service -o cat >&2
                exit 1
                """,
            ])
            #expect(waited.succeeded, "\(waited.errorText)")
            #expect(try road.digest() == before)
            let quarantine = try road.turn(["quarantine"])
            #expect(quarantine.outputText.contains(bad), "\(quarantine.outputText)")
            #expect(try road.turn().ending == .exited(4))
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
            let idle = try road.host.run(["systemctl", "is-active", "v6-reconcile-deadman.timer"])
            #expect(idle.outputText == "inactive\n", "a turn that ended has put it off")
        }
    }
}
