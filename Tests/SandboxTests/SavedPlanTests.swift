import Facts
import Glibc
import JSON
import Machine
import SandboxKit
import TestKit
import Testing

/// `--plan --out` and `--apply`: what was shown is applied, or nothing is.
struct SavedPlanTests {
    private func file(_ box: Sandbox) -> String { box.scratch.path + "/plan.json" }

    private func save(_ box: Sandbox, _ more: [String] = [], exit: Int32? = 2) throws {
        let plan = try box.turn(["--plan", "--refresh", "--out", file(box)] + more)
        #expect(exit.map { plan.ending == .exited($0) } ?? true, "\(plan.errorText)")
    }

    private func apply(_ box: Sandbox) throws -> CommandResult {
        try box.turn(["--apply", file(box)])
    }

    @Test func savedPlanIsAppliedAndNothingElseIsMadeByIt() throws {
        try Sandbox.healthy { box in
            box.scratch.write("tree/desired/files/README", "New words.\n")
            try box.push("new words")
            let before = try box.footprint()
            let plan = try box.turn(["--plan", "--refresh", "--out", file(box)])
            #expect(plan.ending == .exited(2))
            #expect(
                plan.errorText.hasSuffix(
                    "Z: v6-reconcile --root \(box.root) --apply \(file(box))\n"))
            #expect(try box.footprint() == before)
            #expect(
                try box.shell("stat -c '%a' ../plan.json; ls -A ..")
                    == "600\nhost\nplan.json\ntree\nv6.git\n")
            let applied = try apply(box)
            #expect(applied.ending == .exited(0), "\(applied.errorText)")
            #expect(box.scratch.read("host/etc/v6/README") == "New words.\n")
            #expect(try box.turn().outputText == "No changes. Host matches \(try box.tip()).\n")
            let again = try apply(box)
            #expect(again.ending == .exited(3), "it was applied already")
        }
    }

    @Test func firstPlanOfAHostMayBeSavedAndApplied() throws {
        try Sandbox.fresh { box in
            try save(box)
            #expect(try apply(box).ending == .exited(0))
            #expect(box.scratch.read("host/etc/v6/README") == Sandbox.readme)
        }
    }

    @Test func planWithNothingInItIsAppliedAsNothing() throws {
        try Sandbox.healthy { box in
            try save(box, exit: 0)
            let applied = try apply(box)
            #expect(applied.ending == .exited(0))
            #expect(applied.outputText == "No changes. Host matches \(try box.tip()).\n")
        }
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        let script: String
        var testDescription: String { name }
    }

    static let changes = [
        Change(name: "bytes", script: "echo other >> \"$HOST/etc/v6/README\""),
        Change(name: "mode", script: "chmod 0600 \"$HOST/etc/v6\""),
        Change(name: "link", script: "cd \"$HOST/etc/v6\"; mv README x; ln -s x README"),
        Change(name: "gone", script: "rm \"$HOST/etc/systemd/system/feed.service\""),
        Change(
            name: "commit",
            script: "git commit -qm more --allow-empty && git push -q ../v6.git main"),
    ]

    /// Whatever changed, it is named, and not even a drift is healed.
    @Test(arguments: changes)
    func planIsStaleWhenAnythingChangedSince(_ change: Change) throws {
        try Sandbox.healthy { box in
            try box.shell("echo drifted >> \"$HOST/etc/v6/README\"")
            box.unit("feed.service", running: "/bin/sleep 200000")
            try box.push("another feed")
            try save(box)
            try box.shell(change.script)
            let before = try box.look()
            let applied = try apply(box)
            #expect(applied.ending == .exited(3))
            let text = try box.tidied(applied)
            #expect(differenceFromKept(text, "stale-\(change.name).txt") == nil)
            #expect(try box.look() == before)
            #expect(try box.turn().ending == .exited(0))
        }
    }

    @Test func restartedUnitMakesAPlanStale() throws {
        try Sandbox.healthy { box in
            box.scratch.write("tree/desired/files/README", "New words.\n")
            try box.push("new words")
            try save(box)
            let feed = try #require(try box.status("feed.service"))
            kill(feed.mainProcess, SIGKILL)
            // Nobody restarts it: it is down when the plan comes.
            let applied = try apply(box)
            #expect(applied.ending == .exited(3))
            #expect(applied.errorText.contains("  host: feed.service has changed\n"))
        }
    }

    /// Its expiry moved into the past, and its machine to another: both are read from the file.
    @Test func expiredPlanAndPlanOfAnotherMachineAreRefused() throws {
        try Sandbox.healthy { box in
            box.scratch.write("tree/desired/files/README", "New words.\n")
            try box.push("new words")
            try save(box, ["--for", "8h"])
            let text = try #require(box.scratch.read("plan.json"))
            let plan = try JSONValue.parse(Array(text.utf8))
            let expiry = try #require(plan["binding"]?["expires_at"]?.asString)
            let machine = try #require(plan["binding"]?["machine"]?.asString)
            box.scratch.write("plan.json", text.replacing(expiry, with: "2026-01-02T03:04:05Z"))
            let expired = try apply(box)
            #expect(expired.ending == .exited(3))
            #expect(differenceFromKept(try box.tidied(expired), "stale-time.txt") == nil)
            box.scratch.write(
                "plan.json", text.replacing(machine, with: String(machine.reversed())))
            let other = try apply(box)
            #expect(other.ending == .exited(3))
            #expect(differenceFromKept(try box.tidied(other), "stale-machine.txt") == nil)
            box.scratch.write("plan.json", text)
            #expect(try apply(box).ending == .exited(0))
        }
    }

    @Test func planOfAnotherSandboxIsForAnotherMachine() throws {
        try Sandbox.healthy { box in
            try save(box, exit: 0)
            try Sandbox.healthy { other in
                let applied = try other.turn(["--apply", file(box)])
                #expect(applied.ending == .exited(3))
                #expect(applied.errorText.contains("machine: it was made for another one"))
            }
        }
    }

    @Test func killedTurnIsFinishedByAPlainOneNotByASavedPlan() throws {
        try Sandbox.healthy { box in
            box.scratch.write("tree/desired/files/README", "New words.\n")
            try box.push("new words")
            let killed = try box.turn(injecting: "fsync:signal=SIGKILL:when=5")
            #expect(killed.ending == .signalled(9))
            // Whether there is anything left to do depends on where it was killed.
            try save(box, exit: nil)
            let applied = try apply(box)
            #expect(applied.ending == .exited(3))
            #expect(applied.errorText.contains("was killed; a plain turn finishes it"))
            #expect(try box.turn().ending == .exited(0))
        }
    }

    @Test(arguments: [
        ("none", nil), ("empty", ""), ("other", "{\"format_version\":\"1.1\"}"),
    ])
    func fileThatIsNoSavedPlanIsNamed(_ name: String, _ text: String?) throws {
        try Sandbox.healthy { box in
            if let text { box.scratch.write("plan.json", text) }
            let applied = try apply(box)
            #expect(applied.ending == .exited(1))
            #expect(differenceFromKept(try box.tidied(applied), "no-plan-\(name).txt") == nil)
        }
    }

    @Test func whatIsNoFileIsRefusedAndLeftAsItIs() throws {
        try Sandbox.healthy { box in
            try box.shell("mknod ../null c 1 3; chmod 0666 ../null")
            for name in [box.scratch.path + "/null", box.scratch.path, "-"] {
                let plan = try box.turn(["--plan", "--out", name])
                #expect(plan.ending == .exited(1), "\(name): \(plan.outputText)")
            }
            #expect(try box.shell("stat -c %a ../null") == "666\n")
        }
    }

    @Test func unhealthySavedPlanGoesBackLikeAnyTurn() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            try box.addUnit("bad.service", running: "/bin/false")
            try box.push("bad")
            try save(box)
            #expect(try apply(box).ending == .exited(4))
            #expect(try box.look() == before)
            #expect(try apply(box).ending == .exited(3), "it is quarantined now")
            let plan = try box.turn(["--plan", "--out", box.scratch.path + "/second"])
            #expect(plan.ending == .exited(4))
            #expect(plan.errorText.contains("not saved"))
            #expect(box.scratch.read("second") == nil)
        }
    }

    @Test func writingOverAFileMakesItPrivateAndALinkIsNotFollowed() throws {
        try Sandbox.fresh { box in
            try box.shell("echo x > ../plan.json; chmod 0666 ../plan.json; ln -s /etc/x ../link")
            try save(box)
            #expect(try box.shell("stat -c %a ../plan.json") == "600\n")
            let refused = try box.turn(["--plan", "--out", box.scratch.path + "/link"])
            #expect(refused.ending == .exited(1))
            #expect(refused.errorText.contains("cannot write"))
        }
    }
}
