import JSON
import Machine
import SandboxKit
import TestKit
import Testing

/// Histories of a branch, made by real git, ssh-keygen and gpg: which may act here.
struct FollowTests {
    struct History: Sendable, CustomTestStringConvertible {
        let name: String
        /// What git is made to do from the healthy commit on.
        let script: String
        /// What the refusal says, or for a good one nothing.
        let words: String
        var testDescription: String { name }

        init(_ name: String, _ script: String, _ words: String = "") {
            self.name = name
            self.script = script
            self.words = words
        }
    }

    static let bad = [
        History("unsigned tip", "save; git commit -qm x", "it is not signed"),
        History(
            "unsigned in the middle",
            "save; git commit -qm x; save; sign alice commit -q -S -m y",
            ", which it contains, is not signed"),
        History(
            "merge of an unsigned branch",
            """
            git checkout -qb side; echo side > desired/files/side; git add -A; git commit -qm side
            git checkout -q -; save; sign alice commit -q -S -m main
            sign alice merge -q --no-ff -S -m merge side
            """, ", which it contains, is not signed"),
        History(
            "expired key", "save; sign old commit -q -S -m x", "by a key that was not valid when"),
        History(
            "expired key and a date of before",
            """
            save
            export GIT_COMMITTER_DATE=2019-06-01T00:00:00Z GIT_AUTHOR_DATE=2019-06-01T00:00:00Z
            sign old commit -q -S -m x
            """, "by a key that was not valid when"),
        History("revoked key", "save; sign lost commit -q -S -m x", "by a revoked key (lost@"),
        History(
            "unknown key", "save; sign mallory commit -q -S -m x", "by an unknown key (SHA256:"),
        History(
            "key of gpg that is not allowed",
            "save; git -c user.signingkey=eve commit -q -S -m x", "by an unknown key ("),
        History("older signed commit", "git reset -q --hard HEAD~1", "does not contain"),
        History(
            "another history, all of it signed",
            "git checkout -q --orphan new; save; sign alice commit -q -S -m x",
            ", the floor"),
        History(
            "signed tag that was moved to an unsigned commit",
            """
            sign alice tag -s -m v1 v1; save; git commit -qm x
            sign alice tag -f -s -m v1 v1 >/dev/null
            git push -qf ../v6.git v1
            """, "it is not signed"),
        History(
            "commit that allows its own key",
            """
            allowed="mallory@example.net $(cat ../keys/mallory.pub)"
            for file in allowed_signers etc/v6-reconcile/allowed_signers .git/allowed_signers \\
                desired/files/allowed_signers; do
                mkdir -p "$(dirname $file)"; echo "$allowed" > $file
            done
            git config gpg.ssh.allowedSignersFile allowed_signers
            git add -A; sign mallory commit -q -S -m x
            """, "by an unknown key"),
        History(
            "changed after it was signed",
            """
            save; sign alice commit -q -S -m x
            new=$(git cat-file commit HEAD | sed 's/^x$/y/' | git hash-object -w -t commit --stdin)
            git reset -q --hard $new
            """, "has a bad signature"),
    ]

    /// One host is offered all of them, one after the other: none leaves a trace on it.
    @Test func historyThatMayNotActIsRefusedAndTheHostIsUnharmed() throws {
        try Sandbox.signed { box in
            let before = try box.look()
            let healthy = try box.shell("git rev-parse HEAD").prefix(40)
            for history in Self.bad {
                try box.history("git checkout -q main; git reset -q --hard \(healthy)")
                try box.history("\(history.script)\npublish")
                try box.shell("echo drift >> \"$HOST/etc/v6/README\"")
                let turn = try box.turn()
                #expect(turn.ending == .exited(7), "\(history.name): \(turn)")
                #expect(
                    turn.errorText.contains(history.words), "\(history.name): \(turn.errorText)")
                #expect(turn.errorText.contains("\n  Author: Operator <operator@example.net>\n"))
                #expect(turn.errorText.contains("The host stays on \(healthy.prefix(7))"))
                #expect(try box.look() == before, "drift is healed all the same: \(history.name)")
                for words in [["--plan"], ["--plan", "--refresh"], ["validate"]] {
                    let result = try box.turn(words)
                    #expect(result.ending == .exited(7), "\(history.name) \(words): \(result)")
                    #expect(result.errorText.contains(history.words))
                }
            }
        }
    }

    static let good = [
        History("plain", "save; sign alice commit -q -S -m x"),
        History(
            "two signers", "save; sign alice commit -q -S -m x; save; sign bob commit -q -S -m y"),
        History(
            "merge of a signed branch",
            """
            git checkout -qb side; echo side > desired/files/side; git add -A
            sign bob commit -q -S -m side
            git checkout -q -; save; sign alice commit -q -S -m main
            sign alice merge -q --no-ff -S -m merge side
            """),
        History("revert", "sign bob revert -S --no-edit HEAD~1 >/dev/null"),
        History("key of gpg", "save; git -c user.signingkey=carol commit -q -S -m x"),
        History(
            "date of long ago, by a key that is valid now",
            """
            save
            export GIT_COMMITTER_DATE=2001-01-01T00:00:00Z GIT_AUTHOR_DATE=2001-01-01T00:00:00Z
            sign alice commit -q -S -m x
            """),
        History(
            "key that was rotated",
            """
            save; sign alice commit -q -S -m x
            printf 'mallory@example.net %s\\n' "$(cat ../keys/mallory.pub)" \\
                >> "$HOST/etc/v6-reconcile/allowed_signers"
            save; sign mallory commit -q -S -m y
            """),
        History("commit that was healthy here before", "git reset -q --hard \"$first\""),
        History("a way on from there", "save; sign bob commit -q -S -m x"),
        History("many at once", "for i in 1 2 3 4 5 6; do save; sign bob commit -q -S -m $i; done"),
        History(
            "a message that looks like a signature",
            "save; sign bob commit -q -S -m \"$(printf 'x\\n\\n gpgsig y\\n\\ngpgsig z')\""),
        History(
            "a signed tag beside it",
            """
            save; sign bob commit -q -S -m x; sign bob tag -s -m v2 v2
            git push -qf ../v6.git v2
            """),
        History("one on top of an empty one", "sign bob commit --allow-empty -q -S -m x"),
    ]

    @Test func historyThatMayActIsApplied() throws {
        try Sandbox.signed { box in
            let first = try box.shell("git rev-parse HEAD").prefix(40)
            for history in Self.good {
                try box.history("first=\(first)\n\(history.script)\npublish")
                let turn = try box.turn()
                #expect(turn.ending == .exited(0), "\(history.name): \(turn)")
                let tip = try box.tip()
                let status = try JSONValue.parse(try box.turn(["status", "--json"]).output)
                #expect(status["healthy"]?["commit"]?.asString == tip, "\(history.name)")
                #expect(try box.turn(["--plan"]).ending == .exited(0), "\(history.name)")
                #expect(try box.turn(["validate"]).ending == .exited(0), "\(history.name)")
            }
        }
    }

    @Test func whoSignedIsKeptForHistory() throws {
        try Sandbox.signed { box in
            func signer() throws -> String? {
                try JSONValue.parse(try box.turn(["status", "--json"]).output)["healthy"]?[
                    "signed_by"]?.asString
            }
            #expect(try signer() == "bob@example.net")
            try box.history("save; git -c user.signingkey=carol commit -q -S -m x; publish")
            #expect(try box.turn().ending == .exited(0))
            #expect(try signer()?.hasPrefix("carol <carol@example.net> (") == true)
        }
    }

    @Test func wipedStateIsJudgedFromTheFloorOn() throws {
        try Sandbox.signed { box in
            func wipe() throws {
                #expect(try box.turn(["--down"]).ending == .exited(0))
                try box.shell("rm -r \"$HOST/var/lib/v6-reconcile\"")
            }
            try wipe()
            try box.history("git checkout -qb good")
            let root = try box.shell("git rev-list --max-parents=0 HEAD").prefix(40)
            // Older than the floor, and signed.
            try box.require("floor: \(try box.shell("git rev-parse HEAD~1").prefix(40))")
            try box.history(
                "git reset -q --hard \(root); save; sign bob commit -q -S -m x; publish")
            let below = try box.turn()
            #expect(below.ending == .exited(7), "\(below)")
            #expect(below.errorText.contains("the floor"))
            try box.history("git reset -q --hard main; save; git commit -qm x; publish")
            let unsigned = try box.turn()
            #expect(unsigned.ending == .exited(7), "\(unsigned)")
            #expect(unsigned.errorText.contains("it is not signed"))
            try box.history("git reset -q --hard main; save; sign bob commit -q -S -m x; publish")
            let good = try box.turn()
            #expect(good.ending == .exited(0), "\(good)")
            // Without a floor the whole history counts, down to the unsigned commit.
            try wipe()
            try box.require()
            let bottom = try box.turn()
            #expect(bottom.ending == .exited(7), "\(bottom)")
            #expect(bottom.errorText.contains("`signatures.floor`"))
            // A short one names no commit beyond doubt, so that commit has to be signed as well.
            try box.require("floor: \"\(root.prefix(7))\"")
            #expect(try box.turn().ending == .exited(7))
            try box.require("floor: \"\(try box.shell("git rev-parse HEAD~1").prefix(12))\"")
            let short = try box.turn()
            #expect(short.ending == .exited(0), "\(short)")
        }
    }

    @Test func floorHoldsAlsoAgainstACommitThatWasHealthyHere() throws {
        try Sandbox.signed { box in
            let first = try box.shell("git rev-parse HEAD").prefix(40)
            try box.history("save; sign bob commit -q -S -m x; publish")
            #expect(try box.turn().ending == .exited(0))
            try box.require("floor: \(try box.shell("git rev-parse HEAD").prefix(40))")
            #expect(try box.turn().ending == .exited(0), "the floor itself")
            try box.history("git reset -q --hard \(first); publish")
            let turn = try box.turn()
            #expect(turn.ending == .exited(7))
            #expect(turn.errorText.contains("the floor"))
        }
    }

    @Test func rewoundHistoryIsLetThroughByAPersonOnceWithAReason() throws {
        try Sandbox.healthy { box in
            try box.push("a change", "Two.\n")
            try box.push("another", "Three.\n")
            #expect(try box.turn().ending == .exited(0))
            let healthy = try box.tip()
            try box.shell("git reset -q --hard HEAD~1; git push -qf ../v6.git main")
            let refused = try box.turn()
            #expect(refused.ending == .exited(7), "without signatures as well")
            let text = try box.tidied(refused).replacing(healthy, with: "HEALTHY")
            #expect(differenceFromKept(text, "rewound.txt") == nil)
            let through = try box.turn(["--override-gate", "ancestry", "--reason", "a bad merge"])
            #expect(through.ending == .exited(0), "\(through)")
            #expect(box.scratch.read("host/etc/v6/README") == "Two.\n")
            let entries = try box.journal().filter { $0["event"]?.asString == "override" }
            #expect(entries.map { $0["reason"]?.asString } == ["a bad merge"])
            let tip = try box.tip()
            #expect(entries.map { $0["commit"]?.asString } == [tip])
            #expect(try box.turn().ending == .exited(0), "it is the healthy one now")
        }
    }

    @Test func whatAPersonLetThroughIsJournalledAlsoWhenItCannotBeUsedOrTheTurnIsKilled() throws {
        try Sandbox.healthy { box in
            try box.push("a change", "Two.\n")
            #expect(try box.turn().ending == .exited(0))
            let override = ["--override-gate", "ancestry", "--reason", "a bad merge"]
            func told() throws -> Int {
                try box.journal().count { $0["event"]?.asString == "override" }
            }
            try box.shell("git reset -q --hard HEAD~1; echo nonsense >desired/sandbox.yaml")
            try box.shell("git commit -qam bad; git push -qf ../v6.git main")
            #expect(try box.turn(override).ending == .exited(1))
            #expect(try told() == 1)
            try box.shell("git reset -q --hard HEAD~1; echo Three >desired/files/README")
            try box.shell("git commit -qam good; git push -qf ../v6.git main")
            // Killed when it is known that the commit may act, and before the journal says why.
            let killed = try box.command(
                [
                    "/usr/bin/strace", "-o", "/dev/null", "-e", "trace=write", "-P",
                    "\(box.root)/var/lib/v6-reconcile/journal.jsonl", "-e",
                    "inject=write:signal=SIGKILL", box.program, "--root", box.root,
                ] + override)
            #expect(killed.ending == .signalled(9), "\(killed)")
            #expect(try told() == 1)
            let next = try box.turn()
            #expect(next.ending == .exited(0), "\(next)")
            #expect(try told() == 2, "once for each commit")
        }
    }

    @Test(arguments: [
        ["--override-gate", "deletions", "--reason", "x"], ["--override-gate", "ancestry"],
        ["--reason", "x"], ["--override-gate", "ancestry", "--reason", " "],
        ["--plan", "--override-gate", "ancestry", "--reason", "x"],
    ])
    func overrideIsAskedForWhole(_ words: [String]) throws {
        try Sandbox.fresh { box in
            let result = try box.turn(words)
            #expect(result.ending == .exited(64))
        }
    }

    @Test func folderServesForPlanAndValidateAloneWhereSignaturesAreRequired() throws {
        try Sandbox.signed { box in
            box.scratch.write("tree/desired/files/README", "By hand.\n")
            let turn = try box.turn(["--desired", box.tree])
            #expect(turn.ending == .exited(7))
            #expect(turn.errorText.contains("a folder has no signature"))
            #expect(box.scratch.read("host/etc/v6/README") == "Two.\n")
            #expect(try box.turn(["--plan", "--desired", box.tree]).ending == .exited(2))
            #expect(try box.turn(["validate", "--desired", box.tree]).ending == .exited(0))
        }
    }

    @Test func keysThatCannotBeTrustedRefuseEveryCommitAndDriftIsHealed() throws {
        try Sandbox.signed { box in
            let before = try box.look()
            let allowed = "\"$HOST/etc/v6-reconcile/allowed_signers\""
            for (name, harm, mend) in [
                ("writable", "chmod o+w \(allowed)", "chmod o-w \(allowed)"),
                ("missing", "mv \(allowed) ../away", "mv ../away \(allowed)"),
                (
                    "link", "mv \(allowed) ../away; ln -s \"$PWD/../away\" \(allowed)",
                    "mv ../away \(allowed)"
                ),
            ] {
                try box.shell("\(harm); echo drift >> \"$HOST/etc/v6/README\"")
                let turn = try box.turn()
                #expect(turn.ending == .exited(7), "\(name): \(turn)")
                #expect(
                    differenceFromKept(try box.tidied(turn), "signers-\(name).txt") == nil)
                try box.shell(mend)
                #expect(try box.look() == before, "\(name)")
                #expect(try box.turn().ending == .exited(0), "\(name)")
            }
        }
    }

    /// What is judged once is not judged again while neither the branch nor the keys move.
    @Test func nothingIsVerifiedWhenTheTipIsWhatWasAcceptedLast() throws {
        try Sandbox.signed { box in
            let log = box.scratch.path + "/programs"
            func programs() throws -> [String] {
                let result = try box.command([
                    "/usr/bin/strace", "-f", "-o", log, "-e", "trace=execve", box.program,
                    "--root", box.root,
                ])
                #expect(result.ending == .exited(0), "\(result)")
                return (box.scratch.read("programs") ?? "").split(separator: "\n")
                    .filter { $0.contains("execve(") && $0.hasSuffix("= 0") }
                    .compactMap { line in
                        line.firstMatch(of: /execve\("([^"]*)"/).map { String($0.output.1) }
                    }
            }
            let idle = try programs().filter { $0.hasPrefix("/usr/bin/") }
            #expect(idle == ["/usr/bin/git"], "one question, and the remote's programs behind it")
            try box.history("save; sign alice commit -q -S -m x; publish")
            #expect(try programs().contains("/usr/bin/ssh-keygen"))
            #expect(try !programs().contains("/usr/bin/ssh-keygen"))
        }
    }
}

extension Sandbox {
    /// Commits another README, unsigned, and pushes it.
    fileprivate func push(_ message: String, _ readme: String) throws {
        scratch.write("tree/desired/files/README", readme)
        try push(message)
    }
}
