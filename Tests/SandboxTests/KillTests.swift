import Facts
import Machine
import SandboxKit
import TestKit
import Testing

/// A turn that is killed, or that meets a disk that refuses: the next one finishes.
struct KillTests {
    /// A change of every kind, different each time.
    private func pushChange(_ box: Sandbox, _ number: Int) throws {
        box.scratch.write("tree/desired/files/README", "Change \(number).\n")
        box.unit("feed.service", running: "/bin/sleep \(200_000 + number)")
        if box.scratch.read("tree/systemd/more.service") == nil {
            try box.addUnit("more.service", running: "/bin/sleep 300000")
            try box.wanted("files", "/srv/a/b/more: {source: files/README, mode: \"0600\"}")
        }
        try box.push("change \(number)")
    }

    private func isConverged(_ box: Sandbox, _ number: Int) throws {
        #expect(box.scratch.read("host/etc/v6/README") == "Change \(number).\n")
        #expect(box.scratch.read("host/srv/a/b/more") == "Change \(number).\n")
        #expect(try box.unitsNow().values.count { $0.isActive } == 2)
        let feed = try #require(try box.status("feed.service"))
        let words = textOfFile("/proc/\(feed.mainProcess)/cmdline")
        #expect(words == "/bin/sleep\0\(200_000 + number)\0")
        #expect(try box.shell("find \"$HOST\" -name '.*.v6-new'") == "")
        let last = try box.turn()
        #expect(last.outputText == "No changes. Host matches \(try box.tip()).\n")
    }

    /// Each number is a sync to the disk of the turn itself: it is killed at that one.
    @Test(arguments: [[1, 6, 15, 24, 33], [3, 9, 18, 27, 36], [4, 12, 21, 30, 39]])
    func turnKilledAnywhereIsFinishedByTheNext(syncs: [Int]) throws {
        try Sandbox.healthy { box in
            for sync in syncs {
                try pushChange(box, sync)
                let killed = try box.turn(injecting: "fsync:signal=SIGKILL:when=\(sync)")
                // Short turns end before the last of the numbers.
                if killed.ending == .exited(0) { continue }
                #expect(killed.ending == .signalled(9), "\(killed.errorText)")
                let next = try box.turn()
                #expect(
                    next.ending == .exited(0), "at \(sync): \(next.outputText)\(next.errorText)")
                try isConverged(box, sync)
            }
        }
    }

    /// Mending writes no record; what it was killed at is known by the journal's last line.
    @Test func turnKilledWhileItMendsDriftIsFinishedByTheNext() throws {
        try Sandbox.healthy { box in
            var kills = 0
            for number in 1...20 {
                box.scratch.write("host/etc/v6/README", "By hand \(number).\n")
                let killed = try box.turn(injecting: "fsync:signal=SIGKILL:when=\(number)")
                if killed.ending == .exited(0) { break }
                #expect(killed.ending == .signalled(9), "\(killed.errorText)")
                kills += 1
                let next = try box.turn()
                #expect(next.ending == .exited(0), "\(next.outputText)\(next.errorText)")
                #expect(try box.shell("find \"$HOST\" -name '.*.v6-new'") == "")
                #expect(try box.turn(["verify"]).ending == .exited(0))
                #expect(try box.turn().outputText == "No changes. Host matches \(box.tip()).\n")
            }
            #expect(kills >= 3, "the step's line, the bytes and the folder are waited for")
        }
    }

    @Test func halfOfADocumentThatAKilledTurnLeftGoesWithTheNext() throws {
        try Sandbox.healthy { box in
            try pushChange(box, 1)
            let killed = try box.turn(injecting: "fsync:signal=SIGKILL:when=6")
            #expect(killed.ending == .signalled(9))
            let left = box.state("generations/.9.json.v6-new")
            let said = box.state(".suspension.json.v6-new")
            for name in [left, said] { box.scratch.write(name, "{") }
            #expect(try box.turn().ending == .exited(0))
            #expect(box.scratch.read(left) == nil)
            #expect(box.scratch.read(said) == "{", "a person may be saying it now")
        }
    }

    @Test(arguments: [2, 5, 8, 11])
    func turnKilledWhileGoingBackStillGoesBack(syncsBeforeTheEnd: Int) throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            try box.addUnit("bad.service", running: "/bin/false")
            try box.push("bad")
            let log = box.scratch.path + "/syncs"
            let measured = try box.command([
                "/usr/bin/strace", "-o", log, "-e", "trace=fsync", box.program, "--root", box.root,
            ])
            #expect(measured.ending == .exited(4))
            let syncs = (box.scratch.read("syncs") ?? "").split(separator: "\n")
                .count { $0.hasPrefix("fsync(") }
            box.scratch.write("tree/desired/files/README", "As bad.\n")
            try box.push("as bad")
            let when = syncs - syncsBeforeTheEnd
            let killed = try box.turn(injecting: "fsync:signal=SIGKILL:when=\(when)")
            #expect(killed.ending == .signalled(9), "\(killed.outputText)\(killed.errorText)")
            let next = try box.turn()
            #expect(next.ending == .exited(4), "\(next.outputText)\(next.errorText)")
            let after = try box.look()
            #expect(after == before, "\(after)\n--- before\n\(before)")
        }
    }

    /// What a turn says of the host is so, whichever write or sync is refused; then one plain turn
    /// converges.
    @Test(arguments: [
        ("write", "ENOSPC", [1, 7, 19, 31]), ("write", "ENOSPC", [3, 11, 23, 35]),
        ("fsync", "EIO", [2, 10, 20, 30]), ("fsync", "EIO", [5, 14, 25, 35]),
        ("fsync", "EIO", [26, 28, 32, 34]), ("write", "ENOSPC", [15, 27, 29, 33]),
    ])
    func refusedWriteLeavesNoHostThatIsNeither(
        call: String, error: String, numbers: [Int]
    ) throws {
        try Sandbox.healthy { box in
            try pushChange(box, 0)
            #expect(try box.turn().ending == .exited(0))
            for number in numbers {
                let before = try box.look()
                try pushChange(box, number)
                let turn = try box.turn(injecting: "\(call):error=\(error):when=\(number)")
                let said = "\(call) \(number): \(turn.ending) \(turn.outputText)\(turn.errorText)"
                switch turn.ending {
                case .exited(0): try isConverged(box, number)
                case .exited(1): #expect(try box.look() == before, "\(said)")
                case .exited(5): #expect(turn.errorText.contains("A person is needed"))
                default: Issue.record("\(said)")
                }
                let next = try box.turn()
                #expect(next.ending == .exited(0), "\(said)\nthen \(next.errorText)")
                try isConverged(box, number)
                #expect(try box.turn(["quarantine"]).outputText == "Nothing is quarantined.\n")
            }
        }
    }

    @Test func secondTurnAtTheSameTimeDoesNothing() throws {
        try Sandbox.healthy { box in
            let turn = try box.command([
                "/usr/bin/flock", "\(box.root)/var/lib/v6-reconcile/lock", box.program, "--root",
                box.root,
            ])
            #expect(turn.ending == .exited(6))
            #expect(turn.errorText == "Another turn is running: nothing done.\n")
            let clear = try box.command([
                "/usr/bin/flock", "\(box.root)/var/lib/v6-reconcile/lock", box.program, "--root",
                box.root, "quarantine", "clear", "all",
            ])
            #expect(clear.ending == .exited(6))
            #expect(try box.turn().ending == .exited(0), "the lock falls with its holder")
        }
    }
}
