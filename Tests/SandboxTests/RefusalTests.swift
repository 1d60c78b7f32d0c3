import JSON
import Machine
import SandboxKit
import TestKit
import Testing

/// Commits that cannot be used: each is refused with its whole text, and nothing is changed.
struct RefusalTests {
    struct BadCommit: Sendable, CustomTestStringConvertible {
        let name: String
        let script: String
        var testDescription: String { name }

        init(_ name: String, _ script: String) {
            self.name = name
            self.script = script
        }
    }

    static let bad = [
        BadCommit("missing", "git rm -q desired/sandbox.yaml"),
        BadCommit("empty", ": > desired/sandbox.yaml"),
        BadCommit(
            "folder",
            "cd desired; rm sandbox.yaml; mkdir sandbox.yaml; cp files/README sandbox.yaml/x"
        ),
        BadCommit("not-utf8", "printf 'environment: \\377\\n' > desired/sandbox.yaml"),
        BadCommit(
            "cut-off", "printf 'services: {feed.service: {unit: \"sys' >> desired/sandbox.yaml"),
        BadCommit("duplicate-key", "echo 'environment: sandbox' >> desired/sandbox.yaml"),
        BadCommit("unknown-key", "echo 'servics: {}' >> desired/sandbox.yaml"),
        BadCommit(
            "mistyped", "sed -i 's/enabled: true/enabled: yes/; s/1s/1/' desired/sandbox.yaml"),
        BadCommit(
            "other-environment",
            "sed -i 's/environment: .*/environment: paper/' desired/sandbox.yaml"),
        BadCommit("outside-roots", "sed -i 's#/etc/v6/README#/etc/passwd#' desired/sandbox.yaml"),
        BadCommit("dot-dot", "sed -i 's#/etc/v6/README#/etc/v6/../passwd#' desired/sandbox.yaml"),
        BadCommit("no-source", "git rm -q desired/files/README"),
        BadCommit("source-above", "sed -i 's#files/README#../../etc/passwd#' desired/sandbox.yaml"),
        BadCommit("link", "ln -s README desired/files/link"),
        BadCommit(
            "submodule",
            "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),desired/files/sub"),
        BadCommit(
            "bad-unit", "sed -i 's#^ExecStart=.*#ExecStart=not/absolute#' systemd/feed.service"),
        BadCommit("no-unit", "git rm -q systemd/feed.service"),
        BadCommit("no-desired", "git rm -qr desired"),
    ]

    @Test(arguments: bad)
    func unusableCommitIsRefusedWholeAndNothingChanges(_ bad: BadCommit) throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            let state = box.scratch.read(box.state("state.json"))
            try box.shell(bad.script)
            if bad.name == "submodule" {
                try box.shell("git commit -qm bad && git push -q ../v6.git main")
            } else {
                try box.push("bad")
            }
            let turn = try box.turn()
            #expect(turn.ending == .exited(1))
            let text = try box.tidied(turn)
            #expect(differenceFromKept(text, "refused-\(bad.name).txt") == nil)
            let plan = try box.turn(["--plan", "--refresh"])
            #expect(plan.ending == .exited(1) || bad.name == "bad-unit", "\(plan.outputText)")
            #expect(try box.look() == before)
            #expect(box.scratch.read(box.state("state.json")) == state)
            #expect(try box.turn(["quarantine"]).outputText == "Nothing is quarantined.\n")
        }
    }

    @Test func repositoryThatIsGoneIsNamedAndDriftIsHealedAllTheSame() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            try box.shell("mv ../v6.git ../away; echo drift >> \"$HOST/etc/v6/README\"")
            let turn = try box.turn()
            #expect(differenceFromKept(try box.tidied(turn), "repository-gone.txt") == nil)
            #expect(turn.ending == .exited(1))
            #expect(try box.look() == before)
            #expect(try box.turn(["--plan"]).ending == .exited(0), "what was fetched last")
            let refreshed = try box.turn(["--plan", "--refresh"])
            #expect(refreshed.ending == .exited(1), "\(refreshed.outputText)")
            #expect(!refreshed.errorText.contains("ever fetched"), "\(refreshed.errorText)")
            #expect(refreshed.errorText.contains("Without --refresh, the plan is for what was"))
        }
    }

    @Test func repositoryThatWasNeverReachedLeavesNothingToConvergeTo() throws {
        try Sandbox.fresh { box in
            try box.shell("mv ../v6.git ../away")
            let before = try box.look()
            let turn = try box.turn()
            #expect(differenceFromKept(try box.tidied(turn), "never-fetched.txt") == nil)
            #expect(turn.ending == .exited(1))
            #expect(try box.turn(["--plan"]).ending == .exited(1))
            let after = try box.look()
            #expect(after == before || after.contains("var/lib"), "\(after)")
        }
    }

    @Test func branchThatDoesNotExistIsNamed() throws {
        try Sandbox.fresh { box in
            try box.shell("echo 'branch: trunk' >> \"$HOST/etc/v6-reconcile/host.yaml\"")
            let turn = try box.turn()
            #expect(differenceFromKept(try box.tidied(turn), "no-branch.txt") == nil)
            #expect(turn.ending == .exited(1))
        }
    }

    @Test func theSecondRepositoryServesWhileTheFirstIsGone() throws {
        try Sandbox.fresh { box in
            box.scratch.write(
                "host/etc/v6-reconcile/host.yaml",
                "environment: sandbox\nrepository: [/nowhere/v6.git, \(box.repository)]\n")
            let turn = try box.turn()
            #expect(turn.ending == .exited(0), "\(turn.errorText)")
        }
    }

    /// Each name is a file of the reconciler's own state, what is put in it, and what is said.
    @Test(arguments: [
        ("state.json", "{"), ("state.json", "{\"format\":99}"),
        ("quarantine.json", "[{}]"), ("journal.jsonl", "{\"n\":1}\n{broken}\n"),
    ])
    func brokenStateIsNamedAndNeverTakenForNew(_ name: String, _ bytes: String) throws {
        try Sandbox.healthy { box in
            try box.shell("echo drift >> \"$HOST/etc/v6/README\"")
            // So that quarantine and journal are asked.
            box.scratch.write("tree/desired/files/README", "New.\n")
            try box.push("new")
            let kept = box.scratch.read(box.state(name))
            let before = try box.look()
            box.scratch.write(box.state(name), bytes)
            let turn = try box.turn()
            let file = "broken-\(name.prefix { $0 != "." })-\(bytes.utf8.count).txt"
            #expect(differenceFromKept(try box.tidied(turn), file) == nil)
            #expect(turn.ending == .exited(1))
            #expect(try box.look() == before)
            #expect(box.scratch.read(box.state(name)) == bytes)
            if let kept {
                box.scratch.write(box.state(name), kept)
            } else {
                try box.shell("rm \"$HOST/var/lib/v6-reconcile/\(name)\"")
            }
            #expect(try box.turn().ending == .exited(0))
        }
    }

    @Test func changedJournalIsNamedByItsLine() throws {
        try Sandbox.healthy { box in
            let whole = try #require(box.scratch.read(box.state("journal.jsonl")))
            let good = try box.turn(["verify"])
            #expect(differenceFromKept(try box.tidied(good), "verify-whole.txt") == nil)
            box.scratch.write(
                box.state("journal.jsonl"), whole.replacing("\"intended\"", with: "\"Intended\""))
            let bad = try box.turn(["verify"])
            #expect(bad.ending == .exited(1))
            #expect(differenceFromKept(try box.tidied(bad), "verify-changed.txt") == nil)
            let document = try JSONValue.parse(try box.turn(["verify", "--json"]).output)
            #expect(document["valid"] == false)
            #expect(document["fault"]?["line"] == 1)
            let cut = whole.split(separator: "\n").dropLast().map { $0 + "\n" }.joined()
            box.scratch.write(box.state("journal.jsonl"), cut)
            #expect(
                differenceFromKept(
                    try box.tidied(try box.turn(["verify"])), "verify-cut.txt") == nil)
            box.scratch.write(box.state("journal.jsonl"), whole)
        }
    }

    @Test func tornLastLineOfTheJournalIsCutOff() throws {
        try Sandbox.healthy { box in
            let whole = try #require(box.scratch.read(box.state("journal.jsonl")))
            box.scratch.write(box.state("journal.jsonl"), whole + "{\"n\":99,\"at")
            try box.shell("echo drift >> \"$HOST/etc/v6/README\"")
            #expect(try box.turn().ending == .exited(0))
            let mended = try #require(box.scratch.read(box.state("journal.jsonl")))
            #expect(mended.hasPrefix(whole) && !mended.contains("\"n\":99"))
        }
    }
}
