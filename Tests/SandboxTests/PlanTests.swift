import Glibc
import Machine
import SandboxKit
import TestKit
import Testing

/// A plan changes nothing: no file, no lock, no process.
struct PlanTests {
    @Test func planLeavesTheHostByteForByteAndStartsNothing() throws {
        try Sandbox.fresh { box in
            let untouched = try box.footprint()
            for words in [["--plan"], ["--plan", "--refresh"], ["--plan", "--json"]] {
                let plan = try box.turn(words)
                #expect(plan.ending == .exited(2), "\(plan.errorText)")
                #expect(try box.footprint() == untouched, "\(words)")
                #expect(box.supervisor == nil)
            }
            #expect(try box.turn().ending == .exited(0))
            box.scratch.write("tree/desired/files/README", "New words.\n")
            try box.push("new words")
            let before = try box.footprint()
            let stale = try box.turn(["--plan"])
            #expect(stale.ending == .exited(0), "what was fetched last is planned for")
            let plan = try box.turn(["--plan", "--refresh"])
            #expect(plan.ending == .exited(2))
            #expect(plan.outputText.contains("~ file/etc/v6/README  intended  content\n"))
            for words in [["status"], ["validate"], ["quarantine"], ["--plan", "--json"]] {
                _ = try box.turn(words)
            }
            #expect(try box.footprint() == before)
        }
    }

    @Test func planNeedsNoLock() throws {
        try Sandbox.healthy { box in
            let plan = try box.command([
                "/usr/bin/flock", "\(box.root)/var/lib/v6-reconcile/lock", box.program, "--root",
                box.root, "--plan",
            ])
            #expect(plan.ending == .exited(0), "\(plan.errorText)")
        }
    }
}

/// What was on the host before a commit took it over.
struct TakenOverTests {
    /// A file, a folder and a link of somebody else's, each with a mode of its own.
    private func prepare(_ box: Sandbox) throws {
        try box.shell(
            """
            mkdir -p "$HOST/srv/others" "$HOST/etc/v6"
            chmod 0710 "$HOST/srv/others"
            echo theirs > "$HOST/srv/others/kept"
            echo 'a file of theirs' > "$HOST/srv/file"
            chmod 0604 "$HOST/srv/file"
            ln -s /srv/elsewhere "$HOST/srv/link"
            """)
    }

    private func takeOver(_ box: Sandbox) throws {
        try box.wanted("directories", "/srv/others: {mode: \"0755\"}")
        try box.wanted("files", "/srv/file: {source: files/README, mode: \"0640\"}")
        try box.wanted("files", "/srv/link: {source: files/README}")
        try box.wanted("files", "/srv/new/deep/file: {source: files/README}")
    }

    @Test func isPutBackWhenTheCommitFails() throws {
        try Sandbox.healthy { box in
            try prepare(box)
            let before = try box.look()
            try takeOver(box)
            try box.addUnit("bad.service", running: "/bin/false")
            try box.push("takes over, and is bad")
            let turn = try box.turn()
            #expect(turn.ending == .exited(4), "\(turn.outputText)\(turn.errorText)")
            #expect(try box.look() == before)
        }
    }

    @Test func isPutBackWhenTheCommitIsReverted() throws {
        try Sandbox.healthy { box in
            try prepare(box)
            let before = try box.look()
            try takeOver(box)
            try box.push("takes over")
            let turn = try box.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            #expect(box.scratch.read("host/srv/file") == Sandbox.readme)
            #expect(box.scratch.read("host/srv/others/kept") == "theirs\n")
            #expect(try box.look() != before)
            #expect(try box.turn().ending == .exited(0))
            try box.pushRevert()
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.look() == before)
            #expect(try box.shell("ls -A \"$HOST/var/lib/v6-reconcile/originals\"") == "")
        }
    }

    @Test func whatOthersPutIntoAFolderOfOursStaysWhenTheFolderGoes() throws {
        try Sandbox.healthy { box in
            try box.wanted("directories", "/srv/ours: {mode: \"0755\"}")
            try box.push("a folder")
            #expect(try box.turn().ending == .exited(0))
            box.scratch.write("host/srv/ours/theirs", "kept\n")
            try box.pushRevert()
            #expect(try box.turn().ending == .exited(0))
            #expect(box.scratch.read("host/srv/ours/theirs") == "kept\n")
            let idle = try box.turn()
            #expect(idle.outputText == "No changes. Host matches \(try box.tip()).\n")
        }
    }
}
