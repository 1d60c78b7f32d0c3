import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// The main road: a push, a turn, drift, a bad commit, and the way back.
    @Suite(.serialized) struct Road {
        @Test func firstTurnConvergesAndIsHealthyAndTheSecondChangesNothing() throws {
            let road = try RoadHost.fresh()
            let plan = try road.turn(["--plan"])
            #expect(plan.ending == .exited(2), "\(plan.errorText)")
            let tip = try road.tip()
            let text = plan.outputText.replacing(tip, with: "COMMIT1")
            #expect(differenceFromKept(text, "first-plan.txt") == nil)
            let first = try road.turn()
            #expect(first.ending == .exited(0), "\(first.outputText)\(first.errorText)")
            #expect(first.outputText.hasSuffix("Healthy: \(tip), 9 changes, stable for 1 s.\n"))
            let before = try road.digest()
            let second = try road.turn()
            #expect(second.ending == .exited(0))
            #expect(second.outputText == "No changes. Host matches \(tip).\n")
            #expect(second.errorText == "")
            #expect(try road.turn(["--plan"]).ending == .exited(0))
            #expect(try road.digest() == before)
        }

        @Test func bothProgramsRunByTheirTimers() throws {
            let road = try RoadHost.healthy()
            let timers = try road.host.shell(
                "systemctl is-active v6-reconcile.timer v6-health-check.timer")
            #expect(timers.outputText == "active\nactive\n")
            // What earlier looks found is not asked here.
            try road.must("rm -f /var/lib/v6/v6-health-check/memory.json")
            try road.must("systemctl start v6-reconcile.service v6-health-check.service")
            for unit in ["v6-reconcile", "v6-health-check"] {
                let result = try road.host.shell(
                    "systemctl show -P Result -P ExecMainStatus \(unit).service")
                #expect(result.outputText.contains("success"), "\(unit) \(result.outputText)")
            }
            let readme = try #require(try road.host.read("/etc/v6/README"))
            #expect(readme.hasPrefix("This folder is managed by v6-reconcile."))
            #expect(readme.contains("/etc/v6-reconcile/host.yaml"))
        }

        @Test func planTakesNoLockAndLeavesNoFile() throws {
            let road = try RoadHost.healthy()
            try road.push("a file more", "echo '# one line more' >> desired/files/README")
            let look = "find /var/lib/v6-reconcile -printf '%p %T@ %i\\n'; find /tmp"
            let before = try road.host.shell(look)
            let stale = try road.turn(["--plan"])
            #expect(stale.ending == .exited(0), "what was fetched last is planned for")
            let plan = try road.turn(["--plan", "--refresh"])
            #expect(plan.ending == .exited(2), "\(plan.errorText)")
            #expect(plan.outputText.contains("~ file/etc/v6/README  intended  content\n"))
            let after = try road.host.shell(look)
            #expect(before.outputText == after.outputText)
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func driftIsToldAndHealed() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.must(
                """
                echo edited >> /etc/v6/README
                chmod 0666 /etc/systemd/system/v6-health-check.service
                chmod 0700 /etc/v6
                systemctl stop v6-health-check.timer
                systemctl disable -q v6-reconcile.timer
                """)
            let plan = try road.turn(["--plan"])
            #expect(plan.ending == .exited(2))
            let text = plan.outputText.replacing(try road.tip(), with: "COMMIT1")
            #expect(differenceFromKept(text, "drift-plan.txt") == nil)
            let turn = try road.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            #expect(try road.digest() == before)
        }

        @Test func removedFileIsPutBack() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.must("rm /etc/v6/README /etc/systemd/system/v6-reconcile.service")
            let plan = try road.turn(["--plan"]).outputText
            #expect(plan.contains("+ file/etc/v6/README            drift     was removed\n"))
            #expect(try road.turn().ending == .exited(0))
            #expect(try road.digest() == before)
        }

        @Test func commitWhoseUnitFailsIsGoneBackFromAndNotTriedAgainUntilReverted() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            let good = try road.tip()
            try road.pushUnit("try-bad.service", running: "sleep 0.3; exit 3", "a unit that fails")
            let bad = try road.tip()
            let turn = try road.turn()
            #expect(turn.ending == .exited(4), "\(turn.outputText)\(turn.errorText)")
            #expect(turn.errorText.hasPrefix("Went back to \(good), which is healthy."))
            #expect(turn.errorText.contains("try-bad.service failed (exit-code, status 3)"))
            #expect(try road.digest() == before)
            let again = try road.turn()
            #expect(again.ending == .exited(4))
            #expect(again.errorText.hasPrefix("Not tried: \(bad) is quarantined"))
            #expect(try road.turn(["--plan"]).ending == .exited(4))
            try road.push("nothing in it", "git commit -q --allow-empty -m 'empty'; touch empty")
            #expect(try road.turn().ending == .exited(4), "the same content by another commit")
            try road.must(
                "cd /srv/tree; git revert --no-edit HEAD~2 >/dev/null; git push -q origin main")
            let reverted = try road.turn()
            #expect(reverted.ending == .exited(0), "\(reverted.outputText)\(reverted.errorText)")
            #expect(try road.digest() == before)
        }

        @Test func mendedCommitIsTriedAtOnce() throws {
            let road = try RoadHost.healthy()
            try road.pushUnit("try-good.service", running: "exit 1", "broken at first")
            #expect(try road.turn().ending == .exited(4))
            try road.push(
                "mended", "sed -i 's/exit 1/exec sleep infinity/' systemd/try-good.service")
            #expect(try road.turn().ending == .exited(0))
            let state = try road.host.shell("systemctl is-active try-good.service")
            #expect(state.outputText == "active\n")
            try road.push(
                "taken out",
                "git rm -q systemd/try-good.service; sed -i '/try-good/d' desired/common.yaml")
            #expect(try road.turn().ending == .exited(0))
            let gone = try road.host.shell("systemctl show -P LoadState try-good.service")
            #expect(gone.outputText == "not-found\n")
        }

        @Test func failedFirstTurnStopsWhatItStartedAndWaitsForAPerson() throws {
            let road = try RoadHost.fresh()
            try road.pushUnit("try-bad.service", running: "sleep 0.2; exit 9", "bad from the start")
            let turn = try road.turn()
            #expect(turn.ending == .exited(5), "\(turn.outputText)\(turn.errorText)")
            #expect(turn.errorText.contains("Stopped: "))
            let timers = try road.host.shell("systemctl is-active v6-reconcile.timer || true")
            #expect(timers.outputText == "inactive\n")
            #expect(try road.turn().ending == .exited(4))
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
        }
    }
}
