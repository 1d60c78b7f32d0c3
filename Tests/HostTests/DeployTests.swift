import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Deploying as it is done every day, and what it must not do by the way.
    @Suite(.serialized) struct Deploy {
        @Test func turnOfTheTimersOwnServiceAppliesAPush() throws {
            let road = try RoadHost.healthy()
            try road.pushUnit("try-good.service", running: "exec sleep 999", "by the service")
            try road.push("a line", "echo 'by the service' >> desired/files/README")
            try road.must("systemctl start v6-reconcile.service")
            #expect(try road.host.read("/etc/v6/README")?.hasSuffix("by the service\n") == true)
            let state = try road.host.shell("systemctl is-active try-good.service")
            #expect(state.outputText == "active\n")
            let turn = try road.turn()
            #expect(turn.outputText == "No changes. Host matches \(try road.tip()).\n")
            try road.must("cd /srv/tree; git revert --no-edit HEAD HEAD~1 >/dev/null")
            try road.must("cd /srv/tree; git push -q origin main")
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func failedTurnFailsTheServiceSoThatSomebodyIsCalled() throws {
            let road = try RoadHost.healthy()
            try road.pushUnit("try-bad.service", running: "exit 4", "fails in the service")
            let start = try road.host.run(["systemctl", "start", "v6-reconcile.service"])
            #expect(start.ending != .exited(0))
            let show = try road.host.shell(
                "systemctl show -p ExecMainStatus -p Result v6-reconcile.service")
            #expect(show.outputText == "Result=exit-code\nExecMainStatus=4\n")
            try road.pushRevert()
            try road.must("systemctl reset-failed v6-reconcile.service")
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func whatACommitTookOverIsPutBackWhenItFailsAndWhenItIsReverted() throws {
            let road = try RoadHost.healthy()
            try road.must(
                """
                mkdir -p /srv/managed/folder; chmod 0700 /srv/managed/folder
                printf 'by hand' > /srv/managed/file; chmod 0604 /srv/managed/file
                chown daemon /srv/managed/file
                printf '%s\\n' '[Service]' 'ExecStart=/bin/sleep 888' '[Install]' \
                    'WantedBy=multi-user.target' > /etc/systemd/system/try-good.service
                systemctl daemon-reload
                systemctl enable -q --now try-good.service
                """)
            let before = try road.digest()
            let takeOver = """
                printf 'by commit' > desired/files/taken
                sed -i 's#^services:#  /srv/managed/file: {source: files/taken}\\n\\nservices:#' \
                    desired/common.yaml
                sed -i 's#^directories:#directories:\\n  /srv/managed/folder: {mode: "0755"}#' \
                    desired/common.yaml
                """
            try road.push("takes over", takeOver)
            try road.pushUnit("try-good.service", running: "sleep 0.2; exit 1", "fails, taken over")
            #expect(try road.turn().ending == .exited(4))
            #expect(try road.digest() == before, "gone back")
            try road.push(
                "mended", "sed -i 's/sleep 0.2; exit 1/exec sleep 777/' systemd/try-good.service")
            #expect(try road.turn().ending == .exited(0))
            #expect(try road.host.read("/srv/managed/file") == "by commit")
            try road.must("cd /srv/tree; git revert --no-edit HEAD HEAD~1 HEAD~2 >/dev/null")
            try road.must("cd /srv/tree; git push -q origin main")
            let plan = try road.turn(["--plan", "--refresh"])
            #expect(plan.outputText.contains("- file/srv/managed/file"), "\(plan.outputText)")
            #expect(plan.outputText.contains("as it was before"))
            #expect(try road.turn().ending == .exited(0))
            #expect(try road.digest() == before, "reverted")
            try road.must(
                """
                systemctl disable -q --now try-good.service
                rm -rf /srv/managed /etc/systemd/system/try-good.service
                systemctl daemon-reload
                """)
        }

        @Test func unitThatWasBrokenBeforeAndIsNotTouchedRevertsNothing() throws {
            let road = try RoadHost.healthy()
            try road.must(
                """
                printf '[Service]\\nExecStart=/bin/false\\n' \
                    > /etc/systemd/system/try-other.service
                systemctl daemon-reload
                systemctl start try-other.service || true
                """)
            try road.push("unrelated", "echo 'unrelated' >> desired/files/README")
            #expect(try road.turn().ending == .exited(0))
            try road.must(
                """
                rm /etc/systemd/system/try-other.service
                systemctl daemon-reload
                systemctl reset-failed try-other.service
                """)
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func unitThatKeepsCrashingIsCaughtThoughSystemdRestartsIt() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.pushUnit("try-bad.service", running: "sleep 0.4; exit 1", "crashes again")
            try road.push(
                "restarted always",
                "sed -i 's/^ExecStart/Restart=always\\nRestartSec=100ms\\nExecStart/' "
                    + "systemd/try-bad.service")
            let turn = try road.turn()
            #expect(turn.ending == .exited(4), "\(turn.outputText)\(turn.errorText)")
            #expect(try road.digest() == before)
            try road.must("cd /srv/tree; git revert --no-edit HEAD HEAD~1 >/dev/null")
            try road.must("cd /srv/tree; git push -q origin main")
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func commitWithSourcesNeedsTheProgramsThatWereBuiltFromThem() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.push(
                "sources come along",
                "mkdir Sources; echo '// a' > Sources/a.swift; echo '// b' > Package.swift")
            let key = try road.host.shell(
                "cd /srv/tree; git ls-tree HEAD Package.swift Sources | git mktree"
            ).outputText.dropLast().description
            let refused = try road.turn()
            #expect(refused.ending == .exited(1))
            #expect(refused.errorText.contains("wants release \(key), which is not on this host"))
            #expect(try road.digest() == before)
            try road.host.write("\(RoadHost.programs)/release-key", key)
            let turn = try road.host.run(["\(RoadHost.programs)/v6-reconcile"])
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            let link = try road.host.shell("readlink /opt/v6/v6-reconcile")
            #expect(link.outputText == "releases/\(key)\n")
            try road.push("configuration only", "echo 'more' >> desired/files/README")
            #expect(try road.turn().ending == .exited(0), "the release stays, nothing is built")
        }
    }
}
