import Apply
import Glibc
import Synchronization
import TestKit
import Testing

/// What an operator plugs in to judge.
struct CheckTests {
    private let up = ["feed.service": "/bin/stays"]

    private func healthyHost() throws -> TurnHost {
        let host = try TurnHost()
        host.push(files: ["a": "one"], units: up)
        try #require(host.turn().exitCode == 0)
        return host
    }

    private func check(
        _ host: TurnHost, _ kind: String, _ name: String, _ script: String, mode: mode_t = 0o755
    ) {
        let path = "etc/v6-reconcile/check/\(kind).d/\(name)"
        host.scratch.write(path, "#!/bin/sh\n\(script)\n")
        chmod(host.scratch.path + "/" + path, mode)
    }

    @Test func requiredCheckThatFailsMakesTheCommitUnhealthy() throws {
        let host = try healthyHost()
        check(host, "required", "10-text", "! grep -q two '\(host.scratch.path)/etc/v6/a'")
        host.push(files: ["a": "two"], units: up)
        let end = host.turn()
        #expect(end.exitCode == 4, "\(end)")
        #expect("\(end)".contains("required check 10-text: exit 1"))
        #expect(host.read("/etc/v6/a") == "one")
        host.push(files: ["a": "three"], units: up)
        #expect(host.turn().exitCode == 0, "a good commit passes it")
    }

    @Test func checkThatFailedBeforeBlamesNoCommit() throws {
        let host = try healthyHost()
        check(host, "required", "broken", "echo gone; exit 3")
        host.push(files: ["a": "two"], units: up)
        let (end, warnings) = host.turnWithHooks()
        #expect(end.exitCode == 0)
        #expect(host.read("/etc/v6/a") == "two")
        #expect(
            warnings.contains { $0.hasPrefix("required check broken fails before this turn: ") },
            "\(warnings)")
    }

    @Test func checkThatAKilledCommitBrokeFailsTheCommitWhenItIsTriedAgain() throws {
        let host = try healthyHost()
        check(host, "required", "10-text", "! grep -q two '\(host.scratch.path)/etc/v6/a'")
        host.push(files: ["a": "two"], units: ["feed.service": "/bin/stays --more"])
        try host.turnKilled(at: .window)
        #expect(host.read("/etc/v6/a") == "two")
        #expect(host.turn().exitCode == 4)
        #expect(host.read("/etc/v6/a") == "one")
    }

    @Test func firstCommitOfAHostHasToPassEveryCheck() throws {
        let host = try TurnHost()
        check(host, "required", "never", "exit 1")
        host.push(files: ["a": "one"], units: up)
        #expect(host.turn().exitCode == 5)
    }

    @Test func wantedCheckThatFailsIsToldAndNoMore() throws {
        let host = try healthyHost()
        check(host, "wanted", "nice", "exit 1")
        host.push(files: ["a": "two"], units: up)
        let (end, warnings) = host.turnWithHooks()
        #expect(end.exitCode == 0)
        #expect(warnings.contains { $0.hasPrefix("wanted check nice: exit 1") }, "\(warnings)")
    }

    @Test func checksThatTakeTooLongTogetherAreNotAllAskedAndFail() throws {
        let host = try healthyHost()
        for name in ["1", "2", "3", "4", "5"] { check(host, "required", name, "exit 0") }
        host.push(files: ["a": "two"], units: up)
        #expect(host.turn().exitCode == 0)
        host.push(files: ["a": "three"], units: up)
        host.commands.takes.withLock { $0 = .seconds(29) }
        #expect(host.turn().exitCode == 0, "just in time")
        host.commands.takes.withLock { $0 = .seconds(30) }
        host.push(files: ["a": "four"], units: up)
        let (_, warnings) = host.turnWithHooks()
        #expect(
            warnings.contains { $0.contains("5 fails before this turn: it was not asked") },
            "\(warnings)")
    }

    @Test func checkInAFolderThatOthersMayWriteIsNotBelieved() throws {
        let host = try healthyHost()
        check(host, "required", "good", "exit 0")
        chmod(host.scratch.path + "/etc/v6-reconcile/check/required.d", 0o777)
        host.push(files: ["a": "two"], units: up)
        let (_, warnings) = host.turnWithHooks()
        #expect(
            warnings.contains {
                $0.hasSuffix(
                    "required.d fails before this turn: it can be written by others "
                        + "than its owner")
            }, "\(warnings)")
    }

    @Test func checkThatOthersMayWriteIsNotBelievedThoughItPasses() throws {
        let host = try TurnHost()
        check(host, "required", "loose", "exit 0", mode: 0o777)
        host.push(files: ["a": "one"], units: up)
        let end = host.turn()
        #expect(end.exitCode == 5, "\(end)")
        #expect("\(end)".contains("can be written by others"), "\(end)")
        check(host, "required", "loose", "exit 0", mode: 0o755)
        host.push(files: ["a": "two"], units: up)
        #expect(host.turn().exitCode == 0, "root's alone, it is")
    }

    @Test func driftIsHealedWithoutAskingThem() throws {
        let host = try healthyHost()
        check(host, "required", "never", "exit 1")
        try host.write("etc/v6/a", Array("by hand".utf8))
        #expect(host.turn().exitCode == 0)
        #expect(host.read("/etc/v6/a") == "one")
    }
}
