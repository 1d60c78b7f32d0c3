import Apply
import Digest
import Facts
import Machine
import Reconcile
import Services
import Synchronization
import TestKit
import Testing

/// Ends of a turn that a real service manager rarely gives.
struct TurnTroubleTests {
    private let stage: Stage
    private let feed = "feed.service"

    init() throws { stage = try Stage() }

    private func becomesHealthy() throws {
        let end = stage.turn()
        guard case .healthy = end else {
            Issue.record("the first turn should be healthy: \(end)")
            return
        }
    }

    private func fail(_ action: String, _ ending: ServicesError.Ending?) {
        stage.services.state.withLock { $0.failures["\(action) \(feed)"] = ending }
    }

    @Test func turnIsHealthyAfterItsWindowAndTheNextIsIdle() throws {
        let before = stage.clock.sinceBoot()
        try becomesHealthy()
        #expect(stage.clock.sinceBoot() - before >= .seconds(10))
        guard case .unchanged = stage.turn() else {
            Issue.record("the second turn should be idle")
            return
        }
        #expect(try stage.state.record().generation == 1)
    }

    @Test func managerThatIsSilentForAWhileInTheWindowOnlyMakesItLonger() throws {
        stage.services.state.withLock { $0.silentLooksAfterStart = 40 }
        let before = stage.clock.sinceBoot()
        try becomesHealthy()
        #expect(stage.clock.sinceBoot() - before >= .seconds(19))
    }

    @Test func managerThatStaysSilentInTheWindowLeavesItToAPersonAndBlamesNoCommit() throws {
        try becomesHealthy()
        stage.want("two")
        try writeUnit("User=another\n")
        stage.services.state.withLock { $0.silentLooksAfterStart = 1_000 }
        // The plan needs one look; all after it are silent.
        stage.services.state.withLock { $0.starts = 0 }
        let end = stage.turn()
        #expect(end.exitCode == 5)
        guard case .stuck(let reason) = end else { return }
        #expect(reason.hasPrefix("the state of the units cannot be read"))
        #expect(try stage.state.quarantine().entries.isEmpty)
        #expect(stage.scratch.read("host/etc/v6/text") == "two", "not knowing is no way back")
        stage.services.state.withLock { $0.silentLooksAfterStart = 0 }
        #expect(stage.turn().exitCode == 0)
        #expect(try stage.state.record().attempted == nil)
    }

    @Test func managerThatDoesNotAnswerThePlanChangesNothing() throws {
        stage.services.state.withLock { $0.silentLooks = 1 }
        #expect(stage.turn().exitCode == 1)
        #expect(stage.scratch.read("host/etc/v6/text") == nil)
    }

    private func writeUnit(_ text: String) throws {
        stage.scratch.write("tree/systemd/feed.service", "[Service]\nExecStart=/bin/true\n\(text)")
    }

    @Test func unitThatFailsAtItsStartTakesTheHostBackAndIsQuarantined() throws {
        try becomesHealthy()
        stage.want("two")
        try writeUnit("User=another\n")
        fail("restart", .failed("it ended"))
        #expect(stage.turn().exitCode == 4)
        #expect(try stage.state.quarantine().entries.count == 1)
        #expect(stage.scratch.read("host/etc/v6/text") == "one")
        fail("restart", nil)
        #expect(stage.turn().exitCode == 4, "it is not tried again")
        #expect(stage.scratch.read("host/etc/v6/text") == "one")
    }

    @Test func wayBackThatFailsTooIsLeftToAPersonAndFinishedByTheNextTurn() throws {
        try becomesHealthy()
        stage.want("two")
        stage.wantMore()
        try writeUnit("User=another\n")
        stage.services.state.withLock {
            $0.failures["start more.service"] = .failed("it ended")
            $0.startsMax = 2
        }
        let end = stage.turn()
        #expect(end.exitCode == 5)
        guard case .stuck(let reason) = end else { return }
        #expect(reason.contains("it ended\n  going back to "))
        #expect(reason.hasSuffix(" failed: cannot restart feed.service: no more"))
        #expect(try stage.state.record().attempted != nil)
        stage.services.state.withLock { $0.startsMax = nil }
        #expect(stage.turn().exitCode == 4)
        #expect(stage.scratch.read("host/etc/v6/text") == "one")
        #expect(try stage.state.record().attempted == nil)
    }

    @Test func managerThatHangsInAStepUndoesTheTurnAndBlamesNoCommit() throws {
        try becomesHealthy()
        stage.want(
            "two", more: "  /etc/v6/more: {source: files/text}\n")
        stage.wantMore()
        stage.services.state.withLock {
            $0.failures["start more.service"] = .hung(.seconds(200))
        }
        let end = stage.turn()
        guard case .failed(let text) = end else {
            Issue.record("\(end)")
            return
        }
        #expect(text.contains("start more.service: no answer within 200.0 seconds"))
        #expect(try stage.state.quarantine().entries.isEmpty)
        #expect(stage.scratch.read("host/etc/v6/text") == "one")
        #expect(stage.scratch.read("host/etc/v6/more") == nil)
        #expect(stage.scratch.read("host/etc/systemd/system/more.service") == nil)
        stage.services.state.withLock { $0.failures = [:] }
        #expect(stage.turn().exitCode == 0, "the same commit is tried again")
    }

    @Test func driftThatCannotBeHealedIsStuckAndQuarantinesNothing() throws {
        try becomesHealthy()
        try stage.services.perform(.stop, on: try #require(UnitName(feed)))
        fail("start", .failed("it ended"))
        let end = stage.turn()
        #expect(end.exitCode == 5)
        guard case .stuck(let reason) = end else { return }
        #expect(reason.contains("which is healthy: nothing to go back to"))
        #expect(try stage.state.quarantine().entries.isEmpty)
        fail("start", nil)
        #expect(stage.turn().exitCode == 0)
    }

    @Test func equalContentUnderAnotherNameIsNotedAndNotJudgedAgain() throws {
        try becomesHealthy()
        let first = try #require(try stage.state.record().healthy)
        stage.scratch.write("tree/desired/files/unused", "nobody wants this")
        let before = stage.clock.sinceBoot()
        guard case .unchanged(let label) = stage.turn() else {
            Issue.record("nothing is to do")
            return
        }
        let record = try stage.state.record()
        #expect(record.healthy?.label == label && label != first.label)
        #expect(record.healthy?.content == first.content && record.applied == record.healthy)
        #expect(record.generation == 1)
        #expect(stage.clock.sinceBoot() == before)
    }

    @Test func healthyContentIsAppliedEvenIfItStandsInQuarantine() throws {
        try becomesHealthy()
        let content = try #require(try stage.state.record().healthy).content
        stage.scratch.write(
            "host/var/lib/v6-reconcile/quarantine.json",
            """
            [{"content": "\(content)", "commit": "x", "reason": "y", "at_us": 1}]
            """)
        #expect(stage.turn().exitCode == 0)
        stage.scratch.write("host/etc/v6/text", "drift")
        #expect(stage.turn().exitCode == 0)
        #expect(stage.scratch.read("host/etc/v6/text") == "one")
    }
}
