import Facts
import GatewaySimulator
import Numbers
import TWS
import Testing

@Suite struct OrderTests {
    private func limit(_ action: Action, _ quantity: Int, _ price: Price) -> Order {
        Order(action, Quantity(quantity), .limit, limitPrice: price)
    }

    private func with(_ change: (inout Order) -> Void) -> Order {
        var order = limit(.buy, 1, 1)
        change(&order)
        return order
    }

    @Test func aMarketOrderIsToldAsAGatewayTellsIt() throws {
        var day = Day()
        try day.obey("fills whole")
        let connection = day.client(1)
        var order = Order(.buy, 3, .market)
        order.reference = "entry-7"
        let told = day.place(connection, 1, .call600, order)
        #expect(told.count == 5)
        #expect(told.opens.map(\.state.status) == [.preSubmitted, .filled])
        #expect(told.statuses == [.preSubmitted, .filled])
        let execution = try #require(told.executions.first)
        #expect(execution.requestID == -1)
        #expect(execution.orderReference == "entry-7")
        #expect((execution.quantity, execution.side) == (3, .bought))
        #expect(execution.contract.exchange == "CBOE")
        day.pass(seconds: 0.5)
        let later = day.told(connection)
        #expect(later.commissions.map(\.executionID) == [execution.id])
        #expect(later.commissions.map(\.commission.description) == ["1.95"])
    }

    @Test func anOrderThatNobodyTakesWorksUntilItIsChangedOrCancelled() {
        var day = Day()
        let connection = day.client(1)
        let told = day.place(connection, 1, .call600, limit(.buy, 2, 1))
        #expect(told.statuses == [.preSubmitted, .submitted])
        let changed = day.place(connection, 1, .call600, limit(.buy, 2, Price(cents: 105)))
        #expect(changed.opens.map(\.order.limitPrice) == [Price(cents: 105)])
        let cancelled = day.ask(connection, .cancel(orderID: 1, manualTime: ""))
        #expect(cancelled.statuses == [.cancelled])
        #expect(cancelled.codes == [202])
        #expect(day.ask(connection, .allOpenOrders) == [.openOrderEnd])
        let done = day.ask(connection, .completedOrders(apiOnly: true)).completed
        #expect(done.map(\.completedStatus) == ["Cancelled"])
    }

    @Test func limitsAreNeverPassed() throws {
        var day = Day()
        try day.obey("price SPY 600")
        let connection = day.client(1)
        #expect(day.place(connection, 1, .spy, limit(.sell, 5, 610)).executions.isEmpty)
        #expect(day.place(connection, 2, .spy, limit(.buy, 5, 590)).executions.isEmpty)
        for (id, order) in [(3, limit(.sell, 5, 590)), (4, limit(.buy, 5, 610))] {
            var told = day.place(connection, id, .spy, order)
            day.pass(seconds: 5)
            told += day.told(connection)
            let prices = told.executions.map(\.price)
            #expect(!prices.isEmpty && prices.allSatisfy { $0 > 595 && $0 < 605 })
        }
        #expect(day.ask(connection, .allOpenOrders).opens.map(\.order.id) == [1, 2])
    }

    @Test func partsOfAnOrderAddUp() throws {
        var day = Day()
        let connection = day.client(1)
        let contract = Contract.call600
        var told = day.place(connection, 1, contract, limit(.buy, 500, 50))
        day.pass(seconds: 120)
        told += day.told(connection)
        let executions = told.executions
        #expect(executions.count > 3)
        #expect(executions.map(\.quantity).reduce(.zero, +) == 500)
        #expect(told.statuses.last == .filled)
        for (place, execution) in executions.enumerated() {
            let sum = executions[...place].map(\.quantity).reduce(.zero, +)
            #expect(execution.cumulativeQuantity == sum)
        }
        #expect(Set(executions.map(\.id)).count == executions.count)
        #expect(day.held(connection).values.map(\.quantity) == [500])
        day.pass(seconds: 1)
        told += day.told(connection)
        #expect(told.commissions.map(\.executionID) == executions.map(\.id))
    }

    @Test func aComboIsFilledLegByLegAtItsPrice() throws {
        var day = Day()
        try day.obey("fills whole")
        let connection = day.client(1)
        let ids = [Contract.call600, .call610].map { contract in
            let told = day.ask(
                connection,
                .contractDetails(requestID: 1, contract, includesExpired: false, issuer: ""))
            for case .contractDetails(let details) in told { return details.contract.id }
            return 0
        }
        let combo = Contract.combo(
            on: "SPY",
            [ComboLeg(contractID: ids[0], .buy), ComboLeg(contractID: ids[1], ratio: 2, .sell)])
        let told = day.place(connection, 1, combo, limit(.sell, 4, -100))
        let executions = told.executions
        #expect(executions.map(\.contract.type) == [.combo, .option, .option])
        #expect(executions.map(\.side) == [.sold, .sold, .bought])
        #expect(executions.map(\.quantity) == [4, 4, 8])
        let price = executions[1].price - executions[2].price - executions[2].price
        #expect(executions[0].price == price)
        #expect(told.progress.last?.averagePrice == price)
        #expect(told.opens.last?.contract.legsText == "\(ids[0])|1,\(ids[1])|-2")
        let held = day.held(connection)
        #expect(held[ids[0]]?.quantity == -4)
        #expect(held[ids[1]]?.quantity == 8)
        let again = day.ask(connection, .executions(requestID: 5, ExecutionFilter()))
        #expect(again.executions.map(\.id) == executions.map(\.id))
        #expect(again.executions.allSatisfy { $0.requestID == 5 })
    }

    @Test func whatIsNotAsItShouldBeIsRefusedWithItsCode() {
        var day = Day()
        let connection = day.client(1)
        var account = limit(.buy, 1, 1)
        account.account = "DU9"
        let cases: [(Contract, Order, Int)] = [
            (Contract(symbol: "XYZ", type: .stock), limit(.buy, 1, 1), 200),
            (.spy, limit(.buy, 0, 1), 434), (.spy, account, 321),
            (.spy, limit(.buy, 1, Price(units: 100_500_000)), 110),
            (.spy, Order(.buy, 1, .limit), 201), (.spy, limit(.sellShort, 1, 1), 201),
            (.spy, Order(.buy, 1, OrderType("MIDPRICE")), 387),
            (.spy, with { $0.timeInForce = "GTD" }, 387), (.spy, with { $0.hidden = true }, 387),
            (.spy, with { $0.goodAfterTime = "20261127 10:00:00 UTC" }, 387),
            (.spy, with { $0.algorithm.strategy = "Adaptive" }, 387),
            (.spy, with { $0.minimumQuantity = 2 }, 387),
            (.spy, with { $0.cashQuantity = Cash(1_000) }, 387),
            (.spy, limit(.buy, 1_000_000, 700), 201),
        ]
        for (place, (contract, order, code)) in cases.enumerated() {
            let told = day.place(connection, 10 + place, contract, order)
            #expect(told.codes == [code], "\(order.type.word)")
        }
        #expect(day.place(connection, 3, .spy, limit(.buy, 1, 1)).codes == [103])
        #expect(day.ask(connection, .allOpenOrders) == [.openOrderEnd])
    }

    @Test func anOrderOfBeforeIsChangedOrCancelledOnlyWhileItWorks() throws {
        var day = Day()
        try day.obey("fills whole")
        let (connection, other) = (day.client(1), day.client(2))
        _ = day.place(connection, 1, .spy, Order(.buy, 10, .market))
        #expect(day.place(connection, 1, .spy, Order(.buy, 20, .market)).codes == [104])
        #expect(day.ask(connection, .cancel(orderID: 1, manualTime: "")).codes == [10148])
        #expect(day.ask(connection, .cancel(orderID: 9, manualTime: "")).codes == [10147])
        _ = day.place(connection, 2, .spy, limit(.buy, 10, 1))
        #expect(day.place(connection, 2, .call600, limit(.buy, 10, 1)).codes == [105])
        #expect(day.place(connection, 2, .spy, limit(.sell, 10, 1)).codes == [105])
        let offTick = limit(.buy, 10, Price(units: 100_500_000))
        #expect(day.place(connection, 2, .spy, offTick).codes == [110])
        #expect(day.ask(other, .cancel(orderID: 2, manualTime: "")).codes == [10147])
        #expect(day.ask(other, .allOpenOrders).opens.map(\.order.limitPrice) == [1])
    }

    @Test func cancelAllTakesTheOrdersOfEverybodyAndSaysNothingOfItself() throws {
        var day = Day()
        let (one, two) = (day.client(1), day.client(2))
        _ = day.place(one, 1, .spy, limit(.buy, 10, 1))
        _ = day.place(two, 1, .spy, limit(.buy, 10, 1))
        try day.obey("manual SPY 10 500")
        #expect(day.ask(one, .cancelAll).codes == [202])
        #expect(day.told(two).codes == [202])
        #expect(day.ask(one, .allOpenOrders) == [.openOrderEnd])
    }

    @Test func aStopWaitsUntilItIsReached() throws {
        var day = Day()
        let connection = day.client(1)
        try day.obey("price SPY 600")
        _ = day.place(connection, 1, .spy, Order(.buy, 10, .market))
        var stop = Order(.sell, 10, .stop)
        stop.auxiliaryPrice = 595
        #expect(day.place(connection, 2, .spy, stop).statuses == [.preSubmitted])
        try day.obey("price SPY 594")
        day.pass(seconds: 30)
        #expect(day.told(connection).statuses.last == .filled)
    }

    @Test func aBracketLivesAndDiesTogether() throws {
        var day = Day()
        try day.obey("price SPY 600")
        try day.obey("fills whole")
        let connection = day.client(1)
        var parent = limit(.buy, 10, 590)
        parent.transmit = false
        #expect(day.place(connection, 1, .spy, parent).isEmpty)
        var target = limit(.sell, 10, 620)
        (target.parentID, target.transmit) = (1, false)
        #expect(day.place(connection, 2, .spy, target).isEmpty)
        var stop = Order(.sell, 10, .stop)
        (stop.parentID, stop.auxiliaryPrice) = (1, 580)
        let told = day.place(connection, 3, .spy, stop)
        #expect(Set(told.opens.map(\.order.id)) == [1, 2, 3])
        try day.obey("price SPY 589")
        day.pass(seconds: 1)
        #expect(day.told(connection).executions.map(\.orderID) == [1])
        try day.obey("price SPY 625")
        day.pass(seconds: 1)
        let end = day.told(connection)
        #expect(end.executions.map(\.orderID) == [2])
        #expect(end.progress.last { $0.orderID == 3 }?.status == .cancelled)
        #expect(day.held(connection).isEmpty)
    }

    @Test func oneOfAGroupCancelsTheOthers() throws {
        var day = Day()
        try day.obey("fills whole")
        let connection = day.client(1)
        var order = limit(.buy, 10, 1)
        order.oneCancelsAll.group = "g"
        _ = day.place(connection, 1, .spy, order)
        var other = Order(.buy, 10, .market)
        other.oneCancelsAll.group = "g"
        let told = day.place(connection, 2, .spy, other)
        #expect(told.progress.last { $0.orderID == 1 }?.status == .cancelled)
    }

    @Test func whatIsImmediateDoesNotWait() {
        var day = Day()
        let connection = day.client(1)
        var order = limit(.buy, 10, 1)
        order.timeInForce = "IOC"
        #expect(day.place(connection, 1, .spy, order).statuses.last == .cancelled)
        // More than there is, and less.
        order = limit(.buy, 90, 650)
        order.timeInForce = "FOK"
        let told = day.place(connection, 2, .call600, order)
        #expect(told.executions.isEmpty)
        #expect(told.statuses == [.preSubmitted, .cancelled])
        #expect(told.codes == [202])
    }

    @Test(arguments: 1...20)
    func whatIsFilledWholeOrNotAtAllIsNeverCut(seed: Int) {
        var day = Day(seed: UInt64(seed))
        let connection = day.client(1)
        for id in 1...5 {
            var order = limit(.buy, 2, 650)
            order.timeInForce = "FOK"
            let told = day.place(connection, id, .call600, order)
            #expect([[], [2]].contains(told.executions.map(\.quantity)))
            day.pass(seconds: 1)
        }
    }

    @Test func outsideHoursAnOrderWaitsForTheOpening() throws {
        let early = Moment(try #require(WallTime("2026-11-24T14:00:00Z")))
        var day = Day(start: early)
        let connection = day.client(1)
        let told = day.place(connection, 1, .spy, Order(.buy, 10, .market))
        #expect(told.codes == [399])
        #expect(told.statuses == [.preSubmitted])
        day.pass(seconds: 1_801)
        #expect(day.told(connection).executions.isEmpty == false)
    }

    @Test func whatIfSaysWhatItWouldCostAndPlacesNothing() throws {
        var day = Day()
        let connection = day.client(1)
        var order = Order(.sell, 2, .market)
        order.whatIf = true
        let told = day.place(connection, 1, .put600, order)
        let state = try #require(told.opens.first?.state)
        #expect(try #require(state.change.initial) > Cash(5_000))
        #expect(state.commission?.description == "1.3")
        #expect(day.ask(connection, .allOpenOrders) == [.openOrderEnd])
        #expect(day.held(connection).isEmpty)
        // Nor does it touch an order whose number it has.
        _ = day.place(connection, 9, .spy, limit(.buy, 10, 1))
        #expect(day.place(connection, 9, .put600, order).opens.map(\.order.whatIf) == [true])
        let open = day.ask(connection, .allOpenOrders).opens
        #expect(open.map(\.order.whatIf) == [false])
        #expect(open.map(\.contract.type) == [.stock])
    }

    @Test func aChangeIsHeldToWhatANewOrderIs() {
        var day = Day()
        let connection = day.client(1)
        _ = day.place(connection, 1, .spy, limit(.buy, 10, 1))
        let wrong = [
            limit(.buy, 1_000_000, 1), limit(.buy, 50_000, 700),
            Order(.buy, Quantity(units: 1_050_000_000), .limit, limitPrice: 1),
            Order(.buy, 10, OrderType("MIDPRICE")), limit(.buy, 10, 1_000_000),
        ]
        for order in wrong {
            let told = day.place(connection, 1, .spy, order)
            #expect(told.codes.count == 1 && told.opens.isEmpty && told.executions.isEmpty)
        }
        day.pass(seconds: 5)
        #expect(day.told(connection).isEmpty)
        #expect(day.ask(connection, .allOpenOrders).opens.map(\.order.quantity) == [10])
    }

    @Test func whatEndsWithAnotherIsNotFilledByHand() throws {
        var day = Day()
        let connection = day.client(1)
        var order = limit(.buy, 10, 1)
        order.oneCancelsAll.group = "g"
        _ = day.place(connection, 1, .spy, order)
        _ = day.place(connection, 2, .spy, order)
        try day.obey("fill all")
        #expect(day.told(connection).executions.map(\.orderID) == [1])
        #expect(day.held(connection).values.map(\.quantity) == [10])
    }

    @Test func aChildOfARefusedParentDoesNotWait() {
        var day = Day { $0.cash = Cash(1_000) }
        let connection = day.client(1)
        var parent = limit(.buy, 1_000, 650)
        parent.transmit = false
        _ = day.place(connection, 1, .spy, parent)
        var child = limit(.sell, 1_000, 700)
        child.parentID = 1
        let told = day.place(connection, 2, .spy, child)
        #expect(told.progress.last { $0.orderID == 1 }?.status == .inactive)
        #expect(told.progress.last { $0.orderID == 2 }?.status == .cancelled)
        #expect(day.ask(connection, .allOpenOrders) == [.openOrderEnd])
    }

    @Test func faultsOfOrdersAreAsTold() throws {
        var day = Day()
        try day.obey("fills whole")
        let connection = day.client(1)
        try day.obey("swallow 1")
        #expect(day.place(connection, 1, .spy, Order(.buy, 10, .market)).isEmpty)
        #expect(day.held(connection).isEmpty)
        try day.obey("invisible 1")
        #expect(day.place(connection, 2, .spy, limit(.buy, 10, 1)).isEmpty)
        #expect(day.ask(connection, .allOpenOrders) == [.openOrderEnd])
        try day.obey("reject 201 Order rejected - reason:not today")
        let rejected = day.place(connection, 3, .spy, Order(.buy, 10, .market))
        #expect(rejected.notices.map(\.text) == ["Order rejected - reason:not today"])
        try day.obey("fills-first on")
        let first = day.place(connection, 4, .spy, Order(.buy, 10, .market))
        #expect(first.opens.count == 1)
        #expect(!first.executions.isEmpty)
        try day.obey("correct")
        let corrected = day.told(connection).executions
        #expect(corrected.map { $0.id.hasSuffix(".02") } == [true])
        try day.obey("fills never")
        let never = day.place(connection, 5, .spy, Order(.buy, 10, .market))
        day.pass(seconds: 60)
        #expect((never + day.told(connection)).executions.isEmpty)
    }
}

extension Quantity: ExpressibleByIntegerLiteral {
    /// A whole number of ones.
    public init(integerLiteral value: Int) { self.init(value) }
}
