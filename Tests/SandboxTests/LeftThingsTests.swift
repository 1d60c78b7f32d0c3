import Machine
import SandboxKit
import TestKit
import Testing

/// Things of others in folders that a commit makes: they are told, and never lost.
struct LeftThingsTests {
    @Test func folderThatIsNotEmptyStaysIsToldAndGoesWhenItIsEmptied() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            try box.wanted("directories", "/srv/data: {mode: \"0755\"}")
            try box.wanted("directories", "/srv/data/deep: {mode: \"0755\"}")
            try box.wanted("files", "/srv/data/deep/ours: {source: files/README, mode: \"0644\"}")
            try box.push("a folder")
            #expect(try box.turn().ending == .exited(0))
            box.scratch.write("host/srv/data/deep/theirs", "")
            try box.pushRevert()
            let plan = try box.turn(["--plan", "--refresh"])
            #expect(differenceFromKept(try box.tidied(plan), "folder-stays.txt") == nil)
            #expect(try box.turn().ending == .exited(0))
            let again = try box.turn()
            #expect(again.ending == .exited(0))
            #expect(again.outputText.hasPrefix("No changes."))
            #expect(
                again.errorText == """
                    warning: directory/srv/data/deep: nobody wants it, and it stays, for it holds \
                    theirs

                    """)
            try box.shell("rm \"$HOST/srv/data/deep/theirs\"")
            let emptied = try box.turn()
            #expect(emptied.outputText.contains("- directory/srv/data\n"), "\(emptied.outputText)")
            #expect(try box.look() == before)
        }
    }

    @Test func folderOfConfigurationThatHoldsMoreStaysAndIsTold() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            let unit = "unit: systemd/more.service, state: running, reads: [dry_run]"
            box.unit("more.service", running: "/bin/sleep 100000")
            try box.wanted("services", "more.service: {\(unit)}")
            try box.shell("echo 'dry_run: true' >> desired/sandbox.yaml")
            try box.push("a unit that reads")
            #expect(try box.turn().ending == .exited(0))
            box.scratch.write("host/etc/v6/more/theirs", "")
            try box.pushRevert()
            let turn = try box.turn()
            #expect(turn.ending == .exited(0), "\(turn.errorText)")
            let note = "directory/etc/v6/more  nobody wants it, and it stays, for it holds theirs"
            #expect(turn.outputText.contains(note), "\(turn.outputText)")
            #expect(box.scratch.read("host/etc/v6/more/theirs") != nil)
            try box.shell("rm \"$HOST/etc/v6/more/theirs\"")
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.look() == before)
        }
    }

    @Test func whatAWholeTreeDoesNotKnowIsToldInAFewNamesAndLeft() throws {
        try Sandbox.healthy { box in
            for name in ["a", "b/c", "b/d"] {
                box.scratch.write("tree/desired/files/t/\(name)", name)
            }
            try box.wanted("directories", "/srv/t: {source: files/t, recursive: true}")
            try box.wanted("files", "/srv/t/listed/one: {source: files/README, mode: \"0644\"}")
            try box.push("a tree")
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.turn().errorText == "", "what is listed by itself is known")
            let names = ["x1", "x2", "b/x3", "b/x4", "x5", "x6/below", "listed/x7"]
            for name in names { box.scratch.write("host/srv/t/\(name)", "") }
            try box.shell("rm \"$HOST/srv/t/a\"")
            let plan = try box.turn(["--plan"])
            #expect(differenceFromKept(try box.tidied(plan), "tree-strangers.txt") == nil)
            #expect(try box.turn().ending == .exited(0))
            let again = try box.turn()
            #expect(again.ending == .exited(0))
            #expect(
                again.errorText == """
                    warning: directory/srv/t: the tree does not know b/x3, b/x4, x1, x2, x5, \
                    1 more; they are left

                    """)
            for name in names { #expect(box.scratch.read("host/srv/t/\(name)") != nil) }
        }
    }

    @Test func whatATreeDoesNotKnowIsCountedByFolderAndNotByFile() throws {
        var calls: [Int] = []
        for count in [10, 200] {
            try Sandbox.healthy { box in
                for number in 0..<count { box.scratch.write("tree/desired/files/t/\(number)", "") }
                try box.wanted("directories", "/srv/t: {source: files/t, recursive: true}")
                try box.push("a tree")
                #expect(try box.turn().ending == .exited(0))
                calls.append(try box.calls(of: "getdents64"))
            }
        }
        #expect(calls.count == 2 && calls[0] == calls[1] && calls[0] > 0, "\(calls)")
    }
}
