import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Bad commits of every kind, each from a real push; after each way back the host is as it was.
    @Suite(.serialized) struct GoBack {
        /// A turn that goes back, or does not try, and leaves the host as it was.
        private func expectBack(
            _ road: RoadHost, _ before: String, exit: Int32 = 4, says words: String
        ) throws {
            let turn = try road.turn()
            let said = "\(turn.ending) \(turn.outputText)\(turn.errorText)"
            #expect(turn.ending == .exited(exit), "\(said)")
            #expect(turn.errorText.contains(words), "\(said)")
            let after = try road.digest()
            #expect(after == before, "\(after)\n--- before\n\(before)")
        }

        private func expectGood(_ road: RoadHost) throws {
            let turn = try road.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
        }

        @Test func unitWhoseStartHangsIsGoneBackFrom() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.pushUnit(
                "try-bad.service", running: "exec sleep infinity", "a start that hangs",
                settings: ["Type=notify", "TimeoutStartSec=2s"])
            try expectBack(road, before, says: "try-bad.service")
            try road.pushRevert()
            try expectGood(road)
            #expect(try road.digest() == before)
        }

        @Test func commitThatFillsADiskIsGoneBackFrom() throws {
            let road = try RoadHost.healthy()
            try road.must("mkdir -p /mnt/small && mount -t tmpfs -o size=1m tmpfs /mnt/small")
            defer { _ = try? road.host.shell("umount /mnt/small") }
            try road.push(
                "watch a small disk",
                "sed -i 's/stable_for: 1s/&\\n  checks: {disk: {folders: [\\/mnt\\/small]}}/' "
                    + "desired/paper.yaml")
            try expectGood(road)
            let before = try road.digest()
            try road.pushUnit(
                "try-fills.service",
                running: "head -c 1030000 /dev/zero >/mnt/small/full; exec sleep infinity",
                "a unit that fills a disk", settings: ["ExecStopPost=rm -f /mnt/small/full"])
            try expectBack(road, before, says: "disk /mnt/small is at")
            try road.pushRevert()
            try expectGood(road)
            try road.push("watch none", "sed -i /small/d desired/paper.yaml")
            try expectGood(road)
        }

        @Test func badContentIsNeverAppliedAgainByWhateverWayItComes() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            let log = "/var/lib/try-starts"
            try road.must("rm -f \(log)")
            try road.pushUnit(
                "try-bad.service", running: "echo start >>\(log); exit 7", "bad content")
            try expectBack(road, before, says: "try-bad.service failed")
            let starts = try road.host.read(log)
            let poll = try road.host.shell(
                """
                for _ in $(seq 100); do
                    /opt/v6/v6-reconcile/bin/v6-reconcile >/dev/null 2>&1 && exit 9
                    [ $? = 4 ] || exit 8
                done
                """, deadline: .seconds(120))
            #expect(poll.succeeded, "polled: \(poll.ending)")
            try road.must(
                "cd /srv/tree; git commit -q --amend -m 'rebased'; git push -qf origin main")
            try expectBack(road, before, says: "is quarantined")
            try road.must(
                "cd /srv/tree; git commit -q --allow-empty -m 'empty'; git push -q origin main")
            try expectBack(road, before, says: "is quarantined")
            // Taken back and made once more, word for word.
            try road.must(
                """
                cd /srv/tree
                git revert --no-edit HEAD~1 >/dev/null
                git revert --no-edit HEAD >/dev/null
                git push -q origin main
                """)
            try expectBack(road, before, says: "is quarantined")
            #expect(try road.host.read(log) == starts, "it was never started again")
            try road.push(
                "a real fix", "sed -i 's/exit 7/exec sleep infinity/' systemd/try-bad.service")
            try expectGood(road)
            try road.push(
                "taken out",
                "git rm -q systemd/try-bad.service; sed -i '/try-bad/d' desired/common.yaml")
            try expectGood(road)
            #expect(try road.digest() == before)
        }

        @Test func theWayBackNeedsNoRemote() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            // The unit takes the repository away, and fails.
            try road.pushUnit(
                "try-bad.service", running: "mv /srv/git/v6.git /srv/git/gone; exit 1",
                "takes the remote away")
            try expectBack(road, before, says: "try-bad.service failed")
            let alone = try road.turn()
            #expect(alone.ending == .exited(4), "\(alone.outputText)\(alone.errorText)")
            #expect(try road.digest() == before)
            try road.must("mv /srv/git/gone /srv/git/v6.git")
            try road.pushRevert()
            try expectGood(road)
        }

        @Test func commitThatTakesNearlyAllAwayIsHeld() throws {
            let road = try RoadHost.healthy()
            try road.push(
                "twelve files",
                """
                mkdir -p desired/files/many
                for n in $(seq 12); do
                    echo $n >desired/files/many/$n
                    sed -i "s#^files:#files:\\n  /etc/v6/many-$n: {source: files/many/$n}#" \
                        desired/common.yaml
                done
                """)
            try expectGood(road)
            let before = try road.digest()
            try road.push("all of them gone", "sed -i '/many-/d' desired/common.yaml")
            let held = try road.turn()
            #expect(held.ending == .exited(3), "\(held.outputText)\(held.errorText)")
            #expect(held.outputText.contains("12 removals, deletions_max is 10"))
            #expect(try road.digest() == before)
            try road.must("sed -i '$a deletions_max: 20' /etc/v6-reconcile/host.yaml")
            try expectGood(road)
            try road.must("sed -i '/deletions_max/d' /etc/v6-reconcile/host.yaml")
            #expect(try road.host.shell("ls /etc/v6").outputText.contains("many") == false)
        }

        /// Forwards and on the way back: between stop and start nothing is left down.
        @Test func startThatIsRefusedBetweenStopAndStartLeavesNothingDown() throws {
            let road = try RoadHost.healthy()
            try road.pushUnit("try-good.service", running: "exec sleep infinity", "a good unit")
            try expectGood(road)
            let before = try road.digest()
            // The restart stops it, and the new content refuses to start.
            try road.push(
                "refuses to start",
                "sed -i 's#^ExecStart=.*#ExecStartPre=/bin/false\\n&#' systemd/try-good.service")
            try expectBack(road, before, says: "try-good.service")
            let active = try road.host.run(["systemctl", "is-active", "try-good.service"])
            #expect(active.outputText == "active\n")
            try road.pushRevert()
            try expectGood(road)
            try road.push(
                "taken out",
                "git rm -q systemd/try-good.service; sed -i '/try-good/d' desired/common.yaml")
            try expectGood(road)
        }

        @Test func unitThatWasRetiredComesBackWithTheWayBack() throws {
            let road = try RoadHost.healthy()
            try road.pushUnit("try-good.service", running: "exec sleep infinity", "to be retired")
            try expectGood(road)
            let before = try road.digest()
            let broken = "  try-bad.service: {unit: systemd/try-bad.service, state: running}"
            try road.push(
                "retired, and broken beside it",
                """
                git rm -q systemd/try-good.service
                sed -i '/try-good/d' desired/common.yaml
                printf '[Service]\\nExecStart=/bin/false\\n' >systemd/try-bad.service
                sed -i 's#^services:#services:\\n\(broken)#' desired/common.yaml
                """)
            try expectBack(road, before, says: "try-bad.service")
            let active = try road.host.run(["systemctl", "is-active", "try-good.service"])
            #expect(active.outputText == "active\n")
            try road.pushRevert()
            try expectGood(road)
            #expect(try road.digest() == before)
            try road.push(
                "taken out",
                "git rm -q systemd/try-good.service; sed -i '/try-good/d' desired/common.yaml")
            try expectGood(road)
        }

        @Test func limitThatABadCommitTightensStaysTight() throws {
            let road = try RoadHost.healthy()
            let config = "/etc/v6/try-reader/config.json"
            let entry =
                "  try-reader.service: {unit: systemd/try-reader.service, state: running, "
                + "reads: [limits.positions_max]}"
            try road.push(
                "a reader",
                """
                printf '[Service]\\nExecStart=/bin/sleep infinity\\n' >systemd/try-reader.service
                sed -i 's#^services:#services:\\n\(entry)#' desired/common.yaml
                """)
            try expectGood(road)
            #expect(try road.host.read(config)?.contains("\"positions_max\": 5") == true)
            try road.push(
                "tighter, and broken",
                """
                sed -i 's/positions_max: 5/positions_max: 2/' desired/common.yaml
                sed -i 's#ExecStart=.*#ExecStart=/bin/false#' systemd/try-reader.service
                """)
            let bad = try road.turn()
            #expect(bad.ending == .exited(4), "\(bad.outputText)\(bad.errorText)")
            #expect(bad.errorText.contains("limits.positions_max 2"), "\(bad.errorText)")
            #expect(try road.host.read(config)?.contains("\"positions_max\": 2") == true)
            #expect(try road.turn().ending == .exited(4))
            #expect(try road.host.read(config)?.contains("\"positions_max\": 2") == true)
            try road.pushRevert()
            try expectGood(road)
            #expect(try road.host.read(config)?.contains("\"positions_max\": 5") == true)
            try road.must(
                "cd /srv/tree; git revert --no-edit HEAD~2 >/dev/null; git push -q origin main")
            try expectGood(road)
        }

        @Test func requiredCheckOfTheOperatorSendsACommitBack() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.host.write(
                "/etc/v6-reconcile/check/required.d/no-mark",
                "#!/bin/sh\n! grep -q MARK /etc/v6/README\n", mode: "0755")
            try road.push("marked", "echo MARK >>desired/files/README")
            try expectBack(road, before, says: "required check no-mark")
            try road.push("not marked", "sed -i s/MARK/other/ desired/files/README")
            try expectGood(road)
            try road.must("rm -r /etc/v6-reconcile/check")
            try road.must(
                """
                cd /srv/tree
                git revert --no-edit HEAD HEAD~1 >/dev/null
                git push -q origin main
                """)
            try expectGood(road)
            #expect(try road.digest() == before)
        }

        @Test func newerCommitCutsADoomedWaitShort() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.pushUnit(
                "try-bad.service", running: "exec sleep infinity", "never up",
                settings: ["Type=notify", "TimeoutStartSec=infinity"])
            try road.must(
                """
                cd /srv/tree
                (sleep 3; git revert --no-edit HEAD >/dev/null; git push -q origin main) \
                    >/dev/null 2>&1 &
                """)
            let turn = try road.turn(["--deadline", "90s"])
            #expect(turn.ending == .exited(1), "\(turn.outputText)\(turn.errorText)")
            #expect(turn.errorText.contains("a newer commit is there"), "\(turn.errorText)")
            #expect(try road.digest() == before)
            try expectGood(road)
        }
    }
}
