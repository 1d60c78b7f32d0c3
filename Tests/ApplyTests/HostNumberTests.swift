import Apply
import TestKit
import Testing

/// How full the host is, as a judge of a commit.
struct HostNumberTests {
    private let up = ["feed.service": "/bin/stays"]

    /// A host whose disk is as full as this says, by the file that the newest commit wrote.
    private func host(_ fill: [String: UInt64?], before: UInt64 = 50) throws -> TurnHost {
        let host = try TurnHost()
        host.push(files: ["a": "one"], units: up)
        try #require(host.turn().exitCode == 0)
        host.gauges.tellDisk { [scratch = host.scratch] in
            fill[scratch.read("etc/v6/a") ?? ""] ?? before
        }
        return host
    }

    @Test func commitThatFillsTheDiskIsGoneBackFrom() throws {
        let host = try host(["two": 96, "three": 94])
        host.push(files: ["a": "two"], units: up)
        let end = host.turn()
        #expect(end.exitCode == 4, "\(end)")
        #expect("\(end)".contains("disk / is at 96%, over 95% (health.checks.disk.fail)"), "\(end)")
        #expect(host.read("/etc/v6/a") == "one")
        #expect(host.turn().exitCode == 4, "and not tried again")
        host.push(files: ["a": "three"], units: up)
        #expect(host.turn().exitCode == 0, "one that fills less passes")
    }

    @Test func diskThatWasFullBeforeBlamesNoCommit() throws {
        let host = try host([:], before: 99)
        host.push(files: ["a": "two"], units: up)
        let (end, warnings) = host.turnWithHooks()
        #expect(end.exitCode == 0, "\(end)")
        #expect(
            warnings.contains(
                "before this turn: disk / is at 99%, over 95% (health.checks.disk.fail)"),
            "\(warnings)")
        let bare = try TurnHost()
        bare.gauges.tellDisk { 99 }
        bare.push(files: ["a": "one"], units: up)
        #expect(bare.turn().exitCode == 0, "nor the first of a host")
    }

    @Test func diskThatCannotBeSeenIsToldAndRevertsNothing() throws {
        let host = try host(["two": UInt64?.none])
        host.push(files: ["a": "two"], units: up)
        let (end, warnings) = host.turnWithHooks()
        #expect(end.exitCode == 0, "\(end)")
        #expect(warnings.contains { $0.hasPrefix("disk / is not judged: ") }, "\(warnings)")
    }

    @Test func burstThatIsOverInTimeRevertsNothing() throws {
        let host = try host([:])
        let begin = host.clock.sinceBoot()
        host.push(files: ["a": "two"], units: up)
        // Over from the end of the window of 1 s on, for half a second.
        host.gauges.tellDisk { [clock = host.clock] in
            let passed = clock.sinceBoot() - begin
            return passed >= .seconds(1) && passed < .milliseconds(1_500) ? 99 : 50
        }
        #expect(host.turn().exitCode == 0)
    }

    @Test func noCommitMakesItsOwnJudgeMilder() throws {
        let host = try host(["two": 96, "three": 96])
        host.push(files: ["a": "two"], units: up, health: "checks: {disk: {fail: 99%}}")
        let end = host.turn()
        #expect(end.exitCode == 4, "\(end)")
        host.push(files: ["a": "one"], units: up, health: "checks: {disk: {fail: 99%}}")
        #expect(host.turn().exitCode == 0, "milder bounds pass by what holds")
        host.push(files: ["a": "three"], units: up, health: "checks: {disk: {fail: 99%}}")
        #expect(host.turn().exitCode == 0, "and hold from the next commit on")
    }

    @Test func noCommitShortensItsOwnWindow() throws {
        let late = ["feed.service": "/bin/fails-late"]
        let host = try TurnHost()
        host.push(files: [:], units: up, health: "stable_for: 2s")
        try #require(host.turn().exitCode == 0)
        host.push(files: [:], units: late, health: "stable_for: 0s")
        #expect(host.turn().exitCode == 4)
        let mild = try TurnHost()
        mild.push(files: [:], units: up, health: "stable_for: 0s")
        try #require(mild.turn().exitCode == 0)
        mild.push(files: [:], units: late, health: "stable_for: 0s")
        #expect(mild.turn().exitCode == 0, "that window alone would not have seen it")
    }
}
