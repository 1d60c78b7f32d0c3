import Facts
import Machine
import SandboxKit
import TestKit
import Testing

/// What a killed turn began is undone without network, and without a turn.
struct RecoverTests {
    /// A change of every kind, which adds a unit too.
    private func pushChange(_ box: Sandbox) throws {
        box.scratch.write("tree/desired/files/README", "Changed.\n")
        box.unit("feed.service", running: "/bin/sleep 200000")
        try box.addUnit("more.service", running: "/bin/sleep 300000")
        try box.push("a change")
    }

    @Test func whereNoTurnWasKilledNothingIsDone() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            let result = try box.turn(["recover"])
            #expect(result.ending == .exited(0))
            #expect(result.outputText == "Nothing to recover: no turn was killed.\n")
            #expect(try box.look() == before)
        }
    }

    @Test(arguments: [8, 14, 20, 26])
    func killedTurnIsGoneBackFromWithoutTheRemote(sync: Int) throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            try pushChange(box)
            let killed = try box.turn(injecting: "fsync:signal=SIGKILL:when=\(sync)")
            try #require(killed.ending == .signalled(9), "\(killed.outputText)\(killed.errorText)")
            _ = try box.shell("mv \"$HOST/../v6.git\" \"$HOST/../away.git\"")
            let result = try box.turn(["recover"])
            #expect(
                result.ending == .exited(0) || result.ending == .exited(4),
                "\(result.outputText)\(result.errorText)")
            let after = try box.look()
            #expect(after == before, "\(after)\n--- before\n\(before)")
            #expect(try box.turn(["recover"]).outputText.hasPrefix("Nothing to recover"))
        }
    }

    @Test func atBootFilesAreThoseOfHealthyAndNothingIsStarted() throws {
        try Sandbox.healthy { box in
            try pushChange(box)
            let killed = try box.turn(injecting: "fsync:signal=SIGKILL:when=26")
            try #require(killed.ending == .signalled(9))
            _ = try box.turn(["--down"])
            let result = try box.turn(["recover", "--boot"])
            #expect(result.ending == .exited(0), "\(result.errorText)")
            #expect(result.outputText.contains("Recovered: a turn with"))
            #expect(try box.unitsNow().values.allSatisfy { !$0.isActive })
            #expect(box.scratch.read("host/etc/systemd/system/more.service") == nil)
            #expect(box.scratch.read("host/etc/v6/README") != "Changed.\n")
            let told = try box.turn(["history"]).outputText
            #expect(told.contains("  recovery  recovered  "), "\(told)")
            let next = try box.turn()
            #expect(next.ending == .exited(0), "tried once more: \(next.errorText)")
            #expect(box.scratch.read("host/etc/v6/README") == "Changed.\n")
        }
    }

    @Test func contentInWhichTheHostWentDownTwiceIsQuarantined() throws {
        try Sandbox.healthy { box in
            try pushChange(box)
            for _ in 1...2 {
                let killed = try box.turn(injecting: "fsync:signal=SIGKILL:when=26")
                try #require(killed.ending == .signalled(9))
                #expect(try box.turn(["recover", "--boot"]).ending == .exited(0))
            }
            let next = try box.turn()
            #expect(next.ending == .exited(4), "\(next.outputText)\(next.errorText)")
            #expect(next.errorText.contains("the host went down 2 times in the middle of it"))
        }
    }
}
