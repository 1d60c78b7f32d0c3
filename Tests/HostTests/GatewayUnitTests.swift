import HostKit
import Machine
import TestKit
import Testing

extension HostTests.UnitFiles {
    static let keeperPath = "/usr/local/lib/v6/ib-gateway-keeper"

    /// Does what docs/ib-gateway.md asks of a keeper, without a gateway. The password says how the
    /// login goes.
    static let keeper = #"""
        #!/bin/sh
        set -eu
        case "$1" in
        run)
            password=$(cat "$CREDENTIALS_DIRECTORY/ib-password")
            [ "$password" != wrong ] || exit 78
            [ "$password" != crash ] || exit 1
            # As Xvfb does before it runs xkbcomp.
            python3 -c 'import os; os.setgid(os.getgid()); os.setuid(os.getuid())'
            touch /tmp/display "$HOME/token" "$RUNTIME_DIRECTORY/secret"
            echo "login of $(cat "$CREDENTIALS_DIRECTORY/ib-user") with $JAVA_TOOL_OPTIONS"
            systemd-notify --status="second-factor: waits for a phone"
            trap 'echo "gone by SIGTERM"; exit 143' TERM
            while [ ! -e "$RUNTIME_DIRECTORY/stop" ]; do sleep 0.1; done
            echo "gone by its own door"
            touch "$RUNTIME_DIRECTORY/gone"
            ;;
        stop)
            touch "$RUNTIME_DIRECTORY/stop"
            while [ ! -e "$RUNTIME_DIRECTORY/gone" ]; do sleep 0.1; done
            ;;
        *) exit 64 ;;
        esac

        """#

    /// A host with the gateway's unit, and a login.
    private func gatewayHost(password: String) throws -> TestHost {
        let host = try host()
        try host.write("/etc/credstore/ib-user", "robot", mode: "0600")
        try host.write("/etc/credstore/ib-password", password, mode: "0600")
        return host
    }

    private func shown(_ host: TestHost, _ name: String) throws -> String {
        let shown = try host.run(["systemctl", "show", "-P", name, "ib-gateway.service"])
        return String(shown.outputText.prefix { $0 != "\n" })
    }

    @Test func gatewayRunsUnderItsKeeperSaysHowFarItIsAndStopsByItsOwnDoor() throws {
        let host = try gatewayHost(password: "right")
        #expect(try host.run(["systemctl", "start", "ib-gateway.service"]).succeeded)
        let said = try host.shell(
            """
            for _ in $(seq 100); do
                systemctl show -P StatusText ib-gateway.service | grep second-factor && exit 0
                sleep 0.1
            done
            exit 1
            """)
        #expect(said.outputText == "second-factor: waits for a phone\n")
        #expect(try shown(host, "ActiveState") == "active")
        #expect(try shown(host, "MemoryMax") == "\(2 << 30)")
        let order = try shown(host, "Before").split(separator: " ")
        #expect(order.contains("v6-trading.service"))
        // Nobody else sees the display, or what is not to reach a disk.
        #expect(try !host.run(["test", "-e", "/tmp/display"]).succeeded)
        let folders = try host.run([
            "stat", "-c", "%U %a", "/var/lib/v6/ib-gateway", "/run/v6/ib-gateway",
        ])
        #expect(folders.outputText == "ib-gateway 700\nib-gateway 700\n")
        #expect(try host.run(["systemctl", "stop", "ib-gateway.service"]).succeeded)
        #expect(try shown(host, "Result") == "success")
        let log = try gatewayLog(host)
        #expect(log.contains("login of robot with -Xmx1g -XX:+ExitOnOutOfMemoryError"))
        #expect(log.contains("gone by its own door"))
        #expect(!log.contains("SIGTERM"))
    }

    @Test func refusedLoginIsNotTriedAgainAndACrashIs() throws {
        let host = try gatewayHost(password: "wrong")
        _ = try host.run(["systemctl", "start", "--wait", "ib-gateway.service"])
        #expect(try shown(host, "ActiveState") == "failed")
        #expect(try shown(host, "ExecMainStatus") == "78")
        try host.write("/etc/credstore/ib-password", "crash", mode: "0600")
        _ = try host.shell(
            """
            systemctl start ib-gateway.service
            for _ in $(seq 100); do
                [ "$(systemctl show -P SubState ib-gateway.service)" != running ] && exit 0
                sleep 0.1
            done
            """)
        #expect(try shown(host, "SubState") == "auto-restart")
        #expect(try host.run(["systemctl", "stop", "ib-gateway.service"]).succeeded)
    }

    @Test func simulatorNeverRunsBesideAKeeper() throws {
        let host = try host()
        let simulator = "ib-gateway-simulator.service"
        #expect(try host.run(["systemctl", "start", simulator]).succeeded)
        #expect(!(try host.run(["systemctl", "is-active", simulator]).succeeded))
        #expect(try host.run(["mv", Self.keeperPath, "/root/keeper"]).succeeded)
        #expect(try host.run(["systemctl", "start", simulator]).succeeded)
        #expect(try host.run(["systemctl", "is-active", simulator]).succeeded)
        #expect(try host.run(["systemctl", "stop", simulator]).succeeded)
        #expect(try host.run(["mv", "/root/keeper", Self.keeperPath]).succeeded)
    }

    private func gatewayLog(_ host: TestHost) throws -> String {
        _ = try host.run(["journalctl", "--sync"])
        return try host.run(["journalctl", "-b", "-u", "ib-gateway.service", "-o", "cat"])
            .outputText
    }
}
