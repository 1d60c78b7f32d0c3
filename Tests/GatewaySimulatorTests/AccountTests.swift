import Facts
import GatewaySimulator
import Numbers
import TWS
import TestKit
import Testing

@Suite struct AccountTests {
    @Test func positionsAreWhatWasLaidDown() throws {
        var day = Day()
        try day.obey("position SPY 200 598.25")
        try day.obey("position SPY 20261218 600 C -2 404.2")
        let connection = day.client(1)
        let held = day.held(connection).values.sorted { $0.contract.id < $1.contract.id }
        #expect(held.map(\.quantity) == [200, -2])
        #expect(held.map(\.averageCost.description) == ["598.25", "404.2"])
        #expect(held.map(\.contract.localSymbol) == ["SPY", "SPY   261218C00600000"])
        #expect(held.map(\.contract.exchange) == ["ARCA", ""])
    }

    @Test func figuresComeInTheOrderOfTheirNames() {
        var day = Day()
        let connection = day.client(1)
        let told = day.ask(
            connection,
            .summary(requestID: 4, group: "All", tags: "TotalCashValue,NetLiquidation,Nothing"))
        let keys = told.compactMap { reply -> String? in
            if case .summary(4, let value) = reply { value.key } else { nil }
        }
        #expect(keys == ["NetLiquidation", "TotalCashValue"])
        #expect(told.last == .summaryEnd(requestID: 4))
        _ = day.ask(connection, .summary(requestID: 5, group: "All", tags: "Cushion"))
        let third = Request.summary(requestID: 6, group: "All", tags: "Cushion")
        #expect(day.ask(connection, third).codes == [322])
        day.pass(seconds: 181)
        #expect(day.told(connection).contains { $0.isSummary(of: 5) })
        _ = day.ask(connection, .cancelSummary(requestID: 5))
        day.pass(seconds: 181)
        #expect(!day.told(connection).contains { $0.isSummary(of: 5) })
    }

    /// Whatever is traded: what is held is the sum of all fills, and what is gone was paid.
    @Test(arguments: 1...6)
    func cashAndPositionsAreTheSumOfAllFills(seed: Int) throws {
        var dice = Dice(seed: UInt64(seed))
        var day = Day(seed: UInt64(seed)) { $0.cash = Cash(50_000_000) }
        let connection = day.client(1)
        let contracts = [Contract.spy, .call600, .call610, .put600]
        var told: [Reply] = []
        for id in 1...60 {
            var order = Order(
                dice.below(2) == 0 ? .buy : .sell, Quantity(1 + dice.below(80)), .market)
            if dice.below(3) == 0 {
                order.type = .limit
                order.limitPrice = Price(cents: Int64(1 + dice.below(70_000)))
            }
            told += day.place(connection, id, contracts[dice.below(4)], order)
            day.pass(seconds: Double(dice.below(8)))
            if dice.below(4) == 0 {
                told += day.ask(
                    connection, .cancel(orderID: 1 + dice.below(id), manualTime: ""))
            }
            told += day.told(connection)
        }
        day.pass(seconds: 1)
        told += day.told(connection)
        var (cash, held) = (Cash(50_000_000), [Int: Quantity]())
        for execution in told.executions {
            let signed = execution.side == .bought ? execution.quantity : -execution.quantity
            held[execution.contract.id, default: .zero] += signed
            let multiplier = execution.contract.type == .option ? 100 : 1
            cash -= try #require(execution.price.times(signed, multiplier: multiplier))
        }
        for report in told.commissions { cash -= report.commission }
        #expect(told.executions.count > 40)
        #expect(told.commissions.count == told.executions.count)
        #expect(day.value(connection, "TotalCashValue") == cents(cash))
        #expect(day.held(connection).mapValues(\.quantity) == held.filter { $0.value != .zero })
    }

    private func cents(_ cash: Cash) -> String {
        let text = "\(Cash(units: (cash.units + 500_000) / 1_000_000 * 1_000_000))"
        let parts = text.split(separator: ".")
        let decimals = parts.count > 1 ? String(parts[1]) : ""
        return parts[0] + "." + decimals + String(repeating: "0", count: 2 - decimals.count)
    }

    @Test func aSpreadHasToKeepLessThanItsShortLegAlone() throws {
        func margin(_ lines: [String]) throws -> Double {
            var day = Day()
            for line in lines { try day.obey(line) }
            let connection = day.client(1)
            return try #require(day.value(connection, "MaintMarginReq").flatMap { Double($0) })
        }
        let short = "position SPY 20261218 600 P -10 900"
        let naked = try margin([short])
        let spread = try margin([short, "position SPY 20261218 590 P 10 600"])
        #expect(naked > 20_000)
        #expect(spread < 10_001)
        #expect(spread > 1_000)
    }

    @Test func profitIsWhatPricesHaveMadeOfIt() throws {
        var day = Day()
        try day.obey("price SPY 600")
        try day.obey("position SPY 100 590")
        let connection = day.client(1)
        let first = day.ask(
            connection, .profit(requestID: 3, account: "DU1234567", model: ""))
        guard case .profit(3, let profit) = try #require(first.first) else { throw Missing() }
        #expect(profit.unrealized == Cash(1_000))
        #expect(profit.daily == Cash.zero)
        try day.obey("price SPY 601")
        day.pass(seconds: 1)
        let told = day.told(connection)
        let last = told.compactMap { reply -> Profit? in
            if case .profit(3, let profit) = reply { profit } else { nil }
        }
        let unrealized = try #require(last.last?.unrealized)
        #expect(unrealized > Cash(1_050) && unrealized < Cash(1_150))
    }

    @Test func aChainHasItsStrikesAndExpiriesAndEveryOptionIsFoundByItsNumber() throws {
        var day = Day()
        let connection = day.client(1)
        let told = day.ask(
            connection,
            .optionParameters(
                requestID: 1, symbol: "SPY", exchange: "", type: .stock, contractID: 756_733))
        guard case .optionParameters(let parameters) = try #require(told.first) else {
            throw Missing()
        }
        #expect(parameters.expiries.contains("20261218"))
        #expect(parameters.strikes.contains(600))
        var chain = Contract(symbol: "SPY", type: .option)
        chain.expiry = "20261218"
        let details = day.ask(
            connection, .contractDetails(requestID: 2, chain, includesExpired: false, issuer: ""))
        #expect(details.count == parameters.strikes.count * 2 + 1)
        for case .contractDetails(let found) in details {
            var byNumber = Contract(symbol: "", type: SecurityType(""), exchange: "", currency: "")
            byNumber.id = found.contract.id
            let again = day.ask(
                connection,
                .contractDetails(requestID: 2, byNumber, includesExpired: false, issuer: ""))
            #expect(again.first == .contractDetails(found))
        }
    }

    @Test func quotesOfTheChainFitTogether() throws {
        var day = Day()
        let connection = day.client(1)
        var last = Price(1_000)
        for strike in stride(from: 500, through: 700, by: 5) {
            let contract = Contract.option(
                on: "SPY", expiry: "20261218", strike: Price(strike), right: .call)
            let told = day.ask(
                connection, .marketData(MarketDataRequest(requestID: strike, contract)))
            _ = day.ask(connection, .cancelMarketData(requestID: strike))
            let ask = try #require(told.last(.ask)?.price)
            #expect(ask <= last)
            if let bid = told.last(.bid)?.price { #expect(bid < ask) }
            last = ask
        }
        #expect(day.ask(connection, .cancelMarketData(requestID: 1)).codes == [300])
    }
}

private struct Missing: Error {}

extension Reply {
    fileprivate func isSummary(of id: Int) -> Bool {
        if case .summary(let other, _) = self { other == id } else { false }
    }
}
