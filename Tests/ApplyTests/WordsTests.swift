import Apply
import Facts
import JSON
import Machine
import Reconcile
import Synchronization
import TestKit
import Testing

/// What a person says of turns and units, and what turns make of it.
@Suite struct WordsTests {
    private let feed = "v6-feed.service"
    private let other = "v6-other.service"

    private func unit(_ name: String) throws -> UnitName { try #require(UnitName(name)) }

    /// Healthy on one file and two units.
    private func healthyHost() throws -> TurnHost {
        let host = try TurnHost()
        push(host, "first")
        try #require(host.turn().exitCode == 0)
        return host
    }

    private func push(_ host: TurnHost, _ text: String, feed command: String = "/bin/stays") {
        host.push(files: ["README": text], units: [feed: command, other: "/bin/stays"])
    }

    private func kind(_ end: TurnEnd) -> String { String("\(end)".prefix { $0 != "(" }) }

    @Test func suspendedTurnAppliesNothingUntilItEndsByItself() throws {
        let host = try healthyHost()
        try host.state.suspend(host.word("a new disk", for: .seconds(7_200)))
        push(host, "second")
        let lines = host.journal.count
        let end = host.turn()
        #expect(end.exitCode == 3)
        guard case .barred(_, "suspension", let reason) = end else { throw Other(end) }
        #expect(reason.contains("by ada since ") && reason.hasSuffix(": a new disk"))
        #expect(host.read("/etc/v6/README") == "first")
        #expect(host.journal.count == lines)
        host.scratch.write("etc/v6/README", "by hand")
        #expect(host.turn().exitCode == 3, "a drift is not healed either")
        #expect(host.read("/etc/v6/README") == "by hand")
        host.clock.wait(.seconds(7_200))
        #expect(kind(host.turn()) == "healthy")
        #expect(host.read("/etc/v6/README") == "second")
    }

    @Test func suspensionThatCannotBeUnderstoodForbidsEverything() throws {
        let host = try healthyHost()
        host.scratch.write("var/lib/v6-reconcile/suspension.json", "{}")
        push(host, "second")
        #expect(host.turn().exitCode == 1)
        #expect(host.read("/etc/v6/README") == "first")
    }

    @Test func unitOnHoldIsNeitherChangedNorStartedUntilTheHoldEnds() throws {
        let host = try healthyHost()
        let name = try unit(feed)
        try host.state.hold(name, host.word("a look", for: .seconds(3_600)))
        try host.units.perform(.stop, on: name)
        push(host, "second", feed: "/bin/mended")
        let end = host.turn()
        #expect(kind(end) == "deferred")
        #expect(host.read("/etc/v6/README") == "second", "the rest is done")
        #expect(host.read("/etc/systemd/system/\(feed)")?.contains("/bin/stays") == true)
        #expect(!host.units[name].isUp)
        host.clock.wait(.seconds(3_600))
        #expect(host.turn().exitCode == 0)
        #expect(host.read("/etc/systemd/system/\(feed)")?.contains("/bin/mended") == true)
        #expect(host.units[name].isUp)
    }

    @Test func partThatWaitedAnswersForItselfWhenItIsApplied() throws {
        let host = try healthyHost()
        let name = try unit(feed)
        try host.state.hold(name, host.word("a look", for: .seconds(3_600)))
        push(host, "second", feed: "/bin/fails")
        #expect(kind(host.turn()) == "deferred")
        #expect(host.read("/etc/v6/README") == "second")
        #expect(kind(host.turn()) == "deferred")
        host.clock.wait(.seconds(3_600))
        let end = host.turn()
        #expect(kind(end) == "wentBack", "\(end)")
        #expect(host.read("/etc/v6/README") == "first", "all of the commit is undone")
        #expect(host.read("/etc/systemd/system/\(feed)")?.contains("/bin/stays") == true)
        #expect(host.units[name].isUp)
        #expect(try host.state.quarantine().entries.count == 1)
        #expect(host.turn().exitCode == 4, "it is not tried again")
        push(host, "third", feed: "/bin/mended")
        #expect(kind(host.turn()) == "healthy")
        #expect(try host.state.record().provedBefore == nil)
    }

    @Test func unitOnHoldThatComesAndGoesInTheWindowIsNobodysFault() throws {
        let host = try healthyHost()
        let name = try unit(feed)
        try host.state.hold(name, host.word("a look"))
        host.push(
            files: ["README": "second"],
            units: [feed: "/bin/stays", other: "/bin/mended"])
        host.units.onAction.withLock { action in
            action = { [units = host.units] _, unit in
                // While the other is restarted, the person stops what they have in hand.
                guard unit.text == "v6-other.service" else { return }
                units.onAction.withLock { $0 = nil }
                do { try units.perform(.stop, on: name) } catch { Issue.record("\(error)") }
            }
        }
        #expect(kind(host.turn()) == "healthy")
        #expect(!host.units[name].isUp)
    }

    @Test func goingBackLeavesAUnitOnHoldAloneAndNamesIt() throws {
        let host = try healthyHost()
        let name = try unit(feed)
        try host.state.hold(name, host.word("a look"))
        try host.units.perform(.stop, on: name)
        host.push(
            files: ["README": "second"],
            units: [feed: "/bin/stays", other: "/bin/stays", "v6-bad.service": "/bin/fails"])
        let end = host.turn()
        #expect(kind(end) == "wentBack")
        #expect("\(end)".contains("left alone, on hold: service/v6-feed.service"))
        #expect(host.read("/etc/v6/README") == "first")
        #expect(!host.units[name].isUp)
    }

    @Test func rollbackGoesToWhatWasHealthyAndStaysUntilTheBranchMovesOn() throws {
        let host = try healthyHost()
        push(host, "second")
        #expect(host.turn().exitCode == 0)
        let end = host.turn(.rollBack(to: nil, host.word("it is slow")))
        #expect(kind(end) == "healthy")
        #expect(host.read("/etc/v6/README") == "first")
        host.scratch.write("etc/v6/README", "by hand")
        let next = host.turn()
        guard case .barred(_, "rollback", let reason) = next else { throw Other(next) }
        #expect(reason.contains("by ada since ") && reason.contains("it is slow"))
        #expect(host.read("/etc/v6/README") == "first", "drift is healed")
        #expect(host.turn().exitCode == 3)
        push(host, "third")
        #expect(kind(host.turn()) == "healthy")
        #expect(host.read("/etc/v6/README") == "third")
        #expect(try host.state.record().pinned == nil)
        let turns = try Journal.history(in: host.state, limit: 10)
        #expect(turns.map(\.cause) == ["intended", "drift", "rollback", "intended", "intended"])
        #expect(turns.map(\.verdict) == Array(repeating: "healthy", count: 5))
        #expect(turns[2].by == "ada" && turns[2].why == "it is slow")
    }

    @Test func rollbackThatIsNotHealthyGoesBackAndCallsAPerson() throws {
        let host = try healthyHost()
        push(host, "second", feed: "/bin/mended")
        #expect(host.turn().exitCode == 0)
        // What was up once is not any more.
        host.units.failsNow.withLock { $0 = ["/bin/stays"] }
        let end = host.turn(.rollBack(to: "1", host.word()))
        #expect(end.exitCode == 5)
        #expect("\(end)".contains("again, which is healthy"))
        #expect(host.read("/etc/v6/README") == "second")
        let record = try host.state.record()
        #expect(record.pinned == nil && record.attempted == nil)
        #expect(host.turn().exitCode == 0, "the newest commit is followed as before")
        let refused = host.turn(.rollBack(to: "1", host.word()))
        guard case .barred(_, "quarantine", _) = refused else { throw Other(refused) }
    }

    @Test func rollbackToWhatWasNeverHealthyHereIsRefusedAndNamesWhatThereIs() throws {
        let host = try healthyHost()
        #expect(kind(host.turn(.rollBack(to: nil, host.word()))) == "failed")
        let end = host.turn(.rollBack(to: "0123456", host.word()))
        #expect(kind(end) == "failed")
        #expect("\(end)".contains("There are: ") && "\(end)".contains("(generation 1)"))
    }

    @Test func rollbackThatWasKilledIsFinishedByTheNextTurn() throws {
        let host = try healthyHost()
        push(host, "second")
        #expect(host.turn().exitCode == 0)
        let generation = try #require(try host.state.generations().first)
        // As a rollback leaves it that was killed before its first step.
        var record = try host.state.record()
        let tip = try #require(record.healthy)
        record.pinned = Record.Pin(
            generation.pointer, tip: tip.checkout, tipLabel: tip.label, word: host.word())
        try host.state.write(record)
        #expect(try host.state.record() == record)
        #expect(host.turn().exitCode == 3)
        #expect(host.read("/etc/v6/README") == "first")
    }

    @Test func restartByHandIsATurnOfItsOwn() throws {
        let host = try healthyHost()
        let name = try unit(feed)
        let runs = host.units[name].runs
        let end = host.turn(.restart(name, host.word("it leaks")))
        #expect(kind(end) == "restarted")
        #expect(host.units[name].runs == runs + 1)
        #expect(kind(host.turn()) == "unchanged", "what it loaded is known")
        #expect(host.units[name].runs == runs + 1)
        let turn = try #require(try Journal.history(in: host.state, limit: 1).first)
        #expect(turn.cause == "restart" && turn.unit == feed && turn.why == "it leaks")
        #expect(turn.verdict == "healthy")
    }

    @Test func restartThatDoesNotStayUpCallsAPerson() throws {
        let host = try healthyHost()
        let name = try unit(feed)
        host.units.failsNow.withLock { $0 = ["/bin/stays"] }
        let end = host.turn(.restart(name, host.word()))
        #expect(end.exitCode == 5)
        #expect("\(end)".contains("This was restart under"))
        #expect(try host.state.quarantine().entries.isEmpty)
    }

    @Test func restartOfAUnitOnHoldIsRefused() throws {
        let host = try healthyHost()
        let name = try unit(feed)
        try host.state.hold(name, host.word("a look"))
        let end = host.turn(.restart(name, host.word()))
        guard case .barred(feed, "hold", _) = end else { throw Other(end) }
        #expect(end.exitCode == 3)
    }

    private struct Other: Error {
        let end: String

        init(_ end: TurnEnd) { self.end = "\(end)" }
    }
}
