import Facts
import GatewaySimulator
import TWS
import Testing

@Suite struct ConnectionTests {
    @Test func aClientIsToldItsAccountsItsNextIDAndItsFarms() {
        var day = Day { $0.accounts = ["DU1", "DU2"] }
        let connection = day.connection(3)
        let told = day.told(connection)
        #expect(told.prefix(2) == [.managedAccounts(["DU1", "DU2"]), .nextOrderID(1)])
        #expect(told.codes == [2104, 2106, 2158])
        let greeting = TextCodec.Greeting(serverVersion: 178, time: "20261124 15:30:00 UTC")
        #expect(day.all.first == .greet(1, greeting))
    }

    @Test func aClientOfOtherVersionsIsClosed() {
        var day = Day()
        let outputs =
            day.gateway.handle(.connected(1)) + day.gateway.handle(.greeted(1, 200...213))
        #expect(outputs == [.close(1)])
    }

    @Test func nothingIsAnsweredBeforeTheStart() {
        var day = Day()
        _ = day.gateway.handle(.connected(1))
        #expect(day.gateway.handle(.received(1, .currentTime)) == [])
    }

    @Test func aClientStartsOnce() {
        var day = Day()
        let connection = day.client(1)
        #expect(day.ask(connection, .start(clientID: 2, capabilities: "")).isEmpty)
        #expect(!day.told(day.connection(2)).codes.contains(326))
        #expect(day.gateway.handle(.connected(9)).isEmpty)
        #expect(day.gateway.handle(.received(9, .start(clientID: 5, capabilities: ""))).isEmpty)
    }

    @Test func aTakenIDIsRefusedUntilItIsFree() {
        var day = Day { $0.clientIDHoldMs = 2_000 }
        let first = day.client(5)
        let second = day.connection(5)
        #expect(day.told(second).codes == [326])
        #expect(day.closed == [second])
        day.end(second)
        day.end(first)
        let tooSoon = day.connection(5)
        #expect(day.told(tooSoon).codes == [326])
        day.end(tooSoon)
        day.pass(seconds: 2.25)
        let free = day.connection(5)
        #expect(day.told(free).first == .managedAccounts(["DU1234567"]))
    }

    @Test func theMasterIsToldOfEverybodysOrders() {
        var day = Day { $0.masterClientID = 9 }
        let (one, master, other) = (day.client(1), day.client(9), day.client(2))
        _ = day.place(one, 1, .spy, Order(.buy, 10, .market))
        #expect(!day.told(master).executions.isEmpty)
        #expect(day.told(other).isEmpty)
    }

    @Test func clientZeroBindsOrdersOfHands() throws {
        var day = Day()
        let (zero, one) = (day.client(0), day.client(1))
        try day.obey("manual SPY 10 500")
        #expect(day.ask(one, .openOrders).opens.isEmpty)
        #expect(day.ask(one, .allOpenOrders).opens.map(\.order.id) == [0])
        let bound = day.ask(zero, .openOrders)
        #expect(bound.opens.map(\.order.id) == [-1])
        #expect(day.ask(zero, .cancel(orderID: -1, manualTime: "")).codes == [202])
    }

    @Test func aReadOnlyGatewayRefusesWhatCouldChangeAnOrder() {
        var day = Day { $0.isReadOnly = true }
        let connection = day.client(1)
        #expect(day.place(connection, 1, .spy, Order(.buy, 1, .market)).codes == [321])
        #expect(day.ask(connection, .openOrders).codes == [321])
        #expect(day.ask(connection, .allOpenOrders) == [.openOrderEnd])
        #expect(day.ask(connection, .cancelAll).codes == [321])
    }

    @Test func whoIsTooFastIsToldAndThenDropped() {
        var day = Day { $0.messagesPerSecondMax = 10 }
        let connection = day.client(1)
        for second in 0..<3 {
            let answers = (0..<15).flatMap { _ in day.ask(connection, .currentTime) }
            #expect(answers.codes == [100])
            #expect(answers.count == 11)
            #expect(day.closed.contains(connection) == (second == 2))
            day.pass(seconds: 1)
        }
    }

    @Test func aRestartTakesIDsBack() throws {
        var day = Day()
        let connection = day.client(1)
        for id in 1...5 { _ = day.place(connection, id, .spy, Order(.buy, 1, .market)) }
        try day.obey("restart 3")
        #expect(day.disturbed == [connection: .reset])
        day.end(connection)
        let again = day.connection(1)
        #expect(day.told(again).contains(.nextOrderID(3)))
    }

    @Test func connectionsAreDisturbedAsTold() throws {
        var day = Day()
        let (one, two) = (day.client(1), day.client(2))
        try day.obey("silence 2")
        #expect(day.disturbed == [two: .silence])
        #expect(day.ask(two, .currentTime) == [])
        #expect(day.ask(one, .currentTime) == [.currentTime(epochSeconds: 1_795_534_200)])
        try day.obey("half-frame 1")
        try day.obey("slow 100 1")
        #expect(day.disturbed[one] == .slow(100))
        try day.obey("skew -7")
        #expect(day.ask(one, .currentTime) == [.currentTime(epochSeconds: 1_795_534_193)])
        try day.obey("duplicate 1")
        #expect(day.ask(one, .currentTime).count == 2)
    }

    @Test(arguments: [
        "nonsense", "position SPY x 1", "position XXX 1 1", "position SPY 20261219 600 C 1 1",
        "fills sometimes", "link", "skew a", "reject", "reject 201", "drop 44", "price SPY -1",
        "fill 12",
        "position SPY 20261218 99999 C 1 1", "duplicate -1", "pass -5", "pass 2147483647",
        "cash 92000000000", "position SPY 90000000 1", "price SPY 100000",
    ])
    func aCommandThatIsNoneIsRefused(line: String) {
        var day = Day()
        #expect(throws: ControlError.self) { try day.obey(line) }
    }
}
