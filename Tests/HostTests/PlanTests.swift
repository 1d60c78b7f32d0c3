import Facts
import HostKit
import JSON
import Machine
import TestKit
import Testing

extension HostTests {
    /// Plans on the real host: they change nothing, and a saved one is applied as it was shown.
    @Suite(.serialized) struct Plans {
        private typealias Allowance = SystemCalls.Allowance
        private let file = "/srv/plan.json"

        private static let systemd = [
            Allowance(
                "connect", "sun_path=\"/run/systemd/private\"",
                because: "systemctl show asks systemd for units"),
            Allowance(
                "connect", "sun_path=\"/var/run/nscd/socket\"",
                because: "glibc asks a cache of account names, where there is one"),
            Allowance(
                "connect", "sun_path=\"/run/systemd/userdb/io.systemd.DynamicUser\"",
                because: "glibc asks systemd which groups an account is in"),
            Allowance(
                "sendto", "io.systemd.UserDatabase.Get", because: "the same question itself"),
        ]
        private static let mirror = [
            Allowance(
                below: "/tmp/v6-plan-",
                because: "--refresh has a mirror of its own, and removes it"),
            Allowance(
                "openat", "\"/dev/null\", O_RDWR", because: "git sees to its standard files"),
        ]

        @Test func planMakesNoMutatingCall() throws {
            let road = try RoadHost.healthy()
            try road.must("echo drift >> /etc/v6/README; systemctl stop v6-health-check.timer")
            try road.push("a file more", "echo '# one line more' >> desired/files/README")
            let program = "/opt/v6/v6-reconcile/bin/v6-reconcile"
            let cases: [([String], [Allowance])] = [
                (["--plan"], Self.systemd), (["--plan", "--json"], Self.systemd),
                (["--plan", "--refresh"], Self.systemd + Self.mirror),
                (["validate"], Array(Self.systemd[1...1])),
                (["status"], Array(Self.systemd.prefix(2))), (["verify"], []),
            ]
            for (words, allowed) in cases {
                let result = try road.host.run(
                    [
                        "strace", "-f", "-y", "-s", "512", "-o", "/srv/calls", "-e",
                        "trace=\(SystemCalls.traced)", program,
                    ] + words)
                // A timer that is down is something to see to, for a plan and for status.
                let isWhole = ["validate", "verify"].contains(words[0])
                #expect(result.ending == .exited(isWhole ? 0 : 2), "\(result)")
                let calls = SystemCalls(try #require(try road.host.read("/srv/calls")))
                let mutations = calls.mutations(allowing: allowed)
                #expect(
                    mutations.isEmpty, "\(words)\n\(mutations.joined(separator: "\n"))")
                #expect(calls.unneeded(of: allowed) == [], "\(words)")
            }
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func savedPlanIsAppliedWhileTimersRunAndRefusedWhenTheHostChanged() throws {
            let road = try RoadHost.healthy()
            try road.push("a file more", "echo '# one line more' >> desired/files/README")
            let plan = try road.turn(["--plan", "--refresh", "--out", file])
            #expect(plan.ending == .exited(2), "\(plan.errorText)")
            try road.must("[ $(stat -c '%a %U' \(file) | tr ' ' -) = 600-root ]")
            // A run of a unit that its timer starts is no change of the host.
            try road.must("systemctl start v6-health-check.service")
            try road.must("chmod 0600 /etc/v6/README")
            let stale = try road.turn(["--apply", file])
            #expect(stale.ending == .exited(3))
            #expect(stale.errorText.contains("  host: /etc/v6/README has changed\n"))
            try road.must("chmod 0644 /etc/v6/README")
            let applied = try road.turn(["--apply", file])
            #expect(applied.ending == .exited(0), "\(applied.errorText)")
            #expect(try road.host.read("/etc/v6/README")?.hasSuffix("# one line more\n") == true)
            try road.must("rm \(file)")
        }

        /// The deadline is the unit's own, made shorter; the repository takes the connection and
        /// never answers.
        @Test func turnThatHangsIsKilledBySystemdAndTheNextFinishes() throws {
            let road = try RoadHost.healthy()
            let host = try #require(try road.host.read("/etc/v6-reconcile/host.yaml"))
            try road.host.write(
                "/run/systemd/system/v6-reconcile.service.d/tests.conf",
                "[Service]\nTimeoutStartSec=2\n")
            try road.must(
                """
                echo meddled >> /etc/v6/README
                ip link set lo up
                systemd-run -q --unit silent python3 -c '
                import socket, signal
                s = socket.create_server(("127.0.0.1", 9418))
                signal.pause()'
                systemctl daemon-reload
                """)
            defer { tidyUp(road, host) }
            try road.host.write(
                "/etc/v6-reconcile/host.yaml",
                host.replacing("/srv/git/v6.git", with: "git://127.0.0.1/v6.git"))
            let hung = try road.host.run(["systemctl", "start", "v6-reconcile.service"])
            #expect(hung.ending == .exited(1), "\(hung)")
            let result = try road.host.shell(
                "systemctl show -P Result -P ActiveState v6-reconcile.service; pgrep -c git || true"
            )
            #expect(result.outputText == "timeout\nfailed\n0\n")
            try road.host.write("/etc/v6-reconcile/host.yaml", host)
            try road.must("systemctl start v6-reconcile.service")
            #expect(try road.host.read("/etc/v6/README")?.contains("meddled") == false)
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func doctorNamesAProgramThatIsMissing() throws {
            let road = try RoadHost.healthy()
            let good = try road.turn(["doctor"])
            #expect(good.ending == .exited(0), "\(good.outputText)")
            try road.must("mv /usr/bin/systemd-analyze /usr/bin/away")
            let bad = try road.turn(["doctor"])
            try road.must("mv /usr/bin/away /usr/bin/systemd-analyze")
            #expect(bad.ending == .exited(2))
            #expect(bad.outputText.contains("\nMissing: systemd-analyze."))
        }

        private func tidyUp(_ road: RoadHost, _ host: String) {
            do {
                try road.host.write("/etc/v6-reconcile/host.yaml", host)
                try road.must(
                    """
                    rm -rf /run/systemd/system/v6-reconcile.service.d
                    systemctl stop silent
                    systemctl daemon-reload
                    systemctl reset-failed
                    """)
            } catch {
                Issue.record(error)
            }
        }
    }
}
