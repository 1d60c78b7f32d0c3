import Broker
import Brokerage
import Numbers
import SimulatorKit
import TWS
import TestKit
import Testing

/// Our client against the simulated gateway, over a socket, while things go wrong.
@Suite(.serialized, .timeLimit(.minutes(3))) struct FaultTests {
    @Test func snapshotIsWhatWasSeeded() async throws {
        let trading = try Trading(
            RunningSimulator(does: [
                "position SPY 200 598.25", "position SPY 20261218 600 C -2 404.2",
            ]))
        defer { trading.end() }
        let snapshot = try await trading.snapshot()
        #expect(snapshot.accounts == ["DU1234567"])
        #expect(snapshot.positions.map(\.quantity) == [Quantity(200), Quantity(-2)])
        #expect(snapshot.positions.map(\.averageCost.description) == ["598.25", "404.2"])
        #expect(snapshot.openOrders.isEmpty && snapshot.executions.isEmpty)
        let cash = snapshot.values.first { $0.key == "TotalCashValue" }
        #expect(cash?.value == "1000000.00")
        #expect(abs(snapshot.serverTime - 1_795_532_400) < 5)
    }

    @Test func orderIsPlacedFilledAndPaidFor() async throws {
        let trading = try await Trading.ready(RunningSimulator(does: ["fills whole"]))
        defer { trading.end() }
        #expect(await trading.place("entry", .buy, 3, at: 5_000).isAnything)
        let filled = await trading.updates.first {
            $0 == .intent(reference: "entry", .resolved(.filled))
        }
        #expect(filled != nil)
        try trading.simulator.tell("pass 1")
        let snapshot = try await trading.snapshot()
        #expect(snapshot.executions.map(\.quantity) == [Quantity(3)])
        #expect(snapshot.positions.map(\.quantity) == [Quantity(3)])
    }

    /// Twenty times the link goes, each time with an order on its way or working.
    @Test func oneOrderForOneIntentOverTwentyDroppedLinks() async throws {
        let trading = try await Trading.ready(RunningSimulator(does: ["fills never"])) { settings in
            settings.machine.doubtAgain = .milliseconds(50)
        }
        defer { trading.end() }
        for number in 1...20 {
            let ways = ["drop", "finish", "half-frame", "garbage"]
            async let answer = trading.place("intent-\(number)", at: 100 + number)
            if number % 2 == 0 { _ = await answer }
            try trading.simulator.tell(ways[number % 4])
            if ways[number % 4] == "half-frame" { try trading.simulator.tell("farm back") }
            _ = await answer
            _ = try await trading.snapshot()
        }
        let snapshot = try await trading.snapshot()
        let working = snapshot.openOrders.map(\.reference)
        #expect(Set(working).count == working.count)
        // Refused while the link was away is an answer too; twice is none.
        let status = try trading.simulator.tell("status")
        for number in 1...20 {
            let placed = status.split(separator: "\n").count {
                $0.hasSuffix("ref 'intent-\(number)'")
            }
            #expect(placed <= 1, "intent-\(number)")
            #expect(working.contains("intent-\(number)") == (placed == 1))
        }
        #expect(working.count >= 10)
    }

    @Test func whatIsFilledWhileTheLinkIsDownIsNotMissed() async throws {
        let trading = try await Trading.ready(RunningSimulator(does: ["fills never"]))
        defer { trading.end() }
        for round in 1...5 {
            #expect(await trading.place("round-\(round)", at: 100).isAcknowledged)
            try trading.simulator.tell("drop")
            try trading.simulator.tell("fill all")
            let snapshot = try await trading.snapshot()
            #expect(snapshot.executions.count == round)
            #expect(snapshot.positions.map(\.quantity) == [Quantity(round)])
            #expect(Set(snapshot.executions.map(\.orderReference)).contains("round-\(round)"))
        }
    }

    @Test(arguments: ["link back", "link back empty"])
    func fillOfTheOutageIsFoundWhenIBIsBack(how: String) async throws {
        let trading = try await Trading.ready(RunningSimulator(does: ["fills never"]))
        defer { trading.end() }
        #expect(await trading.place("before", at: 100).isAcknowledged)
        try trading.simulator.tell("link lost")
        _ = await trading.updates.first { $0 == .link(.lostIB) }
        guard case .refused = await trading.place("meanwhile", at: 100) else {
            Issue.record("an entry went while IB was away")
            return
        }
        try trading.simulator.tell("fill all")
        try trading.simulator.tell(how)
        let filled = await trading.updates.first {
            $0 == .intent(reference: "before", .resolved(.filled))
        }
        #expect(filled != nil)
        let snapshot = try await trading.snapshot()
        #expect(snapshot.executions.map(\.orderReference) == ["before"])
    }

    @Test func orderThatIsNeverAnsweredIsResolvedByItsReference() async throws {
        let trading = try await Trading.ready(RunningSimulator()) { settings in
            settings.machine.acknowledgeMax = .milliseconds(300)
            settings.machine.doubtAgain = .milliseconds(50)
        }
        defer { trading.end() }
        try trading.simulator.tell("swallow 1")
        let answer = await trading.place("swallowed", at: 100)
        if case .acknowledged = answer { Issue.record("nobody acknowledged it") }
        // On the same connection it may still be on its way; on the next one it is not.
        guard case .refused = await trading.place("meanwhile", at: 100) else {
            Issue.record("an entry went while another is in doubt")
            return
        }
        try trading.simulator.tell("drop")
        let resolved = await trading.updates.first {
            $0 == .intent(reference: "swallowed", .resolved(.absent))
        }
        #expect(resolved != nil)
        _ = try await trading.snapshot()
        #expect(await trading.place("next", at: 100).isAcknowledged)
    }

    @Test func orderThatWorksUnseenIsNeverSentAgain() async throws {
        let trading = try await Trading.ready(RunningSimulator(does: ["fills never"])) { settings in
            settings.machine.acknowledgeMax = .milliseconds(300)
        }
        defer { trading.end() }
        try trading.simulator.tell("invisible 1")
        _ = await trading.place("unseen", at: 100)
        try trading.simulator.tell("drop")
        _ = try await trading.snapshot()
        let status = try trading.simulator.tell("status")
        #expect(status.matches(of: #/ref 'unseen'/#).count == 1)
    }

    @Test func takenClientIDIsTriedAgainUntilItIsFree() async throws {
        let simulator = try RunningSimulator()
        let first = try Trading(simulator)
        _ = try await first.snapshot()
        let second = try Trading(simulator)
        defer { second.end() }
        guard case .unreadable(let reason) = await second.client.snapshot(within: .seconds(1))
        else {
            Issue.record("two with one id")
            return
        }
        #expect(reason.contains("client id"), "\(reason)")
        first.client.close()
        _ = try await second.snapshot(within: .seconds(40))
    }

    @Test func wrongAccountEndsIt() async throws {
        let trading = try Trading(RunningSimulator(), account: "DU7654321")
        defer { trading.end() }
        guard case .unreadable(let reason) = await trading.client.snapshot(within: .seconds(2))
        else {
            Issue.record("it reads an account that is not its own")
            return
        }
        #expect(reason.contains("DU1234567"), "\(reason)")
    }

    @Test(arguments: ["black-hole on", "silence"])
    func gatewayThatSaysNothingIsUnreadableAndComesBack(how: String) async throws {
        let trading = try await Trading.ready(RunningSimulator()) { settings in
            settings.machine.session.greetingMax = .milliseconds(300)
            settings.machine.session.syncMax = .milliseconds(500)
            settings.machine.session.heartbeatEvery = .milliseconds(200)
            settings.machine.session.heartbeatMax = .milliseconds(300)
        }
        defer { trading.end() }
        try trading.simulator.tell(how)
        if how.hasPrefix("black") { try trading.simulator.tell("drop") }
        guard case .unreadable = await trading.client.snapshot(within: .milliseconds(500)) else {
            Issue.record("what was not read is told")
            return
        }
        if how.hasPrefix("black") { try trading.simulator.tell("black-hole off") }
        _ = try await trading.snapshot(within: .seconds(40))
    }

    @Test func idsThatRollBackAreNeverGivenTwice() async throws {
        let trading = try await Trading.ready(RunningSimulator(does: ["fills never"]))
        defer { trading.end() }
        for number in 1...4 {
            #expect(await trading.place("early-\(number)", at: 100).isAcknowledged)
        }
        try trading.simulator.tell("restart 3")
        _ = try await trading.snapshot()
        #expect(await trading.place("late", at: 100).isAcknowledged)
        let snapshot = try await trading.snapshot()
        let ids = snapshot.openOrders.map(\.orderID)
        #expect(ids.count == 5 && Set(ids).count == 5)
        #expect(ids.max() == snapshot.openOrders.first { $0.reference == "late" }?.orderID)
    }

    @Test func globalCancelIsProvedAndSaysWhatRemains() async throws {
        let trading = try await Trading.ready(RunningSimulator(does: ["fills never"]))
        defer { trading.end() }
        for number in 1...3 {
            #expect(await trading.place("n-\(number)", at: 100).isAcknowledged)
        }
        try trading.simulator.tell("manual SPY 10 500")
        #expect(await trading.client.cancelAll() == .proved)
        #expect(try await trading.snapshot().openOrders.isEmpty)
        #expect(await trading.place("last", at: 100).isAcknowledged)
        try trading.simulator.tell("link lost")
        _ = await trading.updates.first { $0 == .link(.lostIB) }
        let report = await trading.client.cancelAll(within: .seconds(2))
        guard case .notProved(let remaining, _) = report else {
            Issue.record("proved while IB is away")
            return
        }
        #expect(remaining.map(\.reference) == ["last"])
    }

    @Test func clientThatStartsAgainKnowsItsOrders() async throws {
        let simulator = try RunningSimulator(does: ["fills never"])
        let first = try await Trading.ready(simulator)
        #expect(await first.place("kept", at: 100).isAcknowledged)
        first.client.close()
        let second = try Trading(simulator, folder: first.folder)
        defer { second.end() }
        _ = try await second.snapshot()
        guard case .refused = await second.place("kept", at: 100) else {
            Issue.record("one intent was taken twice")
            return
        }
        let status = try simulator.tell("status")
        #expect(status.matches(of: #/ref 'kept'/#).count == 1)
        #expect([.done, .cancelSent].contains(await second.client.cancel(.reference("kept"))))
        #expect(try await second.snapshot().openOrders.isEmpty)
    }
}

extension Answer {
    /// An answer that does not say that nothing was done.
    fileprivate var isAnything: Bool {
        switch self {
        case .acknowledged, .ended: true
        default: false
        }
    }
}
