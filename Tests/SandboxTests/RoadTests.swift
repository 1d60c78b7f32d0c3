import Facts
import Machine
import SandboxKit
import TestKit
import Testing

/// The main road in a sandbox: a push, a turn, drift, a bad commit, and the way back.
struct RoadTests {
    @Test func firstTurnConvergesAndTheSecondChangesNothing() throws {
        try Sandbox.fresh { box in
            let first = try box.turn()
            #expect(differenceFromKept(try box.tidied(first), "first-turn.txt") == nil)
            #expect(first.ending == .exited(0))
            #expect(box.scratch.read("host/etc/v6/README") == Sandbox.readme)
            let feed = try #require(try box.status("feed.service"))
            #expect(feed.isActive && feed.enablement == "enabled")
            let before = try box.look()
            let second = try box.turn()
            #expect(second.ending == .exited(0))
            #expect(second.outputText == "No changes. Host matches \(try box.tip()).\n")
            #expect(second.errorText == "")
            #expect(try box.look() == before)
            #expect(try box.status("feed.service")?.mainProcess == feed.mainProcess)
        }
    }

    @Test func driftOfEveryKindIsToldByThePlanAndHealedByATurn() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            let feed = try #require(try box.status("feed.service"))
            try box.shell(
                """
                echo oops >> "$HOST/etc/v6/README"
                chmod 0700 "$HOST/etc/v6"
                chmod 0600 "$HOST/etc/systemd/system/feed.service"
                rm "$HOST/etc/systemd/system/multi-user.target.wants/feed.service"
                kill \(feed.mainProcess)
                """)
            while try box.status("feed.service")?.isActive == true {}
            let plan = try box.turn(["--plan"])
            #expect(differenceFromKept(try box.tidied(plan), "drift-plan.txt") == nil)
            #expect(plan.ending == .exited(2))
            let turn = try box.turn()
            #expect(turn.ending == .exited(0), "\(turn.errorText)")
            #expect(try box.look() == before)
            #expect(try box.turn(["--plan"]).ending == .exited(0))
        }
    }

    @Test func fileThatWasRemovedAndUnitThatIsDownByHandComeBack() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            try box.shell("rm -r \"$HOST/etc/v6\" \"$HOST/etc/systemd/system/feed.service\"")
            let plan = try box.turn(["--plan"])
            #expect(differenceFromKept(try box.tidied(plan), "removed-plan.txt") == nil)
            let turn = try box.turn(["--detailed-exitcode"])
            #expect(turn.ending == .exited(2), "\(turn.errorText)")
            #expect(try box.look() == before)
            #expect(try box.turn(["--detailed-exitcode"]).ending == .exited(0))
        }
    }

    @Test func badCommitGoesBackAndIsNotTriedAgainUntilItIsReverted() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            let feed = try #require(try box.status("feed.service"))
            let healthy = try box.tip()
            try box.addUnit("bad.service", running: "/bin/false")
            box.scratch.write("tree/desired/files/README", "A bad commit's.\n")
            try box.wanted("files", "/etc/v6/more: {source: files/README}")
            try box.push("a unit that ends at once")
            let turn = try box.turn()
            #expect(differenceFromKept(try box.tidied(turn), "bad-turn.txt") == nil)
            #expect(turn.ending == .exited(4))
            #expect(try box.look() == before)
            #expect(try box.status("feed.service")?.mainProcess == feed.mainProcess)
            let plan = try box.turn(["--plan"])
            #expect(differenceFromKept(try box.tidied(plan), "quarantined-plan.txt") == nil)
            #expect(plan.ending == .exited(4))
            let next = try box.turn()
            #expect(differenceFromKept(try box.tidied(next), "quarantined-turn.txt") == nil)
            #expect(next.ending == .exited(4))
            #expect(try box.look() == before)
            try box.pushRevert()
            let reverted = try box.turn()
            #expect(reverted.ending == .exited(0), "\(reverted.errorText)")
            #expect(try box.look() == before)
            #expect(try box.tip() != healthy)
            #expect(try box.turn(["status"]).ending == .exited(0))
        }
    }

    @Test func driftUnderAQuarantinedCommitIsHealedAllTheSame() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            try box.addUnit("bad.service", running: "/bin/false")
            try box.push("bad")
            #expect(try box.turn().ending == .exited(4))
            try box.shell("echo oops >> \"$HOST/etc/v6/README\"")
            #expect(try box.turn().ending == .exited(4))
            #expect(try box.look() == before)
        }
    }

    @Test func firstCommitThatIsBadLeavesNothingRunningAndAsksForAPerson() throws {
        try Sandbox.fresh { box in
            try box.addUnit("bad.service", running: "/bin/false")
            try box.push("bad from the start")
            let turn = try box.turn()
            #expect(differenceFromKept(try box.tidied(turn), "first-is-bad.txt") == nil)
            #expect(turn.ending == .exited(5))
            #expect(try box.unitsNow().values.allSatisfy { !$0.isActive })
            try box.pushRevert()
            #expect(try box.turn().ending == .exited(0))
        }
    }

    @Test func aWorkTreeServesInPlaceOfARepository() throws {
        try Sandbox.fresh { box in
            let turn = try box.turn(["--desired", box.tree])
            #expect(turn.ending == .exited(0), "\(turn.errorText)")
            #expect(try box.turn(["--desired", box.tree, "--plan"]).ending == .exited(0))
            box.scratch.write("tree/desired/files/README", "Other words.\n")
            #expect(try box.turn(["--desired", box.tree, "--plan"]).ending == .exited(2))
            #expect(try box.turn(["--desired", box.tree]).ending == .exited(0))
            #expect(box.scratch.read("host/etc/v6/README") == "Other words.\n")
        }
    }

    @Test func whatWaitsOnTheHealthyCommitHidesNoQuarantine() throws {
        try Sandbox.healthy { box in
            try box.shell("sed -i 's/enabled: true/&\\n    restart: drained/' desired/sandbox.yaml")
            try box.push("a feed that has to be drained")
            #expect(try box.turn().ending == .exited(0))
            try box.shell("sed -i s/100000/100001/ systemd/feed.service")
            try box.push("a change that waits")
            #expect(try box.turn().ending == .exited(3))
            try box.addUnit("bad.service", running: "/bin/false")
            try box.push("a unit that ends at once")
            #expect(try box.turn().ending == .exited(4))
            let next = try box.turn()
            #expect(next.ending == .exited(4), "\(next.outputText)\(next.errorText)")
        }
    }
}
