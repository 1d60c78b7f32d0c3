import Numbers
import TestKit
import Testing

@testable import TWS

/// What one side puts down the other reads as the same, whatever it is.
@Suite struct RoundTripTests {
    private func read(_ bytes: [UInt8]) throws -> Decoded<Reply> {
        try bytes.dropFirst(4).withUnsafeBytes { try TextCodec.reply($0) }
    }

    @Test func everyRequestIsReadAsItWasSent() throws {
        for request in Request.all {
            let bytes = try #require(TextCodec.bytes(of: request))
            #expect(try TWSTests.request(bytes) == .message(request))
        }
    }

    @Test func everyReplyIsReadAsItWasSent() throws {
        #expect(Set(Reply.all.map(\.messageID)).count == 39)
        for reply in Reply.all {
            let bytes = try #require(TextCodec.bytes(of: reply))
            #expect(try read(bytes) == .message(reply), "\(fields(bytes))")
        }
    }

    @Test func seededOrdersArriveAtTheGatewayAndComeBackAsTheyWere() throws {
        var dice = Dice(seed: 6)
        for _ in 0..<2_000 {
            let (contract, order) = dice.order()
            let sent = try #require(TextCodec.bytes(of: .place(contract, order)))
            #expect(try request(sent) == .message(.place(contract, order)))
            var open = OpenOrder()
            open.contract = contract
            // Said by the client alone, or never said back.
            open.contract.primaryExchange = ""
            open.contract.secondaryIDType = ""
            open.order = dice.asTold(order)
            open.state.status = dice.pick([.submitted, .filled, .other("Strange")])
            open.state.before.initial = dice.figure().map { Cash(units: $0) }
            let told = try #require(TextCodec.bytes(of: .openOrder(open)))
            #expect(try read(told) == .message(.openOrder(open)), "\(fields(told))")
        }
    }

    @Test func fieldsOfAPlainOrderAreAsManyAsAGatewaySends() throws {
        let plain = try #require(TextCodec.bytes(of: .place(Contract(), Order())))
        #expect(fields(plain).count == 114)
        let open = try #require(TextCodec.bytes(of: .openOrder(OpenOrder())))
        #expect(fields(open).count == 135)
        var combo = OpenOrder()
        combo.contract.legs = Array(repeating: ComboLeg(), count: 4)
        #expect(fields(try #require(TextCodec.bytes(of: .openOrder(combo)))).count == 167)
        #expect(fields(open)[12] == "")
        #expect(fields(open)[7] == "?")
        #expect(fields(open)[61] == "None")
        #expect(fields(open)[111] == "None")
    }

    @Test func exactCountsOfRepliesAreThoseThatOthersDemand() throws {
        let counts = [
            1: 7, 2: 5, 3: 12, 4: 6, 6: 6, 7: 20, 8: 3, 9: 3, 10: 40, 11: 32, 15: 3, 21: 12,
            45: 5, 46: 5, 49: 3, 52: 3, 53: 2, 54: 3, 55: 3, 57: 3, 58: 4, 59: 8, 61: 16, 62: 2,
            63: 7, 64: 3, 71: 18, 72: 3, 73: 8, 74: 3, 81: 5, 94: 5, 95: 7, 100: 4, 102: 1,
        ]
        for reply in Reply.all {
            let id = reply.messageID
            guard let count = counts[id] else { continue }
            let bytes = try #require(TextCodec.bytes(of: reply))
            #expect(fields(bytes).count == count, "\(id)")
        }
    }
}

extension Reply {
    /// Each reply once, with nothing in it.
    static let all: [Reply] = [
        .price(PriceTick()), .size(SizeTick()), .model(ModelTick()), .figure(FigureTick()),
        .text(TextTick()), .terms(TickTerms()), .marketData(MarketDataKind()),
        .snapshotEnd(requestID: 0), .progress(OrderProgress()), .notice(Notice()),
        .openOrder(OpenOrder()), .openOrderEnd, .completedOrder(CompletedOrder()),
        .completedOrdersEnd, .orderBound(BoundOrder()), .execution(Execution()),
        .executionEnd(requestID: 0), .commission(CommissionReport()), .nextOrderID(0),
        .managedAccounts([]), .currentTime(epochSeconds: 0), .accountValue(AccountValue()),
        .accountTime(""), .accountEnd(account: ""), .portfolio(PortfolioItem()),
        .position(HeldPosition()), .positionEnd, .positionOf(requestID: 0, HeldPosition()),
        .positionOfEnd(requestID: 0), .summary(requestID: 0, AccountValue()),
        .summaryEnd(requestID: 0), .valueOf(requestID: 0, AccountValue()),
        .valueOfEnd(requestID: 0), .profit(requestID: 0, Profit()),
        .positionProfit(requestID: 0, PositionProfit()), .contractDetails(ContractDetails()),
        .contractDetailsEnd(requestID: 0), .optionParameters(OptionParameters()),
        .optionParametersEnd(requestID: 0),
    ]
}

extension Dice {
    mutating func figure() -> Int64? {
        oneIn(3) ? nil : Int64(below(2_000_000_000)) * (oneIn(2) ? 1 : -1) * 1_000
    }

    private mutating func word() -> String {
        pick(["", "", "SMART", "a b", "x=1;", "20261118 10:00:00 US/Eastern", "~!@#"])
    }

    private mutating func price() -> Price? { figure().map { Price(units: $0) } }

    /// An order of any kind, with what belongs to it.
    mutating func order() -> (Contract, Order) {
        var contract = Contract(
            id: below(1_000), symbol: pick(["SPY", "SPX", "AAPL"]),
            type: pick([.stock, .option, .combo, .future]))
        contract.strike = oneIn(2) ? Price(1 + below(900)) : nil
        contract.right = pick([nil, .call, .put])
        contract.multiplier = oneIn(2) ? Quantity(100) : nil
        contract.primaryExchange = word()
        if contract.type == .combo {
            contract.legs = (0..<(1 + below(4))).map {
                ComboLeg(contractID: $0, ratio: 1 + below(3), oneIn(2) ? .buy : .sell)
            }
        }
        var order = Order(
            pick(Action.allCases), Quantity(1 + below(100)),
            pick([.limit, .market, .stop, OrderType("VOL"), OrderType("PEG BENCH")]),
            limitPrice: price())
        order.id = below(100_000)
        order.auxiliaryPrice = price()
        order.account = "DU\(below(10_000_000))"
        order.reference = word()
        order.goodTillDate = word()
        order.trailStopPrice = price()
        order.cashQuantity = figure().map { Cash(units: $0) }
        if contract.type == .combo, oneIn(2) {
            order.legPrices = contract.legs.map { _ in price() }
            order.comboRouting = [TagValue("NonGuaranteed", "1")]
        }
        details(&order)
        return (contract, order)
    }

    private mutating func details(_ order: inout Order) {
        if order.type.word == "VOL" { order.volatility.volatility = Ratio(20) }
        if oneIn(3) {
            order.volatility.hedgeOrderType = "LMT"
            order.volatility.hedgePrice = price()
            order.volatility.hedgeOpenClose = "O"
        }
        if oneIn(3) {
            order.scale.priceIncrement = Price(1)
            order.scale.firstSize = 5
            order.scale.randomPercent = true
        }
        if oneIn(3) {
            order.hedge.type = "D"
            order.hedge.parameter = "1"
        }
        if oneIn(3) {
            order.algorithm.strategy = "Adaptive"
            order.algorithm.parameters = [TagValue("adaptivePriority", "Normal")]
        }
        for _ in 0..<below(3) { order.conditions.all.append(condition()) }
        order.conditions.cancelOrder = !order.conditions.all.isEmpty && oneIn(2)
        order.handling.usesPriceManagement = pick([nil, true, false])
        order.handling.duration = pick([nil, 60])
        order.adjustment.type = pick(["", "TRAIL"])
        order.adjustment.trailingAmount = price()
    }

    private mutating func condition() -> Condition {
        let what: Condition.What = pick([
            .price(isMore: true, Price(5), contractID: 3, exchange: "SMART", triggerMethod: 2),
            .time(isMore: false, "20261118 10:00:00 US/Eastern"),
            .margin(isMore: true, percent: 30),
            .execution(type: "STK", exchange: "SMART", symbol: "SPY"),
            .volume(isMore: true, 1_000, contractID: 3, exchange: "SMART"),
            .percentChange(isMore: false, Ratio(2), contractID: 3, exchange: "SMART"),
        ])
        return Condition(what, isAnd: oneIn(2))
    }

    /// The order without what an open order does not tell, with what it tells besides.
    mutating func asTold(_ order: Order) -> Order {
        var told = order
        told.permanentID = Int64(next() >> 2) % 1_000_000_000_000
        told.clientID = below(100)
        told.transmit = true
        if told.volatility.hedgeOrderType.isEmpty { told.volatility.hedgeOpenClose = "" }
        told.peg.competeOffset = pick([.unset, .infinite, .value(Price(1))])
        return told
    }
}
