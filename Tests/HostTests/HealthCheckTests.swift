import HostKit
import JSON
import Machine
import Testing

extension HostTests {
    /// The released `v6-health-check`, on a host that has no Swift.
    @Suite struct HealthCheck {
        static let program = "/opt/v6/v6-health-check/bin/v6-health-check"

        private func host() throws -> TestHost {
            let host = try SharedHost.get()
            try host.copyIn(try releasedProgram("v6-health-check"), to: Self.program)
            return host
        }

        /// A look by hand that sees a host which nobody reconciles.
        private func look(
            _ arguments: [String], environment: [String: String] = [:]
        ) throws -> CommandResult {
            let script = """
                mkdir -p /run/v6 /etc/v6-reconcile /etc/v6
                for hidden in /run/v6 /etc/v6-reconcile /etc/v6; do
                    mount -t tmpfs none $hidden
                done
                exec "$@"
                """
            return try host().run(
                ["unshare", "-m", "/bin/sh", "-euc", script, "sh", Self.program] + arguments,
                environment: environment)
        }

        @Test func releasedProgramNeedsNoSwiftAndRuns() throws {
            let host = try host()
            let needed = try host.run(["ldd", Self.program])
            #expect(!needed.outputText.contains("not found"))
            #expect(!needed.outputText.contains("libswift"))
            let help = try host.run([Self.program, "--help"])
            #expect(help.ending == .exited(0))
            #expect(help.outputText.hasPrefix("v6-health-check: looks at this host"))
        }

        @Test func wellHostIsOkInALineForMonitoringAndALineForEachCheck() throws {
            let result = try look([
                "--unit", "systemd-journald.service", "--path", "/var/tmp",
            ])
            #expect(result.ending == .exited(0), "\(result.outputText)")
            let lines = result.outputText.split(separator: "\n")
            let first = lines.first ?? ""
            #expect(first.hasPrefix("V6 OK: 6 checks | 'disk_/'="))
            #expect(first.contains("'disk_/var/tmp'="))
            #expect(first.contains("'memory'="))
            #expect(
                lines.dropFirst().first
                    == "ok         unit systemd-journald.service: active (running)")
        }

        @Test func unitThatIsMissingStoppedOrFailedIsUnhealthy() throws {
            let host = try host()
            try host.write(
                "/run/systemd/system/v6-fails.service",
                "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'exit 7'\n")
            #expect(try host.run(["systemctl", "daemon-reload"]).succeeded)
            #expect(try !host.run(["systemctl", "start", "v6-fails.service"]).succeeded)
            let result = try look([
                "--unit", "v6-fails.service", "--unit", "v6-nowhere.service",
                "--unit", "emergency.service",
            ])
            #expect(result.ending == .exited(2))
            let text = result.outputText
            #expect(
                text.contains("unhealthy  unit v6-fails.service: failed: exit-code, status 7\n"))
            #expect(text.contains("unhealthy  unit v6-nowhere.service: not-found\n"))
            #expect(text.contains("unhealthy  unit emergency.service: inactive (dead)\n"))
            #expect(try host.run(["systemctl", "reset-failed", "v6-fails.service"]).succeeded)
        }

        @Test func fullDiskIsDegradedAndThenUnhealthyByTheThresholdsGiven() throws {
            let host = try host()
            let full = try host.shell(
                """
                mkdir -p /srv/full
                mountpoint -q /srv/full || mount -t tmpfs -o size=1M none /srv/full
                head -c 900K /dev/zero >/srv/full/zeros
                """)
            #expect(full.succeeded, "\(full.errorText)")
            func status(_ more: String...) throws -> CommandResult.Ending {
                try look(["--path", "/srv/full"] + more).ending
            }
            #expect(try status() == .exited(0))
            #expect(try status("--disk-warn", "80%") == .exited(1))
            #expect(try status("--disk-warn", "80%", "--disk-fail", "85%") == .exited(2))
            #expect(try host.run(["umount", "/srv/full"]).succeeded)
        }

        @Test func folderThatCannotBeLookedAtIsUnknown() throws {
            let result = try look(["--path", "/srv/nowhere"])
            #expect(result.ending == .exited(3))
            #expect(result.outputText.hasPrefix("V6 UNKNOWN: 5 checks, 1 unknown |"))
        }

        @Test func managerThatDoesNotAnswerMakesItUnhealthyAndTheUnitUnknown() throws {
            let host = try host()
            // In a private /run there is no systemd and no bus to ask.
            let result = try host.run([
                "unshare", "-m", "/bin/sh", "-c",
                "mount -t tmpfs none /run && exec \(Self.program) --unit v6-trading.service",
            ])
            #expect(result.ending == .exited(2), "\(result.outputText)\(result.errorText)")
            #expect(result.outputText.contains("\nunknown    unit v6-trading.service: "))
        }

        @Test func documentSaysWhatTheTextSays() throws {
            let result = try look(["--json", "--unit", "systemd-journald.service"])
            #expect(result.ending == .exited(0))
            let document = try JSONValue.parse(result.output)
            #expect(document["state"] == "ok")
            #expect(document["checks"]?.asArray?.count == 5)
        }

        @Test(arguments: [
            ["--unit", "trading"], ["--path", "srv"], ["--disk-warn", "80"], ["--jsn"], ["now"],
            ["--memory-warn", "99%"], ["--turn-warn", "15"], ["--clock", "sundial"],
            ["--skip", "everything"], ["--textfile", "metrics.prom"], ["--load-fail", "1"],
        ])
        func commandLineThatMakesNoSenseEndsWith64(arguments: [String]) throws {
            let result = try look(arguments)
            #expect(result.ending == .exited(64))
            #expect(result.output.isEmpty)
            #expect(result.errorText.hasSuffix("\nSee 'v6-health-check --help'.\n"))
        }

        @Test func sandboxIsCheckedBelowItsRoot() throws {
            let host = try host()
            #expect(try host.shell("mkdir -p /srv/box/data").succeeded)
            let result = try look(
                ["--path", "/data", "--unit", "v6-trading.service"],
                environment: ["V6_ROOT": "/srv/box"])
            #expect(result.ending == .exited(3))
            #expect(result.outputText.contains("\nok         disk /data: "))
            #expect(result.outputText.contains("\nunknown    unit v6-trading.service: "))
        }
    }
}
