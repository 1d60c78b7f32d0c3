import Glibc
import HostKit
import Machine
import Testing

extension HostTests {
    /// The units in `systemd/`, read and run by a real systemd.
    @Suite struct UnitFiles {
        static let units = [
            "v6-health-check.service", "v6-health-check.timer", "v6-reconcile.service",
            "v6-reconcile.timer",
        ]

        /// A host with the units in place, and the programs that they name.
        private func host() throws -> TestHost {
            let host = try SharedHost.get()
            for program in ["v6-health-check", "v6-reconcile"] {
                try host.copyIn(
                    try releasedProgram(program), to: "/opt/v6/\(program)/bin/\(program)")
            }
            for unit in Self.units {
                try host.copyIn(
                    packageFolder + "/systemd/" + unit, to: "/etc/systemd/system/" + unit)
            }
            #expect(try host.run(["systemctl", "daemon-reload"]).succeeded)
            return host
        }

        @Test(arguments: units)
        func systemdHasNothingToSayAgainst(unit: String) throws {
            let result = try host().run(["systemd-analyze", "verify", unit])
            #expect(result.ending == .exited(0))
            #expect(result.errorText == "")
        }

        /// 0.5 of 10 at most, systemd's own measure of what an intruder could still do.
        @Test func healthCheckIsHardened() throws {
            let result = try host().run([
                "systemd-analyze", "security", "--offline=true", "--threshold=5",
                "v6-health-check.service",
            ])
            #expect(result.ending == .exited(0), "\(result.outputText.suffix(300))")
        }

        @Test func hardenedHealthCheckStillSeesEverything() throws {
            let host = try host()
            let timer = "v6-reconcile.timer"
            // Not enabled and far off: what it starts is not what is looked at here.
            try host.write(
                "/run/systemd/system/\(timer).d/far.conf",
                "[Timer]\nOnBootSec=\nOnUnitInactiveSec=\nOnActiveSec=1d\n")
            #expect(try host.run(["systemctl", "daemon-reload"]).succeeded)
            #expect(try host.run(["systemctl", "start", timer]).succeeded)
            let started = try startHealthCheck(host)
            let seen = try journal(host)
            #expect(started.succeeded, "\(seen)")
            #expect(seen.contains("V6 OK: 3 checks | 'disk_/'="))
            #expect(seen.contains("ok         unit v6-reconcile.timer: active (waiting)"))
            #expect(seen.contains("ok         memory: "))
        }

        @Test func healthCheckFailsItsUnitWhenTheTimerOfTheReconcilerIsStopped() throws {
            let host = try host()
            #expect(try host.run(["systemctl", "stop", "v6-reconcile.timer"]).succeeded)
            #expect(try !startHealthCheck(host).succeeded)
            #expect(try journal(host).contains("unit v6-reconcile.timer: inactive (dead)"))
            #expect(
                try host.run(["systemctl", "reset-failed", "v6-health-check.service"]).succeeded)
        }

        @Test func reconcilerMayDoInsideItsUnitWhatATurnDoes() throws {
            let host = try host()
            try host.write(
                "/run/systemd/system/v6-probe.service", "[Service]\nExecStart=/bin/sleep 1000\n")
            try host.write("/srv/probe", Self.turn, mode: "0755")
            try host.write(
                "/run/systemd/system/v6-reconcile.service.d/probe.conf",
                "[Service]\nExecStart=\nExecStart=/srv/probe\n")
            #expect(try host.run(["systemctl", "daemon-reload"]).succeeded)
            let result = try host.run(["systemctl", "start", "v6-reconcile.service"])
            let log = try host.run(["journalctl", "-b", "-u", "v6-reconcile.service", "-o", "cat"])
            #expect(result.succeeded, "\(log.outputText)")
            #expect(log.outputText.contains("turn done"))
            let undo = try host.shell(
                """
                systemctl stop v6-probe.service
                rm -r /run/systemd/system/v6-reconcile.service.d
                systemctl daemon-reload
                """)
            #expect(undo.succeeded)
        }

        /// What a turn does to a host, as a script; it stops at the first thing that is refused.
        private static let turn = """
            #!/bin/sh -eux
            for folder in /etc/v6 /opt/v6/releases /var/lib/v6 /var/lib/v6-reconcile /srv/models; do
                mkdir -p "$folder"
                echo probe >"$folder/probe"
                chown daemon:daemon "$folder/probe"
                chmod 0600 "$folder/probe"
                mv "$folder/probe" "$folder/moved"
            done
            chmod 2750 /srv/models
            ln -sfn /srv/models /opt/v6/probe
            useradd --system v6-probe
            git init -q /var/lib/v6-reconcile/repo
            git -C /var/lib/v6-reconcile/repo -c user.name=v6 -c user.email=v6@localhost \\
                commit -q --allow-empty -m probe
            unit=/etc/systemd/system/v6-probed.service
            cp /run/systemd/system/v6-probe.service "$unit"
            printf '[Install]\\nWantedBy=multi-user.target\\n' >>"$unit"
            systemd-analyze verify "$unit"
            systemctl daemon-reload
            systemctl enable v6-probed.service
            systemctl start v6-probed.service
            readlink "/proc/$(systemctl show -P MainPID v6-probed.service)/exe"
            setpriv --reuid=daemon --regid=daemon --clear-groups true
            systemctl disable --now v6-probed.service
            rm "$unit"
            userdel v6-probe
            echo turn done
            """

        private func startHealthCheck(_ host: TestHost) throws -> CommandResult {
            _ = try journal(host)
            return try host.run(["systemctl", "start", "v6-health-check.service"])
        }

        /// What the health check has printed since this was last asked.
        private func journal(_ host: TestHost) throws -> String {
            _ = try host.run(["journalctl", "--sync"])
            return try host.run([
                "journalctl", "-u", "v6-health-check.service", "-o", "cat",
                "--cursor-file=/run/v6-health-check.cursor",
            ]).outputText
        }
    }
}

/// The folder of the package, where `systemd/` is.
let packageFolder = "\(#filePath)".split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
