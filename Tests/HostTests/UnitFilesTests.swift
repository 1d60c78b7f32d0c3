import Glibc
import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// The units in `systemd/`, read and run by a real systemd.
    @Suite struct UnitFiles {
        /// Every file there is, so that one that is added is judged as well.
        static let folder = packageFolder + "/systemd"
        static let units = namesOf(folder: folder)
        static let services = units.filter { $0.hasSuffix(".service") }

        /// Services that need root, each with what systemd measures of it, in tenths: what they
        /// need is said beside each exception.
        static let rootServices = [
            "v6-reconcile.service": 33, "v6-reconcile-recover.service": 29,
        ]

        /// Programs that units name and this package does not build: IB Gateway's keeper is the
        /// host's own.
        static let standIns = [keeperPath: keeper]

        /// A host with the units in place, and the programs that they name.
        func host() throws -> TestHost {
            let host = try SharedHost.get()
            for (program, text) in Self.standIns { try host.write(program, text, mode: "0755") }
            for unit in Self.units {
                let source = packageFolder + "/systemd/" + unit
                for program in programs(in: textOfFile(source) ?? "")
                where Self.standIns[program] == nil {
                    let name = String(program.split(separator: "/").last ?? "")
                    try host.copyIn(try releasedProgram(name), to: program)
                }
                try host.copyIn(source, to: "/etc/systemd/system/" + unit)
            }
            // As a turn would have made them.
            for unit in Self.services {
                let text = textOfFile(Self.folder + "/" + unit) ?? ""
                guard let user = setting("User", in: text) else { continue }
                let made = try host.shell(
                    "getent passwd \(user) >/dev/null || useradd --system \(user)")
                #expect(made.succeeded, "\(made.errorText)")
            }
            #expect(try host.run(["systemctl", "daemon-reload"]).succeeded)
            return host
        }

        /// Programs of ours that a unit names, by path.
        private func programs(in text: String) -> [String] {
            text.matches(of: #//opt/v6/[a-z0-9-]+/bin/[a-z0-9-]+/#).map { String($0.output) }
        }

        @Test func nothingStandsInForAProgramThatIsBuilt() {
            for program in Self.standIns.keys {
                let name = String(program.split(separator: "/").last ?? "")
                #expect(throws: HostError.self) { try builtProgram(name) }
            }
        }

        @Test func everyUnitFileIsFound() {
            #expect(Self.units.count >= 7)
            #expect(Self.services.contains("v6-health-check.service"))
        }

        @Test(arguments: units)
        func systemdHasNothingToSayAgainst(unit: String) throws {
            let result = try host().run(["systemd-analyze", "verify", unit])
            #expect(result.ending == .exited(0))
            #expect(result.errorText == "")
        }

        /// 1.5 of 10 at most, systemd's own measure of what an intruder could still do; a service
        /// that runs as root has a bound of its own, and is named.
        @Test(arguments: services)
        func serviceIsHardened(unit: String) throws {
            let result = try host().run([
                "systemd-analyze", "security", "--offline=true",
                "--threshold=\(Self.rootServices[unit] ?? 15)", unit,
            ])
            #expect(result.ending == .exited(0), "\(result.outputText.suffix(300))")
        }

        @Test func serviceThatIsTooOpenIsNoticed() throws {
            let host = try host()
            let unit = "/run/systemd/system/try-open.service"
            try host.write(unit, "[Service]\nUser=daemon\nExecStart=/bin/true\n")
            #expect(try host.run(["systemctl", "daemon-reload"]).succeeded)
            let result = try host.run([
                "systemd-analyze", "security", "--offline=true", "--threshold=15",
                "try-open.service",
            ])
            #expect(result.ending == .exited(1))
            #expect(try host.shell("rm \(unit); systemctl daemon-reload").succeeded)
        }

        /// A service runs as a user of its own or is one of those that need root; what it leaves
        /// out of the usual hardening has its reason beside it.
        @Test(arguments: services)
        func exceptionIsExplainedBesideIt(unit: String) throws {
            let text = try #require(textOfFile(packageFolder + "/systemd/" + unit))
            let unexplained = exceptions(in: text)
            #expect(unexplained.isEmpty, "\(unit): \(unexplained)")
            #expect((setting("User", in: text) == nil) == (Self.rootServices[unit] != nil))
        }

        @Test func exceptionWithoutAReasonIsNoticed() {
            let bare = "[Service]\nUser=daemon\n"
            #expect(exceptions(in: bare).count == Self.hardening.count - 1)
            #expect(!exceptions(in: bare + "# PrivateUsers: no\n").contains("PrivateUsers"))
            #expect(exceptions(in: bare + "PrivateTmp=no\n").contains("PrivateTmp"))
            #expect(!exceptions(in: bare + "PrivateTmp=yes\n").contains("PrivateTmp"))
        }

        /// What a service of ours says, or says why not.
        private static let hardening = [
            "User", "NoNewPrivileges", "CapabilityBoundingSet", "PrivateUsers", "ProtectSystem",
            "ProtectHome", "PrivateTmp", "PrivateDevices", "PrivateIPC", "PrivateMounts",
            "PrivateNetwork", "ProtectProc", "ProcSubset", "ProtectKernelTunables",
            "ProtectKernelModules", "ProtectKernelLogs", "ProtectControlGroups", "ProtectClock",
            "ProtectHostname", "IPAddressDeny", "RestrictAddressFamilies", "LockPersonality",
            "MemoryDenyWriteExecute", "RestrictNamespaces", "RestrictRealtime",
            "RestrictSUIDSGID", "SystemCallArchitectures", "SystemCallFilter",
        ]

        /// Settings that are neither there nor explained, or loosened without a word.
        private func exceptions(in text: String) -> [String] {
            let comments = text.split(separator: "\n").filter { $0.hasPrefix("#") }
            return Self.hardening.filter { name in
                let value = setting(name, in: text)
                if let value, value != "no", value != "all" { return false }
                return !comments.contains { $0.contains(name) }
            }
        }

        private func setting(_ name: String, in text: String) -> Substring? {
            text.split(separator: "\n").last { $0.hasPrefix(name + "=") }?
                .dropFirst(name.count + 1)
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
            #expect(seen.contains("ok         unit v6-reconcile.timer: active (waiting)"))
            for subject in ["disk /", "memory", "load", "clock"] {
                #expect(seen.contains("ok         \(subject): "), "\(seen)")
            }
            #expect(!seen.contains("unknown"), "\(seen)")
            #expect(!seen.contains("warning"), "\(seen)")
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
            // A look by itself, whatever the tests before it left.
            _ = try host.run(["rm", "-f", "/var/lib/v6/v6-health-check/memory.json"])
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

/// The names in a folder of this package, sorted.
private func namesOf(folder: String) -> [String] {
    guard let open = opendir(folder) else { return [] }
    defer { closedir(open) }
    var names: [String] = []
    while let entry = readdir(open) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}
