import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// What goes wrong around a turn, and what the host looks like afterwards.
    @Suite(.serialized) struct Trouble {
        /// Each number is a sync to the disk of the turn itself: it is killed at that one.
        @Test(arguments: [1, 4, 9, 14, 19, 24, 29])
        func turnKilledAnywhereIsFinishedByTheNext(sync: Int) throws {
            let road = try RoadHost.healthy()
            let unit = "try-good.service"
            try road.push(
                "a change of three kinds, killed at sync \(sync)",
                """
                echo 'killed at sync \(sync)' >> desired/files/README
                sed -i 's/Description=.*/Description=Health check \(sync)/' \
                    systemd/v6-health-check.timer
                """)
            try road.pushUnit(unit, running: "exec sleep 1000", "a unit to be killed over \(sync)")
            let killed = try road.host.run([
                "strace", "-o", "/dev/null", "-e", "trace=fsync", "-e",
                "inject=fsync:signal=SIGKILL:when=\(sync)",
                "/opt/v6/v6-reconcile/bin/v6-reconcile",
            ])
            #expect(killed.ending != .exited(0), "the turn was to be killed")
            let next = try road.turn()
            #expect(next.ending == .exited(0), "\(next.outputText)\(next.errorText)")
            #expect(try road.host.shell("systemctl is-active \(unit)").outputText == "active\n")
            let left = try road.host.shell("find /etc /opt /var/lib -name '.*.v6-new'")
            #expect(left.outputText == "")
            let last = try road.turn()
            #expect(last.outputText == "No changes. Host matches \(try road.tip()).\n")
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
        }

        /// The way back is measured on one bad commit, and cut short on another of the same shape.
        @Test(arguments: [2, 4, 6, 8, 10])
        func turnKilledWhileGoingBackStillGoesBack(syncsBeforeTheEnd: Int) throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            let turn = "/opt/v6/v6-reconcile/bin/v6-reconcile"
            try road.pushUnit("try-bad.service", running: "exit 7", "bad \(syncsBeforeTheEnd)")
            let measured = try road.host.run([
                "strace", "-o", "/srv/syncs", "-e", "trace=fsync", turn,
            ])
            #expect(measured.ending == .exited(4), "\(measured.outputText)\(measured.errorText)")
            let syncs = try #require(
                Int(try road.host.shell("grep -c 'fsync(' /srv/syncs").outputText.dropLast()))
            try road.push("as bad", "sed -i 's/exit 7/exit 8/' systemd/try-bad.service")
            let killed = try road.host.run([
                "strace", "-o", "/dev/null", "-e", "trace=fsync", "-e",
                "inject=fsync:signal=SIGKILL:when=\(syncs - syncsBeforeTheEnd)", turn,
            ])
            #expect(killed.ending != .exited(4), "the turn was to be killed")
            #expect(killed.outputText.contains("Going back to"), "\(killed.outputText)")
            let next = try road.turn()
            #expect(next.ending == .exited(4), "\(next.outputText)\(next.errorText)")
            let after = try road.digest()
            #expect(after == before, "\(after)\n--- before\n\(before)")
            try road.must("cd /srv/tree; git revert --no-edit HEAD HEAD~1 >/dev/null")
            try road.must("cd /srv/tree; git push -q origin main")
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func repositoryThatIsGoneIsNamedAndDriftIsHealedAllTheSame() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.must("mv /srv/git/v6.git /srv/git/away; echo drift >> /etc/v6/README")
            let turn = try road.turn()
            try road.must("mv /srv/git/away /srv/git/v6.git")
            #expect(turn.ending == .exited(1))
            #expect(turn.errorText.contains("cannot ask /srv/git/v6.git"))
            #expect(turn.errorText.contains("which was fetched last"))
            let after = try road.digest()
            #expect(after == before, "\(after)\n--- before\n\(before)")
        }

        @Test func unitThatSystemdRefusesIsNamedBeforeAnythingChanges() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.pushUnit("try-bad.service", running: "exit 0", "a unit that is refused")
            try road.push(
                "refused", "sed -i 's#ExecStart=.*#ExecStart=not/absolute#' systemd/try-bad.service"
            )
            let turn = try road.turn()
            #expect(turn.ending == .exited(1), "\(turn.outputText)")
            #expect(turn.errorText.contains("is refused before anything is changed"))
            #expect(turn.errorText.contains("try-bad.service"))
            let after = try road.digest()
            #expect(after == before, "\(after)\n--- before\n\(before)")
            try road.must(
                "cd /srv/tree; git revert --no-edit HEAD HEAD~1 >/dev/null; git push -q origin main"
            )
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func fullDiskUndoesTheTurnAndBlamesNoCommit() throws {
            let road = try RoadHost.healthy()
            try road.must("mkdir -p /srv/managed; mount -t tmpfs -o size=128k tmpfs /srv/managed")
            let before = try road.digest()
            try road.push(
                "more than the disk holds",
                """
                head -c 100000 /dev/urandom > desired/files/first
                head -c 100000 /dev/urandom > desired/files/second
                sed -i 's#^services:#  /srv/managed/first: {source: files/first}\\n\
                  /srv/managed/second: {source: files/second}\\n\\nservices:#' desired/common.yaml
                """)
            let turn = try road.turn()
            #expect(turn.ending == .exited(1), "\(turn.outputText)\(turn.errorText)")
            #expect(turn.errorText.contains("/srv/managed/second: No space left on device"))
            let after = try road.digest()
            #expect(after == before, "\(after)\n--- before\n\(before)")
            #expect(!(try road.turn(["quarantine"]).outputText.contains("No space left")))
            try road.must("umount /srv/managed")
            #expect(try road.turn().ending == .exited(0), "with room, the same commit goes in")
            try road.pushRevert()
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func systemctlThatHangsIsGivenUpAndNothingIsChanged() throws {
            let road = try RoadHost.healthy()
            try road.push("a change", "echo changed >> desired/files/README")
            let before = try road.digest()
            try road.host.write("/srv/hang", "#!/bin/sh\nexec sleep 600\n", mode: "0755")
            try road.must("mount --bind /srv/hang /usr/bin/systemctl")
            let turn = try road.turn()
            try road.must("umount /usr/bin/systemctl")
            #expect(turn.ending == .exited(1), "\(turn.outputText)\(turn.errorText)")
            #expect(turn.errorText.contains("no answer within 10"))
            let after = try road.digest()
            #expect(after == before, "\(after)\n--- before\n\(before)")
            #expect(try road.turn().ending == .exited(0))
        }

        @Test func secondTurnAtTheSameTimeDoesNothing() throws {
            let road = try RoadHost.healthy()
            let turn = try road.host.run([
                "flock", "/var/lib/v6-reconcile/lock", "/opt/v6/v6-reconcile/bin/v6-reconcile",
            ])
            #expect(turn.ending == .exited(6))
            #expect(turn.errorText == "Another turn is running: nothing done.\n")
            #expect(try road.turn().ending == .exited(0), "the lock falls with its holder")
        }

        @Test func linkInTheWayIsNotFollowed() throws {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try road.must("mv /etc/v6 /etc/v6-away; ln -s /etc/v6-away /etc/v6")
            let look = "find /etc/v6-away -printf '%p %C@\\n'"
            let away = try road.host.shell(look).outputText
            let turn = try road.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            #expect(try road.host.shell(look).outputText == away, "what it leads to is untouched")
            let link = try road.host.shell("readlink /etc/.v6.v6-displaced")
            #expect(link.outputText == "/etc/v6-away\n", "and the link is kept")
            try road.must("rm -r /etc/.v6.v6-displaced /etc/v6-away")
            let after = try road.digest()
            #expect(after == before, "\(after)\n--- before\n\(before)")
        }
    }
}
