import Facts
import Glibc
import Machine
import SandboxKit
import TestKit
import Testing

/// The supervisor as a process of its own, and the demonstration.
struct SupervisorProcessTests {
    private func isAlive(_ process: pid_t) -> Bool {
        guard let text = textOfFile("/proc/\(process)/stat") else { return false }
        return text.split(separator: ")").last?.hasPrefix(" Z") == false
    }

    /// Asks again until it is so; a test that waits in vain is ended by the count.
    private func comesTrue(_ condition: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<200_000 where try condition() { return true }
        return false
    }

    @Test func itOutlivesTheCommandThatStartedItAndEndsBySIGTERMWithItsChildren() throws {
        try Sandbox.healthy { box in
            let supervisor = try #require(box.supervisor)
            let feed = try #require(try box.status("feed.service")).mainProcess
            #expect(isAlive(supervisor) && isAlive(feed))
            kill(supervisor, SIGTERM)
            #expect(comesTrue { !isAlive(supervisor) })
            #expect(!isAlive(feed))
            #expect(box.processes().isEmpty)
            let plan = try box.turn(["--plan"])
            #expect(plan.ending == .exited(2), "the feed is down, and no look starts it")
            #expect(box.supervisor == nil)
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.status("feed.service")?.isActive == true)
        }
    }

    @Test func whatAKilledSupervisorLeftIsEndedAndStartedAnew() throws {
        try Sandbox.healthy { box in
            let before = try box.look()
            let supervisor = try #require(box.supervisor)
            let feed = try #require(try box.status("feed.service")).mainProcess
            kill(supervisor, SIGKILL)
            #expect(comesTrue { !isAlive(supervisor) })
            let turn = try box.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            #expect(try box.look() == before)
            let now = try #require(try box.status("feed.service"))
            #expect(now.isActive && now.mainProcess != feed)
            #expect(comesTrue { !isAlive(feed) }, "never two of one service")
        }
    }

    @Test func downTwiceIsFineAndATurnBringsEverythingBack() throws {
        try Sandbox.healthy { box in
            for _ in 0..<2 {
                let down = try box.reconcile(["--down"])
                #expect(down.ending == .exited(0), "\(down.errorText)")
                #expect(box.processes().isEmpty)
            }
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.status("feed.service")?.isActive == true)
        }
    }

    @Test func demonstrationShowsItsRoadAndLeavesNothing() throws {
        try Sandbox.fresh { box in
            let demo = try box.command([box.program, "demo"])
            #expect(demo.ending == .exited(0), "\(demo.outputText)\(demo.errorText)")
            #expect(demo.errorText == "")
            let text = demo.outputText
            let folder = try #require(text.firstMatch(of: /\/tmp\/v6-demo-\w{6}/)).output
            #expect(text.hasSuffix("Everything above was in \(folder), which is removed.\n"))
            #expect(access(String(folder), F_OK) != 0)
            let alive = try box.command(
                ["/bin/sh", "-c", "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null"])
            #expect(!String(decoding: alive.output, as: UTF8.self).contains("\(folder)/"))
        }
    }
}
