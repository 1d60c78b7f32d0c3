import HostKit
import JSON
import Machine
import Testing

extension HostTests {
    /// Each state that the health check can say, reached by a real cause on a reconciled host, in
    /// the service that runs it there.
    @Suite(.serialized) struct HealthStates {
        private static let program = "/opt/v6/v6-health-check/bin/v6-health-check"
        private static let service = "v6-health-check.service"
        private static let memory = "/var/lib/v6/v6-health-check/memory.json"

        /// A healthy host a moment after a turn, whose health check remembers nothing.
        private func host() throws -> TestHost {
            let road = try RoadHost.healthy()
            let turn = try road.turn()
            try #require(turn.ending == .exited(0), "\(turn.errorText)")
            try road.must("rm -f \(Self.memory); systemctl reset-failed")
            return road.host
        }

        /// One run of the service: the exit status of the program, and what it printed.
        private func run(_ host: TestHost) throws -> (status: String, text: String) {
            let cursor = "--cursor-file=/run/health-states.cursor"
            let journal = ["journalctl", "-u", Self.service, "-o", "cat", cursor]
            _ = try host.run(["journalctl", "--sync"])
            _ = try host.run(journal)
            _ = try host.run(["systemctl", "start", Self.service])
            _ = try host.run(["journalctl", "--sync"])
            let status = try host.run(["systemctl", "show", "-P", "ExecMainStatus", Self.service])
            return (
                String(status.outputText.dropLast()), try host.run(journal).outputText
            )
        }

        /// One look by hand, by itself.
        private func look(_ host: TestHost, _ arguments: [String] = []) throws -> CommandResult {
            try host.run([Self.program, "--no-memory"] + arguments)
        }

        @Test func reconciledHostIsOkInTextDocumentAndMetrics() throws {
            let host = try host()
            let (status, text) = try run(host)
            #expect(status == "0", "\(text)")
            #expect(text.contains("V6 OK: "))
            for unit in ["v6-health-check.timer", "v6-reconcile.timer"] {
                #expect(text.contains("ok         unit \(unit): active (waiting)"), "\(text)")
            }
            #expect(text.contains("ok         last turn: unchanged, exit 0, "), "\(text)")
            #expect(text.contains("ok         drift: none"), "\(text)")
            let document = try JSONValue.parse(try look(host, ["--json"]).output)
            for check in try #require(document["checks"]?.asArray) {
                #expect(check["age_seconds"]?.asNumber != nil, "\(check)")
            }
            let metrics = "/run/v6/v6-health-check/metrics.prom"
            let judged = try host.run([
                "/usr/bin/python3", "-c", Self.judgeOfMetrics, metrics,
            ])
            #expect(judged.succeeded, "\(judged.errorText)")
            #expect(judged.outputText.contains("v6_health_status"))
            #expect(judged.outputText.contains("v6_reconcile_info"))
            #expect(
                try host.run(["stat", "-c", "%a %U", metrics]).outputText == "644 v6-health-check\n"
            )
        }

        /// B8: as `ps` shows it while it runs.
        @Test func healthCheckRunsAsAnAccountOfItsOwnThatDesiredStateMade() throws {
            let host = try host()
            let drop = "/run/systemd/system/\(Self.service).d/slow.conf"
            try host.write(drop, "[Service]\nExecStart=\nExecStart=/bin/sleep 1000\n")
            let seen = try host.shell(
                """
                systemctl daemon-reload
                systemctl start --no-block \(Self.service)
                for _ in $(seq 100); do
                    pid=$(systemctl show -P MainPID \(Self.service))
                    # Before it is the program that was asked for, it is still systemd's.
                    [ "$(ps -o comm= -p "$pid" || true)" != sleep ] || break
                done
                ps -o user:20= -p "$pid"
                systemctl stop \(Self.service)
                rm \(drop)
                systemctl daemon-reload
                systemctl reset-failed
                getent passwd v6-health-check | cut -d: -f7
                """)
            #expect(
                seen.outputText == "v6-health-check\n/usr/sbin/nologin\n", "\(seen.errorText)")
        }

        @Test func metricsThatAreNoneAreRefusedByTheirJudge() throws {
            let host = try host()
            try host.write("/srv/bad.prom", "v6_health_status{check=\"disk /\" 0\n# EOF\n")
            let judged = try host.run([
                "/usr/bin/python3", "-c", Self.judgeOfMetrics, "/srv/bad.prom",
            ])
            #expect(!judged.succeeded)
        }

        /// Prometheus' own client, which reads both of its formats.
        private static let judgeOfMetrics = """
            import sys
            from prometheus_client.parser import text_string_to_metric_families as classic
            from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_
            text = open(sys.argv[1]).read()
            names = [sorted(f.name for f in parse(text)) for parse in (classic, open_)]
            assert names[0] == names[1] and len(names[0]) >= 10, names
            print(*names[0])
            """

        @Test func diskThatFillsIsDegradedAndThenUnhealthyOnceTwoLooksAgree() throws {
            let road = try RoadHost.healthy()
            try road.push(
                "watch a small disk",
                "sed -i 's#, /var/lib/v6]#, /var/lib/v6, /srv/small]#' desired/common.yaml")
            let host = try host()
            try road.must(
                """
                mkdir -p /srv/small
                mountpoint -q /srv/small || mount -t tmpfs -o size=1M none /srv/small
                head -c 960K /dev/zero >/srv/small/zeros
                """)
            // The first look ever is taken as it is.
            let first = try run(host)
            #expect(first.status == "1", "\(first.text)")
            #expect(first.text.contains("degraded   disk /srv/small: 93.75% of bytes used"))
            #expect(
                try host.run(["systemctl", "is-failed", Self.service]).outputText == "inactive\n")
            _ = try host.shell("head -c 1M /dev/zero >/srv/small/zeros 2>/dev/null || true")
            let second = try run(host)
            #expect(second.status == "1", "\(second.text)")
            #expect(second.text.contains("unhealthy in 1 of 2 looks that must agree"))
            #expect(try look(host).ending == .exited(2), "by itself it is unhealthy")
            let third = try run(host)
            #expect(third.status == "2", "\(third.text)")
            #expect(
                third.text.contains("unhealthy  disk /srv/small: 100% of bytes used (over 95%)"))
            try road.must("umount /srv/small; rm \(Self.memory); systemctl reset-failed")
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func unitThatIsStoppedIsUnhealthyAtOnce() throws {
            let host = try host()
            #expect(try run(host).status == "0")
            #expect(try host.run(["systemctl", "stop", "v6-reconcile.timer"]).succeeded)
            let (status, text) = try run(host)
            #expect(try host.run(["systemctl", "start", "v6-reconcile.timer"]).succeeded)
            #expect(status == "2", "\(text)")
            #expect(text.contains("unhealthy  unit v6-reconcile.timer: inactive (dead)"))
            #expect(
                try host.run(["systemctl", "is-failed", Self.service]).outputText == "failed\n")
            let memory = try host.run(["stat", "-c", "%a %U", Self.memory]).outputText
            #expect(memory == "600 v6-health-check\n")
        }

        @Test func statusLooksAtTheHostAndEndsWith2WhenSomethingNeedsAttention() throws {
            let road = try RoadHost.healthy()
            _ = try host()
            let well = try road.turn(["status"])
            #expect(well.ending == .exited(0), "\(well.outputText)")
            #expect(well.outputText.contains("environment  paper\n"))
            #expect(well.outputText.contains("unit v6-reconcile.timer: active (waiting)\n"))
            #expect(try road.host.run(["systemctl", "stop", "v6-reconcile.timer"]).succeeded)
            let ill = try road.turn(["status", "--json"])
            #expect(try road.host.run(["systemctl", "start", "v6-reconcile.timer"]).succeeded)
            #expect(ill.ending == .exited(2), "\(ill.outputText)")
            let document = try JSONValue.parse(ill.output)
            let tip = try road.tip()
            #expect(document["lastHealthyRevision"]?.asString == tip)
            #expect(document["lastAppliedRevision"]?.asString == tip)
            #expect(document["health"] == "Degraded")
            let ready = document["conditions"]?.asArray?.first
            #expect(ready?["type"] == "Ready")
            #expect(ready?["status"] == "False")
            #expect(ready?["reason"] == "HealthCheckFailed")
        }

        @Test func turnThatIsTooLongAgoIsDegradedAndThenUnhealthy() throws {
            let host = try host()
            // Whatever few milliseconds ago it was is too long for these.
            let degraded = try look(host, ["--turn-warn", "0s"])
            #expect(degraded.ending == .exited(1), "\(degraded.outputText)")
            let unhealthy = try look(host, ["--turn-warn", "0s", "--turn-fail", "0s"])
            #expect(unhealthy.ending == .exited(2), "\(unhealthy.outputText)")
            #expect(unhealthy.outputText.contains("unhealthy  last turn: unchanged, exit 0, "))
            // A document of before this boot is as old as the host's clock says.
            let aged = try host.shell(
                """
                cd /run/v6/v6-reconcile
                sed -i -E 's/"boot_id": "[^"]*"/"boot_id": "another"/
                    s/"ended_at_us": [0-9]+/"ended_at_us": 1000000/' status.json
                """)
            #expect(aged.succeeded)
            let old = try look(host)
            #expect(old.ending == .exited(2), "\(old.outputText)")
            #expect(old.outputText.contains(" d ago (over 60 min)"), "\(old.outputText)")
            #expect(try host.run(["rm", "/run/v6/v6-reconcile/status.json"]).succeeded)
            #expect(try look(host).outputText.contains("  last turn: none since boot, "))
            #expect(try RoadHost.healthy().turn().ending == .exited(0))
            #expect(try look(host).ending == .exited(0))
        }

        /// Opening a FIFO that nobody writes is a call that the kernel never answers.
        @Test func probeThatHangsIsUnknownWithinItsDeadline() throws {
            let host = try host()
            let script = """
                rm -f /srv/silent
                mkfifo /srv/silent
                mount --bind /srv/silent /proc/meminfo
                exec \(Self.program) --no-memory
                """
            let begin = ContinuousClock.now
            let result = try host.run(["unshare", "-m", "/bin/sh", "-euc", script])
            #expect(ContinuousClock.now - begin < .seconds(30))
            #expect(result.ending == .exited(3), "\(result.outputText)\(result.errorText)")
            #expect(result.outputText.contains("unknown    memory: no answer within 5.0 seconds"))
            #expect(result.outputText.contains("ok         disk /: "), "the others answer")
        }

        @Test func statusWaitsForNoProbeThatHangsEither() throws {
            let host = try host()
            let script = """
                rm -f /srv/silent
                mkfifo /srv/silent
                mount --bind /srv/silent /proc/meminfo
                exec /opt/v6/v6-reconcile/bin/v6-reconcile status
                """
            let begin = ContinuousClock.now
            let result = try host.run(["unshare", "-m", "/bin/sh", "-euc", script])
            #expect(ContinuousClock.now - begin < .seconds(30))
            #expect(result.ending == .exited(2), "\(result.outputText)\(result.errorText)")
            #expect(
                result.outputText.contains("memory: no answer within 5.0 seconds"),
                "\(result.outputText)")
        }

        @Test func managerThatHangsIsUnknownAndTheHostUnhealthy() throws {
            let host = try host()
            try host.write("/srv/hang", "#!/bin/sh\nexec sleep 600\n", mode: "0755")
            #expect(try host.shell("mount --bind /srv/hang /usr/bin/systemctl").succeeded)
            let begin = ContinuousClock.now
            let result = try look(host)
            #expect(ContinuousClock.now - begin < .seconds(30))
            #expect(try host.shell("umount /usr/bin/systemctl").succeeded)
            #expect(result.ending == .exited(2), "\(result.outputText)")
            #expect(result.outputText.contains("unknown    unit v6-reconcile.timer: "))
        }

        @Test func clockIsJudgedAsTheKernelSaysWhereItIsNotAnotherMachines() throws {
            let host = try host()
            let kernel = try host.run([
                "/usr/bin/python3", "-c",
                """
                import ctypes
                found = ctypes.create_string_buffer(512)
                ctypes.CDLL(None).adjtimex(found)
                # struct timex: modes, then four longs, then status.
                status = ctypes.cast(found, ctypes.POINTER(ctypes.c_int))[10]
                print("degraded" if status & 0x40 else "ok")
                """,
            ])
            try #require(kernel.succeeded, "\(kernel.errorText)")
            let script = """
                mount -t tmpfs none /run/systemd
                exec \(Self.program) --no-memory --clock kernel --skip units
                """
            let result = try host.run(["unshare", "-m", "/bin/sh", "-euc", script])
            let word = kernel.outputText.dropLast()
            let line = result.outputText.split(separator: "\n").first { $0.contains(" clock: ") }
            #expect(line?.hasPrefix(word) == true, "\(line ?? "")")
            #expect(line?.contains("container") == false)
        }

        @Test func driftThatWasHealedIsSaidAndIsWell() throws {
            let road = try RoadHost.healthy()
            try road.must("chmod 0600 /etc/v6/README")
            #expect(try road.turn().ending == .exited(0))
            let result = try look(road.host)
            #expect(result.ending == .exited(0), "\(result.outputText)")
            #expect(result.outputText.contains("ok         drift: 1 healed by the last turn"))
        }

        @Test func memoryThatIsDamagedIsHarmless() throws {
            let host = try host()
            #expect(try run(host).status == "0")
            #expect(try host.shell("echo '{\"checks\": 7' >\(Self.memory)").succeeded)
            #expect(try run(host).status == "0")
            #expect(try host.read(Self.memory)?.contains("\"format_version\"") == true)
        }
    }
}
