import Facts
import GatewaySimulator
import Numbers
import TWS
import TestKit
import Testing

@Suite struct RecordTests {
    /// What a server writes down of a day.
    private func recorded(seed: UInt64) throws -> [String] {
        var settings = SimulatedGateway.Settings(start: Day.start)
        settings.seed = seed
        settings.accounts = ["DU1", "DU2"]
        settings.masterClientID = 4
        var gateway = SimulatedGateway(settings)
        var lines = [SessionRecord.header(settings)]
        func note(_ line: SessionRecord.Line) {
            lines += SessionRecord.text(line).map { [$0] } ?? []
        }
        func take(_ input: SimulatedGateway.Input) {
            note(.input(gateway.now, input))
            for output in gateway.handle(input) { note(.output(output)) }
        }
        take(.connected(1))
        take(.greeted(1, 157...178))
        take(.received(1, .start(clientID: 4, capabilities: "")))
        take(.received(1, .marketData(MarketDataRequest(requestID: 7, .call600))))
        var dice = Dice(seed: seed)
        for id in 1...20 {
            var order = Order(.buy, Quantity(1 + dice.below(50)), .market)
            (order.id, order.account, order.reference) = (id, "DU1", "a \"quoted\" reference")
            take(.received(1, .place(dice.below(2) == 0 ? .spy : .call600, order)))
            for _ in 0..<dice.below(9) {
                take(.timePassed(gateway.now.adding(ms: Int64(dice.below(2_000)))))
            }
        }
        note(.control(gateway.now, "link lost 2"))
        _ = try gateway.obey("link lost 2")
        for output in gateway.taken() { note(.output(output)) }
        take(.timePassed(gateway.now.adding(ms: 3_000)))
        take(.misread(1, messageID: 77))
        take(.connected(2))
        for output in gateway.handle(.timePassed(gateway.now.adding(ms: 2_000))) {
            note(.output(output))
        }
        note(.end(gateway.now))
        return lines
    }

    @Test(arguments: 1...5)
    func aRecordedDayHappensAgain(seed: Int) throws {
        let lines = try recorded(seed: UInt64(seed))
        #expect(lines.count > 60)
        #expect(SessionRecord.replay(lines.joined(separator: "\n") + "\n") == lines)
    }

    @Test func aChangedDayDoesNot() throws {
        var lines = try recorded(seed: 1)
        lines[0].replace("seed=1", with: "seed=2")
        #expect(SessionRecord.replay(lines.joined(separator: "\n")) != lines)
    }

    @Test(arguments: [
        "", "something else", "ib-gateway-simulator-record 1 seed=x start=1",
        "ib-gateway-simulator-record 1 seed=1 start=-1 accounts=A cash=1 hold=0 rate=1",
        "ib-gateway-simulator-record 1 seed=1 start=1 accounts=, cash=1 hold=0 rate=1",
    ])
    func whatIsNoRecordIsNone(text: String) { #expect(SessionRecord.replay(text) == nil) }
}
