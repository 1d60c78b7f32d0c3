import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Incidents of another deployer that no other suite has: docs/requirements.md has them all.
    @Suite(.serialized) struct Incidents {
        /// A unit that goes on reading a file is not restarted for it, and yet the commit that
        /// changes the file answers for it through the window.
        @Test func whatARunningUnitReadsIsNotMovedUnderItUnseen() throws {
            let road = try RoadHost.healthy()
            try road.push(
                "a file that is read again and again",
                """
                echo good >desired/files/read
                sed -i 's#^services:#  /srv/managed/read: {source: files/read}\\n\\nservices:#' \
                    desired/common.yaml
                """)
            try road.pushUnit(
                "try-reads.service",
                running: "while grep -q good /srv/managed/read; do sleep 0.1; done; exit 1",
                "a unit that reads it")
            #expect(try road.turn().ending == .exited(0))
            let before = try road.digest()
            try road.push("moved under it", "echo bad >desired/files/read")
            let turn = try road.turn()
            #expect(turn.ending == .exited(4), "\(turn.outputText)\(turn.errorText)")
            #expect(!turn.outputText.contains("restart"), "nothing planned to: \(turn.outputText)")
            #expect(turn.errorText.contains("try-reads.service"), "\(turn.errorText)")
            #expect(try road.digest() == before)
            let state = try road.host.shell("systemctl is-active try-reads.service")
            #expect(state.outputText == "active\n")
            try road.must("cd /srv/tree; git revert --no-edit HEAD HEAD~1 HEAD~2 >/dev/null")
            try road.must("cd /srv/tree; git push -q origin main")
            #expect(try road.turn().ending == .exited(0))
        }

        /// A result that was verified does not depend on where the branch stands by then.
        @Test func pushDuringAWindowThatEndsWellIsTheNextTurnsAndNoHindrance() throws {
            let road = try RoadHost.healthy()
            // The unit itself pushes when it is started, so the push is in its window.
            try road.pushUnit(
                "try-pushes.service",
                running: "cd /srv/tree && git push -q origin later:main; exec sleep infinity",
                "pushes in its window")
            try road.must(
                """
                cd /srv/tree
                git checkout -q -b later
                echo later >>desired/files/README
                git commit -qam 'pushed later'
                git checkout -q main
                """)
            let first = try road.turn()
            #expect(first.ending == .exited(0), "\(first.outputText)\(first.errorText)")
            #expect(first.outputText.contains("Healthy: \(try road.tip())"), "\(first.outputText)")
            let isLater =
                "[ $(git -C /srv/git/v6.git rev-parse main) = $(git -C /srv/tree rev-parse later) ]"
            #expect(try road.host.shell(isLater).succeeded, "it was pushed in between")
            #expect(try road.host.read("/etc/v6/README")?.hasSuffix("later\n") == false)
            let second = try road.turn()
            #expect(second.ending == .exited(0), "\(second.outputText)\(second.errorText)")
            #expect(try road.host.read("/etc/v6/README")?.hasSuffix("later\n") == true)
            try road.must(
                """
                cd /srv/tree
                git merge -q later
                git branch -qD later
                git revert --no-edit HEAD HEAD~1 >/dev/null
                git push -q origin main
                """)
            #expect(try road.turn().ending == .exited(0))
        }
    }
}
