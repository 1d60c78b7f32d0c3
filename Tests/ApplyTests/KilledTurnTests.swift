import Apply
import Facts
import Machine
import Reconcile
import TestKit
import Testing

/// What a turn does that comes after one that was killed.
struct KilledTurnTests {
    private let reader = "reader.service"

    private func tradingHost() throws -> TurnHost {
        let host = try TurnHost()
        host.pushTrading(positions: 20)
        try #require(host.turn().exitCode == 0)
        return host
    }

    // MARK: The envelope

    @Test func limitOfAKilledCommitStaysTightWhenTheNewestCannotBeUsed() throws {
        let host = try tradingHost()
        host.pushTrading(positions: 10, text: "two")
        try host.turnKilled(at: .window)
        #expect(try host.configured().positions == 10)
        host.checkout.write("desired/sandbox.yaml", "nonsense\n")
        let end = host.turn()
        #expect(end.exitCode == 1, "\(end)")
        #expect(host.read("/etc/v6/a") == "one", "the host is on what is healthy")
        #expect(try host.configured().positions == 10)
        host.pushTrading(positions: 15, text: "three")
        #expect(host.turn().exitCode == 0)
        #expect(try host.configured().positions == 15, "a commit says again what holds")
    }

    @Test func limitOfAKilledCommitStaysTightWhenAPersonRollsBack() throws {
        let host = try tradingHost()
        host.pushTrading(positions: 30, text: "newer")
        #expect(host.turn().exitCode == 0)
        host.pushTrading(positions: 10, text: "two")
        try host.turnKilled(at: .window)
        let end = host.turn(.rollBack(to: "1", host.word("too much")))
        #expect(end.exitCode == 0, "\(end)")
        #expect(host.read("/etc/v6/a") == "one")
        #expect(try host.configured().positions == 10)
    }

    @Test func afterAKillOnTheWayBackFromAnotherAccountNothingIsTraded() throws {
        let host = try tradingHost()
        host.pushTrading(positions: 20, account: "DU7654321", command: "/bin/fails")
        // Quarantine is written by then.
        try host.turnKilled(at: .before(.start, reader))
        #expect(try host.state.record().attempted != nil)
        #expect(try host.state.quarantine().entries.count == 1)
        let end = host.turn()
        #expect(end.exitCode == 5, "\(end)")
        #expect("\(end)".contains("another account"), "\(end)")
        #expect(try host.configured().state == "halted")
    }

    @Test func recoveryAfterACommitForAnotherAccountEndsWith5() throws {
        for startsNothing in [true, false] {
            let host = try tradingHost()
            host.pushTrading(positions: 20, account: "DU7654321", text: "two")
            try host.turnKilled(at: .window)
            let end = host.recover(startsNothing: startsNothing)
            #expect(end.exitCode == 5, "\(end)")
            #expect("\(end)".contains("another account"), "\(end)")
            #expect(try host.configured().state == "halted")
        }
    }

    @Test func limitsOfTwoCurrenciesHaltTradingAsTwoAccountsDo() throws {
        let host = try tradingHost()
        host.pushTrading(positions: 20, loss: "1 EUR", command: "/bin/fails")
        let end = host.turn()
        #expect(end.exitCode == 5, "\(end)")
        #expect("\(end)".contains("limits that cannot be compared"), "\(end)")
        #expect(try host.configured().state == "halted")
    }

    // MARK: The judge

    @Test func whatAKilledCommitFilledExcusesItNot() throws {
        let host = try TurnHost()
        let feed = ["feed.service": "/bin/stays"]
        host.push(files: ["a": "one"], units: feed)
        try #require(host.turn().exitCode == 0)
        host.gauges.tellDisk { [scratch = host.scratch] in
            scratch.read("etc/v6/a") == "two" ? 99 : 50
        }
        host.push(files: ["a": "two"], units: ["feed.service": "/bin/stays --more"])
        try host.turnKilled(at: .window)
        #expect(host.read("/etc/v6/a") == "two")
        #expect(host.turn().exitCode == 4)
        #expect(host.read("/etc/v6/a") == "one")
    }

    @Test func diskThatWasFullBeforeTheKillBlamesNoCommitAfterIt() throws {
        let host = try TurnHost()
        host.push(files: ["a": "one"], units: ["feed.service": "/bin/stays"])
        try #require(host.turn().exitCode == 0)
        host.gauges.tellDisk { 99 }
        host.push(files: ["a": "two"], units: ["feed.service": "/bin/stays --more"])
        try host.turnKilled(at: .window)
        #expect(host.turn().exitCode == 0)
        #expect(host.read("/etc/v6/a") == "two")
    }

    @Test func commitThatWasHealthyIsNotBarredByALooserOneThatFailed() throws {
        let host = try tradingHost()
        host.gauges.tellDisk { [scratch = host.scratch] in
            scratch.read("etc/v6/reader/config.json")?.contains("25") == true ? 99 : 50
        }
        host.pushTrading(positions: 25)
        #expect(host.turn().exitCode == 4)
        host.pushTrading(positions: 20, text: "three")
        #expect(host.turn().exitCode == 0)
        let end = host.turn(.rollBack(to: "1", host.word()))
        #expect(end.exitCode == 0, "\(end)")
        #expect(host.read("/etc/v6/a") == "one")
    }

    // MARK: What a person asked for

    @Test func killedRollbackGoesOnAsARollback() throws {
        let host = try TurnHost()
        let feed = ["feed.service": "/bin/stays"]
        host.push(files: ["a": "one"], units: feed)
        try #require(host.turn().exitCode == 0)
        // More than may be deleted because of a commit.
        let many = Dictionary(uniqueKeysWithValues: (1...12).map { ("many-\($0)", "x") })
        let more = ["feed.service": "/bin/stays --more"]
        host.push(files: many.merging(["a": "two"]) { $1 }, units: more)
        try #require(host.turn().exitCode == 0)
        try host.turnKilled(
            at: .before(.restart, "feed.service"), .rollBack(to: nil, host.word("back")))
        #expect(try host.state.record().attempted != nil)
        let end = host.turn()
        #expect(end.exitCode == 3, "the newest waits: \(end)")
        #expect("\(end)".contains("rollback"), "\(end)")
        #expect(host.read("/etc/v6/a") == "one")
        #expect(host.read("/etc/v6/many-1") == nil)
        #expect(try host.state.generations().last?.isRollback == true)
    }

    // MARK: What is said

    @Test func nothingFailedIsSaidOfAHostBetweenTwoCommits() throws {
        let host = try tradingHost()
        host.pushTrading(positions: 10, text: "two")
        try host.turnKilled(at: .window)
        try host.write("etc/v6/a", Array("by hand".utf8))
        // A journal that cannot be read: the turn ends before its first step.
        let journal = "var/lib/v6-reconcile/journal.jsonl"
        let bytes = Array((host.read("/" + journal) ?? "").utf8)
        try host.remove(journal)
        try host.scratchFolder(journal)
        #expect(host.turn().exitCode == 5)
        try host.removeScratchFolder(journal)
        try host.write(journal, bytes)
        #expect(host.turn().exitCode == 0)
    }

    @Test func hostThatGoesDownIsCountedThoughRecoveryFails() throws {
        let host = try tradingHost()
        let healthy = try #require(try host.state.record().healthy)
        let manifest = "var/lib/v6-reconcile/checkouts/\(healthy.checkout)/manifest"
        let bytes = Array(try #require(host.read("/" + manifest)).utf8)
        host.pushTrading(positions: 10, text: "two")
        for count in 1...2 {
            try host.turnKilled(at: .window)
            try host.write(manifest, Array("damaged\n".utf8))
            #expect(host.recover(startsNothing: true).exitCode == 5)
            #expect(try host.state.record().interrupted?.count == count)
            #expect(try host.state.quarantine().entries.count == count - 1)
            try host.write(manifest, bytes)
        }
        #expect(host.turn().exitCode == 4, "it is not tried a third time")
        #expect(host.read("/etc/v6/a") == "one")
    }
}
