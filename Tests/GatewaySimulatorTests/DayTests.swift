import Facts
import GatewaySimulator
import Market
import Numbers
import TWS
import TestKit
import Testing

@Suite struct DayTests {
    @Test func aDayIsTheSameHoweverItIsCut() {
        func lived(_ cuts: Int, seed: UInt64) -> [SimulatedGateway.Output] {
            var day = Day(seed: seed)
            let connection = day.client(1)
            var request = MarketDataRequest(requestID: 1, .call600)
            request.genericTicks = "100"
            _ = day.ask(connection, .marketData(request))
            _ = day.place(connection, 1, .call600, Order(.buy, 200, .market))
            for _ in 0..<cuts { day.pass(seconds: 60 / Double(cuts)) }
            return day.all
        }
        let whole = lived(1, seed: 3)
        #expect(whole.count > 100)
        #expect(lived(240, seed: 3) == whole)
        #expect(lived(1, seed: 4) != whole)
    }

    @Test func anAfternoonIsThatOfTheSameDayWhenItsMorningIsLeftOut() throws {
        var whole = Day(start: Moment(try #require(WallTime("2026-11-24T14:30:00Z"))))
        whole.pass(seconds: 3 * 3_600)
        var half = Day(start: Moment(try #require(WallTime("2026-11-24T17:30:00Z"))))
        let (one, two) = (whole.client(1), half.client(1))
        let request = MarketDataRequest(requestID: 1, .spy)
        let quotes = whole.ask(one, .marketData(request))
        #expect(half.ask(two, .marketData(request)) == quotes)
        #expect(quotes.last(.bid)?.price != nil)
    }

    @Test func eachDateHasAMarketOfItsOwn() throws {
        func bid(_ date: String) throws -> Price? {
            var day = Day(start: Moment(try #require(WallTime(date + "T17:30:00Z"))))
            let connection = day.client(1)
            let quotes = day.ask(connection, .marketData(MarketDataRequest(requestID: 1, .spy)))
            return quotes.last(.bid)?.price
        }
        #expect(try bid("2026-11-24") == bid("2026-11-24"))
        #expect(try bid("2026-11-24") != bid("2026-11-25"))
    }

    @Test func theCloseEndsOrdersOfTheDayAndMidnightForgetsThem() throws {
        var day = Day(start: Moment(try #require(WallTime("2026-11-24T20:59:00Z"))))
        let connection = day.client(1)
        _ = day.place(connection, 1, .spy, Order(.buy, 10, .market))
        _ = day.place(connection, 2, .spy, Order(.buy, 10, .limit, limitPrice: 1))
        var good = Order(.buy, 10, .limit, limitPrice: 1)
        good.timeInForce = "GTC"
        _ = day.place(connection, 3, .spy, good)
        good.timeInForce = ""
        #expect(day.place(connection, 4, .spy, good).opens.first?.order.timeInForce == "DAY")
        day.pass(seconds: 120)
        #expect(day.told(connection).progress.last { $0.orderID == 2 }?.status == .cancelled)
        #expect(day.ask(connection, .allOpenOrders).opens.map(\.order.id) == [3])
        let all = ExecutionFilter()
        #expect(!day.ask(connection, .executions(requestID: 1, all)).executions.isEmpty)
        day.pass(seconds: 8 * 3_600)
        _ = day.told(connection)
        #expect(day.ask(connection, .executions(requestID: 2, all)).executions.isEmpty)
        #expect(day.ask(connection, .allOpenOrders).opens.map(\.order.id) == [3])
    }

    @Test func theNightlyResetLosesTheLinkForAWhile() throws {
        var day = Day(start: Moment(try #require(WallTime("2026-11-25T05:14:50Z"))))
        let connection = day.client(1)
        day.pass(seconds: 60)
        #expect(day.told(connection).codes == [1100, 1102])
    }

    @Test func whatIsFilledWhileTheLinkIsLostIsFoundAfterwards() throws {
        var day = Day()
        let connection = day.client(1)
        _ = day.place(connection, 1, .spy, Order(.buy, 10, .limit, limitPrice: 1))
        try day.obey("link lost")
        _ = day.told(connection)
        try day.obey("fill all")
        #expect(day.told(connection).isEmpty)
        #expect(day.held(connection).isEmpty)
        #expect(day.ask(connection, .allOpenOrders).opens.count == 1)
        let all = ExecutionFilter()
        #expect(day.ask(connection, .executions(requestID: 1, all)).executions.isEmpty)
        try day.obey("link back")
        #expect(day.told(connection).codes == [1102])
        let found = day.ask(connection, .executions(requestID: 2, all)).executions
        #expect(found.map(\.quantity) == [10])
    }

    @Test func anOrderOfTheOutageGoesOutAfterIt() throws {
        var day = Day()
        let connection = day.client(1)
        try day.obey("link lost 10 empty")
        _ = day.told(connection)
        #expect(day.place(connection, 1, .spy, Order(.buy, 1, .market)).isEmpty)
        day.pass(seconds: 12)
        let told = day.told(connection)
        #expect(told.codes == [1101])
        #expect(told.statuses == [.preSubmitted, .filled])
    }

    @Test func aLostLinkThatComesBackEmptyHasLostSubscriptions() throws {
        var day = Day()
        let connection = day.client(1)
        _ = day.ask(connection, .marketData(MarketDataRequest(requestID: 1, .spy)))
        try day.obey("link lost 5")
        day.pass(seconds: 30)
        #expect(day.told(connection).last(.bid) != nil)
        try day.obey("link lost 5 empty")
        day.pass(seconds: 30)
        let told = day.told(connection)
        #expect(told.codes == [1100, 1101])
        #expect(told.last(.bid) == nil)
    }

    @Test func aMarketThatIsAlwaysOpenEndsItsDaysTooAndHasNoOldOptions() throws {
        let start = Moment(try #require(WallTime("2026-12-18T20:59:00Z")))
        var day = Day(start: start) { $0.isAlwaysOpen = true }
        try day.obey("price SPY 605")
        try day.obey("position SPY 20261218 600 C 2 500")
        let connection = day.client(1)
        _ = day.place(connection, 1, .spy, Order(.buy, 10, .limit, limitPrice: 1))
        var good = Order(.buy, 1, .limit, limitPrice: 1)
        good.timeInForce = "GTC"
        _ = day.place(connection, 2, .call600, good)
        day.pass(seconds: 61)
        _ = day.told(connection)
        #expect(day.ask(connection, .allOpenOrders) == [.openOrderEnd])
        #expect(day.held(connection).values.map(\.quantity) == [200])
        day.pass(seconds: 12 * 3_600)
        _ = day.told(connection)
        #expect(day.place(connection, 3, .call600, good).codes == [200])
    }

    @Test func optionsThatExpireAreExercisedAndAssigned() throws {
        var day = Day(start: Moment(try #require(WallTime("2026-12-18T20:59:00Z"))))
        try day.obey("price SPY 605")
        try day.obey("position SPY 20261218 600 C 2 500")
        try day.obey("position SPY 20261218 610 C -1 100")
        try day.obey("position SPY 20261218 620 P -3 900")
        let connection = day.client(1)
        day.pass(seconds: 61)
        let held = day.held(connection)
        // 200 by the calls, 300 by the puts that were sold.
        #expect(held.values.map(\.quantity) == [500])
        #expect(held.values.map(\.contract.symbol) == ["SPY"])
    }

    @Test func aShortOptionIsAssignedOnCommand() throws {
        var day = Day()
        try day.obey("position SPY 20261218 600 C -2 400")
        let connection = day.client(1)
        try day.obey("assign SPY 20261218 600 C")
        #expect(day.held(connection).values.map(\.quantity) == [-200])
        #expect(throws: ControlError.self) { try day.obey("assign SPY 20261218 600 C") }
    }
}
