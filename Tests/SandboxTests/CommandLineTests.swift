import Glibc
import JSON
import Machine
import SandboxKit
import TestKit
import Testing

/// What is typed wrong, and what is printed: exit codes, whole texts, JSON.
struct CommandLineTests {
    /// Verbs that need no host of their own; none of them is a turn.
    @Test(arguments: [
        ("root-slash", ["--root", "/"]), ("root-dot", ["--root", "/."]),
        ("root-self", ["--root", "/proc/self/root"]), ("root-dots", ["--root", "//./"]),
        ("root-empty", ["--root", ""]), ("unknown-option", ["--pln"]),
        ("unknown-verb", ["staus"]), ("down-alone", ["--down"]),
        ("refresh-alone", ["--root", "/nowhere", "--refresh"]),
        ("environment-alone", ["--root", "/nowhere", "--environment", "paper"]),
        ("value-missing", ["--root"]), ("operand", ["status", "more"]),
        ("out-alone", ["--root", "/nowhere", "--out", "x"]),
        ("for-alone", ["--root", "/nowhere", "--plan", "--for", "1h"]),
        ("for-bad", ["--root", "/nowhere", "--plan", "--out", "x", "--for", "8d"]),
        ("apply-and-plan", ["--root", "/nowhere", "--plan", "--apply", "x"]),
        ("origin-alone", ["--root", "/nowhere", "validate", "--origin"]),
        ("json", ["--root", "/nowhere", "--json", "--pln"]),
        ("demo-json", ["demo", "--json"]),
        ("environment-unknown", ["--root", "/nowhere", "--plan", "--environment", "common"]),
    ])
    func whatIsNotUnderstoodEndsWith64(_ name: String, _ words: [String]) throws {
        try Sandbox.fresh { box in
            let result = try box.command([box.program] + words)
            #expect(result.ending == .exited(64))
            #expect(differenceFromKept(try box.tidied(result), "usage-\(name).txt") == nil)
        }
    }

    @Test(arguments: [
        [], ["validate"], ["status"], ["quarantine"], ["verify"], ["doctor"], ["demo"], ["history"],
        ["rollback"], ["suspend"], ["resume"], ["hold"], ["restart"],
    ])
    func helpTeaches(_ verb: [String]) throws {
        try Sandbox.fresh { box in
            let result = try box.command([box.program] + verb + ["--help"])
            #expect(result.ending == .exited(0))
            let name = "help-\(verb.first ?? "program").txt"
            #expect(differenceFromKept(try box.tidied(result), name) == nil)
        }
    }

    /// A plan may look at the machine's own root; a turn is never made on it.
    @Test(.enabled(if: access("/etc/v6-reconcile/host.yaml", F_OK) != 0))
    func hostWithoutAnEnvironmentIsToldWhatToWrite() throws {
        try Sandbox.fresh { box in
            let plan = try box.command([box.program, "--plan"])
            #expect(plan.ending == .exited(1))
            #expect(differenceFromKept(try box.tidied(plan), "no-host-file.txt") == nil)
            let validate = try box.command([box.program, "validate"])
            #expect(validate.errorText == plan.errorText)
        }
    }

    @Test func environmentWithoutADocumentIsNamed() throws {
        try Sandbox.fresh { box in
            let words = ["validate", "--desired", box.tree, "--environment"]
            let known = try box.reconcile(words + ["sandbox"])
            #expect(known.ending == .exited(0), "\(known.errorText)")
            let unknown = try box.reconcile(words + ["paper"])
            #expect(unknown.ending == .exited(1))
            #expect(
                differenceFromKept(try box.tidied(unknown), "unknown-environment.txt") == nil)
        }
    }

    @Test func versionIsTheReleaseThatTheProgramIsInstalledAs() throws {
        try Sandbox.fresh { box in
            let plain = try box.command([box.program, "--version"])
            #expect(plain.outputText == "v6-reconcile, not a release\n")
            #expect(plain.ending == .exited(0))
            let installed = "\(box.root)/opt/v6/releases/4f2c1aa9/bin/v6-reconcile"
            try box.shell("mkdir -p $(dirname \(installed)); cp \(box.program) \(installed)")
            let release = try box.command([installed, "--version"])
            #expect(release.outputText == "v6-reconcile, release 4f2c1aa9\n")
            let json = try JSONValue.parse(
                try box.command([installed, "--version", "--json"]).output)
            #expect(json["release"] == "4f2c1aa9")
        }
    }

    @Test func whatCannotBePrintedIsNoSuccess() throws {
        try Sandbox.fresh { box in
            for words in ["--plan", "status", "validate", "--help", "--version"] {
                let script = "exec '\(box.program)' --root '\(box.root)' \(words) > /dev/full"
                let result = try box.command(["/bin/sh", "-c", script])
                #expect(result.ending == .exited(1), "\(words)")
                let text = "error: cannot write to standard output: No space left on device\n"
                #expect(result.errorText == text, "\(words)")
            }
            let script = "exec '\(box.program)' --root '\(box.root)' > /dev/full"
            let turn = try box.command(["/bin/sh", "-c", script])
            #expect(turn.ending == .exited(0), "its status says what became of the host")
            #expect(turn.errorText.hasPrefix("error: cannot write to standard output: "))
            let closed = "'\(box.program)' --help | true; echo $?"
            #expect(try box.command(["/bin/bash", "-c", closed]).outputText == "0\n")
        }
    }

    @Test func oneOfAKindIsNoPlural() throws {
        try Sandbox.fresh { box in
            let validate = try box.turn(["validate"])
            #expect(
                validate.outputText.hasSuffix(" for sandbox: 1 directory, 1 file, 1 unit.\n"),
                "\(validate.outputText)")
        }
    }

    @Test func hintsLeadToTheHostThatTheyAreAbout() throws {
        try Sandbox.healthy { box in
            try box.addUnit("bad.service", running: "/bin/false")
            try box.push("bad")
            #expect(try box.turn().ending == .exited(4))
            let again = try box.turn()
            let hint = "`v6-reconcile --root \(box.root) quarantine clear "
            #expect(again.errorText.contains(hint), "\(again.errorText)")
            let json = try box.turn(["--json"])
            #expect(json.outputText.contains(hint), "\(json.outputText)")
            try box.pushRevert()
            let plan = try box.turn(["--plan", "--refresh", "--out", "\(box.scratch.path)/plan"])
            let apply = "v6-reconcile --root \(box.root) --apply \(box.scratch.path)/plan\n"
            #expect(plan.errorText.hasSuffix(apply), "\(plan.errorText)")
        }
    }

    @Test func rootThatDoesNotExistIsMadeByATurnAlone() throws {
        try Sandbox.fresh { box in
            let new = box.scratch.path + "/new"
            for words in [["--plan"], ["status"], ["validate"], ["quarantine"], ["--down"]] {
                let result = try box.command([box.program, "--root", new] + words)
                #expect(result.ending == .exited(1))
                #expect(result.errorText == "error: --root \(new): No such file or directory\n")
                #expect(access(new, F_OK) != 0)
            }
            let turn = ["--root", "new", "--desired", box.tree]
            let script = "cd '\(box.scratch.path)'; exec '\(box.program)' "
            let made = try box.command(
                ["/bin/sh", "-euc", script + turn.map { "'\($0)'" }.joined(separator: " ")])
            #expect(made.ending == .exited(0), "a relative folder: \(made.errorText)")
            let inside = try box.command(
                ["/bin/sh", "-euc", "cd '\(new)'; exec '\(box.program)' --root . --down"])
            #expect(inside.ending == .exited(0), "\(inside.errorText)")
        }
    }

    @Test func everyLineOfATurnInJSONSaysItsType() throws {
        try Sandbox.fresh { box in
            var types: [String] = []
            func lines(_ exit: Int32) throws {
                let turn = try box.turn(["--json"])
                #expect(turn.ending == .exited(exit))
                #expect(turn.errorText == "")
                for line in turn.outputText.split(separator: "\n") {
                    let value = try JSONValue.parse(Array(line.utf8))
                    types.append(try #require(value["type"]?.asString))
                }
            }
            try lines(0)
            try lines(0)
            try box.addUnit("bad.service", running: "/bin/false")
            try box.push("bad")
            try lines(4)
            try lines(4)
            try box.shell("mv ../v6.git ../away")
            try lines(4)
            let kept = types.joined(separator: "\n") + "\n"
            #expect(differenceFromKept(kept, "json-types.txt") == nil)
        }
    }

    /// Numbers that differ from run to run, named by what they are.
    private func tidiedJSON(_ box: Sandbox, _ result: CommandResult) throws -> String {
        try box.tidied(result)
            .replacing(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "TIME")
            .replacing(/"(host_digest|machine)": "[0-9a-f]{64}"/) {
                "\"\($0.output.1)\": \"DIGEST\""
            }
            .replacing(/"invocation":( ?)"[0-9a-f]{32}"/) {
                "\"invocation\":\($0.output.1)\"INVOCATION\""
            }
    }

    /// A plan and a turn in full: whoever reads them by program finds the same shapes tomorrow.
    @Test func jsonOfPlanAndTurnKeepsItsShapes() throws {
        try Sandbox.fresh { box in
            let first = try box.turn(["--plan", "--json"])
            #expect(differenceFromKept(try tidiedJSON(box, first), "first-plan.json") == nil)
            let turn = try box.turn(["--json"])
            #expect(differenceFromKept(try tidiedJSON(box, turn), "first-turn.jsonl") == nil)
            try box.shell(
                """
                echo drift >> "$HOST/etc/v6/README"
                sed -i 's/^ExecStart=.*/ExecStart=\\/bin\\/sleep 9999/' systemd/feed.service
                """)
            try box.push("another feed")
            let plan = try box.turn(["--plan", "--refresh", "--json"])
            #expect(plan.ending == .exited(2))
            #expect(differenceFromKept(try tidiedJSON(box, plan), "change-plan.json") == nil)
            let lines = try box.turn(["--json"])
            #expect(differenceFromKept(try tidiedJSON(box, lines), "change-turn.jsonl") == nil)
        }
    }

    /// With --json no error is plain text, and none is on standard error.
    @Test func errorsInJSONAreDiagnosticsWithTheSameExit() throws {
        try Sandbox.healthy { box in
            try box.shell("echo 'servics: {}' >> desired/sandbox.yaml")
            try box.push("a fault")
            for words in [
                ["--plan", "--refresh"], ["validate"], [], ["--apply", "/nowhere"],
                ["quarantine", "clear", "abc"], ["--pln"], ["quarantine", "x"],
            ] {
                let desired = words == ["validate"] ? ["--desired", box.tree] : []
                let plain = try box.turn(words + desired)
                let json = try box.turn(words + desired + ["--json"])
                #expect(json.ending == plain.ending && plain.ending != .exited(0), "\(words)")
                #expect(json.errorText == "", "\(words)")
                let last = try #require(json.outputText.split(separator: "\n").last)
                let line = try JSONValue.parse(Array(last.utf8))
                #expect(line["type"] == "diagnostic" && line["severity"] == "error", "\(words)")
                #expect(
                    plain.errorText == (line["message"]?.asString ?? "") + "\n", "\(words)")
                #expect(
                    plain.ending == line["exit_code"]?.asInteger.map { .exited(Int32($0)) })
            }
            try box.pushRevert()
        }
    }

    @Test func doctorFindsWhatASandboxNeedsAndSaysSoWhenDesiredStateIsBroken() throws {
        try Sandbox.healthy { box in
            let good = try box.turn(["doctor"])
            #expect(good.ending == .exited(0), "\(good.outputText)")
            #expect(good.outputText.hasSuffix("All that this host needs is there.\n"))
            let json = try JSONValue.parse(try box.turn(["doctor", "--json"]).output)
            let git = json["programs"]?.asArray?.first { $0["name"] == "git" }
            #expect(git?["needed"] == true && git?["present"] == true)
            #expect(git?["version"]?.asString?.hasPrefix("git version ") == true)
            let broken = try box.turn(["doctor", "--desired", box.scratch.path])
            #expect(broken.ending == .exited(2), "nobody knows what it needs")
            #expect(broken.outputText.contains("so more may be needed: error: "))
            #expect(!broken.outputText.contains("All that this host needs"))
        }
    }

    @Test func documentsInJSONAreWhole() throws {
        try Sandbox.fresh { box in
            func document(_ words: [String], _ exit: Int32) throws -> JSONValue {
                let result = try box.reconcile(words + ["--json"])
                #expect(result.ending == .exited(exit), "\(result.errorText)")
                return try JSONValue.parse(result.output)
            }
            #expect(try document(["status"], 2)["healthy"] == .null)
            let plan = try document(["--plan"], 2)
            #expect(plan["format_version"]?.asString != nil)
            #expect(plan["resource_changes"]?.asArray?.count == 3)
            #expect(try box.turn().ending == .exited(0))
            #expect(try document(["--plan"], 0)["resource_changes"]?.asArray == [])
            let status = try document(["status"], 0)
            let tip = try box.tip()
            #expect(status["healthy"]?["commit"]?.asString == tip)
            #expect(status["needs_attention"]?.asBool == false)
            #expect(try document(["validate"], 0)["valid"]?.asBool == true)
            #expect(try document(["quarantine"], 0) == .array([]))
        }
    }

    @Test func nothingIsEverColoured() throws {
        try Sandbox.fresh { box in
            for words in [["--plan"], [], ["status"], ["--help"], ["validate"], ["--nonsense"]] {
                let result = try box.reconcile(words, environment: ["TERM": "xterm-256color"])
                #expect(!result.output.contains(0x1b) && !result.errors.contains(0x1b))
            }
        }
    }
}
