import Glibc
import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// The harness itself: that the host is a real one, and that it harms nothing.
    @Suite struct HostItself {
        @Test func hostIsUpWithSystemdAsItsFirstProcess() throws {
            let host = try SharedHost.get()
            let failed = try host.run(["systemctl", "--failed", "--no-legend"]).outputText
            #expect(
                try host.run(["systemctl", "is-system-running"]).outputText == "running\n",
                "\(failed)")
            #expect(try host.read("/proc/1/comm") == "systemd\n")
        }

        @Test func hostHasNoSwift() throws {
            let host = try SharedHost.get()
            #expect(try !host.shell("command -v swift").succeeded)
            for path in ["/opt/swift", "/usr/lib/swift", "/usr/bin/swift"] {
                #expect(try !host.run(["test", "-e", path]).succeeded)
            }
        }

        @Test func machineSeesNothingOfWhatTheHostWrites() throws {
            let host = try SharedHost.get()
            for folder in ["/etc", "/srv", "/var/tmp", "/tmp"] {
                let path = folder + "/v6-host-only"
                try host.write(path, "inside\n", mode: "0600")
                #expect(try host.read(path) == "inside\n")
                #expect(access(path, F_OK) != 0)
            }
        }

        @Test func machinesOwnRootIsRefusedUnderEveryName() {
            for name in ["/", "/usr/..", "/proc/self/root/"] {
                #expect(refusal(ofRoot: name) == "\(name) is the machine's own root")
            }
            #expect(
                refusal(ofRoot: "/etc") == "/etc is on the file system of the machine's own root")
            #expect(refusal(ofRoot: "/no/such/folder") == "/no/such/folder is no folder")
        }

        @Test(arguments: [false, true])
        func rebootKeepsFilesAndStartsAnew(abruptly: Bool) throws {
            let host = try TestHost.boot(name: "reboots")
            defer { host.shutDown() }
            let bootId = "/proc/sys/kernel/random/boot_id"
            let before = try host.shell(
                "systemctl show -P UserspaceTimestampMonotonic; cat \(bootId)")
            try host.write("/var/lib/kept", "kept\n")
            try host.reboot(abruptly: abruptly)
            #expect(try host.read("/var/lib/kept") == "kept\n")
            let after = try host.shell(
                "systemctl show -P UserspaceTimestampMonotonic; cat \(bootId)")
            #expect(after.outputText != before.outputText)
        }

        @Test func hostThatIsShutDownLeavesNothingBehind() throws {
            let host = try TestHost.boot(name: "leaves")
            host.shutDown()
            host.shutDown()
            #expect(access(host.root, F_OK) != 0)
            #expect(textOfFile("/proc/self/mounts")?.contains(host.root) == false)
        }

        @Test func hostOfADeadProcessIsClearedAwayByTheNext() throws {
            // Above every process number that Linux gives out (PID_MAX_LIMIT).
            let stale = "/run/v6-host-4194399/stale"
            let made = try SpawnedCommands().run(
                Command("/bin/sh", ["-ec", "mkdir -p \(stale); mount -t tmpfs none \(stale)"]))
            #expect(made.succeeded)
            let host = try TestHost.boot(name: "next")
            defer { host.shutDown() }
            #expect(access("/run/v6-host-4194399", F_OK) != 0)
        }
    }
}
