import Facts
import Glibc
import JSON
import Machine
import SandboxKit
import TestKit
import Testing

/// What an operator says and asks, by the built program; whole texts are kept.
struct WordsTests {
    /// What was printed, without what differs from run to run.
    private func tidied(_ box: Sandbox, _ result: CommandResult) throws -> String {
        let person = try box.shell(
            "id -nu \"$(sed s/4294967295/$(id -u)/ /proc/self/loginuid)\""
        ).dropLast()
        return try box.tidied(result)
            .replacing("by \(person)", with: "by PERSON")
            .replacing("\"by\": \"\(person)\"", with: "\"by\": \"PERSON\"")
            .replacing(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME")
            .replacing(/"(at_us|duration_ms|until_us)": \d+/) { "\"\($0.output.1)\": 0" }
            .replacing(/\d+\.\d s$/, with: "N s").replacing(/, \d+\.\d s\n/, with: ", N s\n")
            .replacing(/(?m)^(up|ok|degraded) .*\n/, with: "")
    }

    private func push(_ box: Sandbox, _ text: String) throws {
        box.scratch.write("tree/desired/files/README", "\(text)\n")
        try box.push("README says \(text)")
    }

    private func readme(_ box: Sandbox) -> String? { box.scratch.read("host/etc/v6/README") }

    /// Runs a verb, and compares what it prints with the kept text of this name.
    private func run(
        _ box: Sandbox, _ words: [String], _ exit: Int32, kept name: String
    ) throws {
        let result = try box.reconcile(words)
        #expect(result.ending == .exited(exit), "\(words): \(result.errorText)")
        #expect(differenceFromKept(try tidied(box, result), "\(name).txt") == nil)
    }

    @Test func suspensionIsSaidShownObeyedAndEnded() throws {
        try Sandbox.healthy { box in
            let suspend = ["suspend", "--reason", "a new disk", "--for", "2h"]
            try run(box, suspend, 0, kept: "suspend")
            try push(box, "second")
            try run(box, [], 3, kept: "suspended-turn")
            #expect(readme(box) == Sandbox.readme)
            try run(box, ["--plan"], 3, kept: "suspended-plan")
            try run(box, ["status"], 2, kept: "suspended-status")
            let json = try JSONValue.parse(try box.reconcile(["status", "--json"]).output)
            #expect(json["suspension"]?["reason"] == "a new disk")
            #expect(json["health"] == "Suspended")
            #expect(json["lastSeenRevision"]?.asString == (try box.tip()))
            try run(box, ["resume"], 0, kept: "resume")
            try run(box, ["resume"], 0, kept: "resume-nothing")
            #expect(try box.turn().ending == .exited(0))
            #expect(readme(box) == "second\n")
        }
    }

    @Test func suspendNeedsNoLock() throws {
        try Sandbox.healthy { box in
            let result = try box.command([
                "/usr/bin/flock", "\(box.root)/var/lib/v6-reconcile/lock", box.program, "--root",
                box.root, "suspend", "--reason", "now",
            ])
            #expect(result.ending == .exited(0), "\(result.errorText)")
            #expect(try box.turn().ending == .exited(3))
        }
    }

    @Test func rollbackIsShownMadeHeldAndEndedByTheBranch() throws {
        try Sandbox.healthy { box in
            let first = try box.tip()
            try push(box, "second")
            #expect(try box.turn().ending == .exited(0))
            let before = try box.footprint()
            try run(box, ["rollback", "--plan"], 2, kept: "rollback-plan")
            #expect(try box.footprint() == before)
            // No network, and no checkout of the first one any more.
            try box.shell(
                "mv ../v6.git ../away; rm -rf \"$HOST/var/lib/v6-reconcile/checkouts/\(first)\"*")
            try run(box, ["rollback", "--plan", first], 2, kept: "rollback-plan")
            try run(box, ["rollback", first, "--reason", "slow"], 0, kept: "rollback")
            #expect(readme(box) == Sandbox.readme)
            try box.shell("mv ../away ../v6.git; echo drift >> \"$HOST/etc/v6/README\"")
            try run(box, [], 3, kept: "rollback-turn")
            #expect(readme(box) == Sandbox.readme)
            try run(box, ["status"], 2, kept: "rollback-status")
            try run(box, ["--plan"], 3, kept: "rollback-held-plan")
            try push(box, "third")
            #expect(try box.turn().ending == .exited(0))
            #expect(readme(box) == "third\n")
            try run(box, ["history"], 0, kept: "history")
            let json = try box.reconcile(["history", "--limit", "2", "--json"])
            #expect(differenceFromKept(try tidied(box, json), "history.json") == nil)
        }
    }

    @Test func rollbackKnowsEveryNameOfAContentThatWasHealthy() throws {
        try Sandbox.healthy { box in
            try box.shell("git commit -q --allow-empty -m again && git push -q ../v6.git main")
            let again = try box.tip()
            #expect(try box.turn().outputText.hasPrefix("No changes."))
            try push(box, "second")
            #expect(try box.turn().ending == .exited(0))
            let back = try box.reconcile(["rollback", again])
            #expect(back.ending == .exited(0), "\(back.errorText)")
            #expect(back.outputText.contains("The host is held on \(again) "))
            #expect(readme(box) == Sandbox.readme)
        }
    }

    @Test func resumeEndsTheHoldOfARollback() throws {
        try Sandbox.healthy { box in
            try push(box, "second")
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.reconcile(["rollback"]).ending == .exited(0))
            #expect(try box.turn().ending == .exited(3))
            let locked = try box.command([
                "/usr/bin/flock", "\(box.root)/var/lib/v6-reconcile/lock", box.program, "--root",
                box.root, "resume",
            ])
            #expect(locked.ending == .exited(6))
            try run(box, ["resume"], 0, kept: "resume-rollback")
            #expect(try box.turn().ending == .exited(0))
            #expect(readme(box) == "second\n")
        }
    }

    @Test func rollbackIsRefusedToWhatWasNeverHealthyAndEndsWith5WhereItIsNotAnyMore() throws {
        try Sandbox.healthy { box in
            try run(box, ["rollback"], 1, kept: "rollback-nothing")
            try run(box, ["rollback", "0123456"], 1, kept: "rollback-unknown")
            let needed = "\(box.scratch.path)/needed"
            box.scratch.write("needed", "")
            let script = "/bin/sh -c \"test -e \(needed) && exec /bin/sleep 100000\""
            box.unit("feed.service", running: script)
            try box.push("a feed that needs something")
            #expect(try box.turn().ending == .exited(0))
            box.unit("feed.service", running: "/bin/sleep 9999")
            try box.push("a feed that needs nothing")
            #expect(try box.turn().ending == .exited(0))
            try box.shell("rm '\(needed)'")
            try run(box, ["rollback"], 5, kept: "rollback-fails")
            #expect(try box.status("feed.service")?.isActive == true)
            #expect(try box.turn().ending == .exited(0), "the newest commit holds as before")
            try run(box, ["rollback", "2"], 3, kept: "rollback-quarantined")
        }
    }

    @Test func holdKeepsAUnitFromEveryTurnUntilItIsGivenBack() throws {
        try Sandbox.healthy { box in
            let hold = ["hold", "feed.service", "--reason", "a look", "--for", "1h"]
            try run(box, ["hold"], 0, kept: "hold-none")
            try run(box, hold, 0, kept: "hold")
            try run(box, ["hold"], 0, kept: "hold-list")
            box.unit("feed.service", running: "/bin/sleep 9999")
            try push(box, "second")
            try run(box, [], 3, kept: "held-turn")
            #expect(readme(box) == "second\n")
            let file = "host/etc/systemd/system/feed.service"
            #expect(box.scratch.read(file)?.contains("sleep 100000") == true)
            try run(box, ["status"], 2, kept: "held-status")
            try run(box, ["restart", "feed.service"], 3, kept: "held-restart")
            try run(box, ["hold", "--end", "feed.service"], 0, kept: "hold-end")
            try run(box, ["hold", "--end", "feed.service"], 1, kept: "hold-end-none")
            #expect(try box.turn().ending == .exited(0))
            #expect(box.scratch.read(file)?.contains("sleep 9999") == true)
            try run(box, ["hold", "other.service", "--reason", "x"], 1, kept: "hold-unknown")
        }
    }

    @Test func restartByHandGivesTheUnitANewRunAndNothingElse() throws {
        try Sandbox.healthy { box in
            let before = try #require(try box.status("feed.service"))
            try run(box, ["restart", "feed.service", "--reason", "it leaks"], 0, kept: "restart")
            let after = try #require(try box.status("feed.service"))
            #expect(after.isActive && after.invocation != before.invocation)
            #expect(try box.turn().outputText.hasPrefix("No changes."))
            #expect(try box.status("feed.service")?.invocation == after.invocation)
            try run(box, ["restart", "other.service"], 1, kept: "restart-unknown")
            let history = try box.reconcile(["history", "--limit", "1", "--json"])
            let turn = try JSONValue.parse(history.output)["history"]?.asArray?.first
            #expect(turn?["cause"] == "restart" && turn?["unit"] == "feed.service")
            #expect(turn?["why"] == "it leaks" && turn?["verdict"] == "healthy")
        }
    }

    @Test func hookIsRunBeforeACommitAndItsFailureIsAWarning() throws {
        try Sandbox.healthy { box in
            let hook = "host/etc/v6-reconcile/hooks/before.d/10-backup"
            box.scratch.write(
                hook, "#!/bin/sh\necho $V6_COMMIT $V6_FROM > '\(box.scratch.path)/told'\nexit 9\n")
            try box.shell("chmod 0755 '\(box.scratch.path)/\(hook)'")
            let first = try box.tip()
            try push(box, "second")
            let turn = try box.turn()
            #expect(turn.ending == .exited(0))
            #expect(turn.errorText == "warning: hook 10-backup ended with 9; the turn goes on\n")
            #expect(box.scratch.read("told") == "\(try box.tip()) \(first)\n")
        }
    }

    @Test(arguments: [
        ("suspend-no-reason", ["suspend"]),
        ("suspend-no-time", ["suspend", "--reason", "x", "--for", "soon"]),
        ("suspend-past", ["suspend", "--reason", "x", "--until", "2001-01-01T00:00:00Z"]),
        (
            "suspend-both",
            ["suspend", "--reason", "x", "--for", "1h", "--until", "2101-01-01T00:00:00Z"]
        ),
        ("hold-no-reason", ["hold", "feed.service"]),
        ("hold-no-suffix", ["hold", "feed", "--reason", "x"]),
        ("restart-nothing", ["restart"]), ("history-limit", ["history", "--limit", "0"]),
    ])
    func whatIsNotUnderstoodEndsWith64(_ name: String, _ words: [String]) throws {
        try Sandbox.fresh { box in
            try run(box, words, 64, kept: "usage-\(name)")
        }
    }
}
