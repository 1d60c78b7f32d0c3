import Facts
import Numbers
import TWS

extension SimulatedGateway {
    mutating func receiveAccount(_ connection: Int, _ request: Request) {
        switch request {
        case .summary(let id, _, let tags): startSummary(connection, id, tags)
        case .cancelSummary(let id): clients[connection]?.summaries[id] = nil
        case .accountUpdates(let subscribe, let account):
            let name = account.isEmpty ? accounts[0].name : account
            clients[connection]?.valuesOf = subscribe ? name : nil
            if subscribe { tellValues(connection, name, isFirst: true) }
        case .positions:
            clients[connection]?.wantsPositions = true
            for position in accounts.flatMap(heldPositions) {
                send(connection, .position(position))
            }
            send(connection, .positionEnd)
        case .cancelPositions: clients[connection]?.wantsPositions = false
        case .positionsOf(let id, let account, _):
            for position in accounts.filter({ isMeant($0, account) }).flatMap(heldPositions) {
                send(connection, .positionOf(requestID: id, position))
            }
            send(connection, .positionOfEnd(requestID: id))
        case .valuesOf(let id, let account, _, _):
            for own in accounts where isMeant(own, account) {
                for value in values(own) { send(connection, .valueOf(requestID: id, value)) }
            }
            send(connection, .valueOfEnd(requestID: id))
        case .profit(let id, let account, _):
            clients[connection]?.profits[id] = account
            tellProfit(connection, id, account)
        case .cancelProfit(let id): clients[connection]?.profits[id] = nil
        case .positionProfit(let id, let account, _, let contractID):
            clients[connection]?.positionProfits[id] = (account, contractID)
            tellPositionProfit(connection, id, account, contractID)
        case .cancelPositionProfit(let id): clients[connection]?.positionProfits[id] = nil
        default: break
        }
    }

    private func isMeant(_ own: SimulatedAccount, _ account: String) -> Bool {
        account.isEmpty || account == own.name
    }

    private func heldPositions(_ account: SimulatedAccount) -> [HeldPosition] {
        account.inOrder.map { holding in
            var position = HeldPosition()
            position.account = account.name
            position.contract = holding.instrument.heldContract
            position.quantity = holding.quantity
            position.averageCost = holding.averageCost
            return position
        }
    }

    private mutating func startSummary(_ connection: Int, _ id: Int, _ tags: String) {
        guard clients[connection]?.summaries.count ?? 0 < Self.summariesMax else {
            return notify(
                connection,
                Notice(
                    id: id, code: 322,
                    "Error processing request.-'bN' : cause - Maximum number of account summary "
                        + "requests exceeded"))
        }
        let wanted = tags.split(separator: ",").map(String.init)
        clients[connection]?.summaries[id] = wanted
        tellSummary(connection, id, wanted)
        send(connection, .summaryEnd(requestID: id))
    }

    /// How many summaries a client may subscribe to at the same time.
    static var summariesMax: Int { 2 }

    /// In the order of their names, whatever was asked for first.
    private mutating func tellSummary(_ connection: Int, _ id: Int, _ tags: [String]) {
        let wantsLedger = tags.contains { $0.hasPrefix("$LEDGER") }
        for account in accounts {
            for value in values(account).sorted(by: { $0.key < $1.key })
            where tags.contains(value.key) || wantsLedger && Self.ledger.contains(value.key) {
                send(connection, .summary(requestID: id, value))
            }
        }
    }

    private static let ledger: Set = [
        "CashBalance", "RealizedPnL", "UnrealizedPnL", "StockMarketValue",
    ]

    func values(_ account: SimulatedAccount) -> [AccountValue] {
        let worth = Valuation(account, market)
        let money: [(String, Cash)] = [
            ("AvailableFunds", worth.available),
            ("BuyingPower", Cash(units: max(0, worth.available.units) * 4)),
            ("CashBalance", account.cash), ("EquityWithLoanValue", worth.net),
            ("ExcessLiquidity", worth.excess), ("FullAvailableFunds", worth.available),
            ("FullExcessLiquidity", worth.excess), ("FullInitMarginReq", worth.initial),
            ("FullMaintMarginReq", worth.maintenance), ("GrossPositionValue", worth.gross),
            ("InitMarginReq", worth.initial), ("MaintMarginReq", worth.maintenance),
            ("NetLiquidation", worth.net), ("OptionMarketValue", worth.options),
            ("RealizedPnL", account.realized), ("StockMarketValue", worth.stocks),
            ("TotalCashValue", account.cash), ("UnrealizedPnL", worth.unrealized),
        ]
        let net = max(1, worth.net.asDouble)
        let cushion = Self.rounded(worth.excess.asDouble / net, 1e6)
        let leverage = Self.rounded(worth.gross.asDouble / net, 100)
        let words: [(String, String)] = [
            ("AccountType", "INDIVIDUAL"), ("Cushion", cushion), ("Leverage", leverage),
        ]
        return money.map { value(account, $0, Self.cents($1), "USD") }
            + words.map { value(account, $0, $1, "") }
    }

    private func value(
        _ account: SimulatedAccount, _ key: String, _ text: String, _ currency: String
    ) -> AccountValue {
        var value = AccountValue()
        (value.account, value.key, value.value) = (account.name, key, text)
        value.currency = currency
        return value
    }

    private static func rounded(_ number: Double, _ parts: Double) -> String {
        (Ratio(rounding: (number * parts).rounded() / parts) ?? .zero).description
    }

    /// With two decimals, as IB writes money.
    private static func cents(_ cash: Cash) -> String {
        let cents = (cash.units.magnitude + 500_000) / 1_000_000
        let text = "\(cents / 100)." + (cents % 100 < 10 ? "0" : "") + "\(cents % 100)"
        return cash < .zero && cents > 0 ? "-" + text : text
    }

    private mutating func tellValues(_ connection: Int, _ name: String, isFirst: Bool) {
        guard let account = accounts.first(where: { $0.name == name }) else { return }
        for value in values(account) { send(connection, .accountValue(value)) }
        for holding in account.inOrder {
            send(connection, .portfolio(portfolioItem(account, holding)))
        }
        let text = now.wallTime.description
        send(connection, .accountTime(String(text.dropFirst(11).prefix(5))))
        if isFirst { send(connection, .accountEnd(account: name)) }
    }

    private func portfolioItem(
        _ account: SimulatedAccount, _ holding: SimulatedAccount.Holding
    ) -> PortfolioItem {
        let mark = market.quote(holding.instrument).mark
        let worth = Valuation.worth(holding.instrument, holding.quantity, mark)
        var item = PortfolioItem()
        item.contract = holding.instrument.heldContract
        // The field has the primary exchange here.
        item.contract.primaryExchange = holding.instrument.contract.primaryExchange
        item.contract.exchange = ""
        item.quantity = holding.quantity
        item.marketPrice = Price(rounding: (mark * 10_000).rounded() / 10_000)
        item.marketValue = worth
        item.averageCost = holding.averageCost
        item.unrealizedProfit =
            worth - SimulatedAccount.cost(holding.averageCost, holding.quantity)
        item.realizedProfit = holding.realized
        item.account = account.name
        return item
    }

    private func profit(_ account: SimulatedAccount) -> Profit {
        let worth = Valuation(account, market)
        var profit = Profit()
        profit.daily = worth.net - account.valueAtStart
        profit.unrealized = worth.unrealized
        profit.realized = account.realized
        return profit
    }

    private mutating func tellProfit(_ connection: Int, _ id: Int, _ name: String) {
        guard let account = accounts.first(where: { $0.name == name }) else {
            return notify(connection, Notice(id: id, code: 321, Self.wrongAccount))
        }
        send(connection, .profit(requestID: id, profit(account)))
    }

    static let wrongAccount = "Error validating request.-'bI' : cause - Invalid account code"

    private mutating func tellPositionProfit(
        _ connection: Int, _ id: Int, _ name: String, _ contractID: Int
    ) {
        guard let account = accounts.first(where: { $0.name == name }) else {
            return notify(connection, Notice(id: id, code: 321, Self.wrongAccount))
        }
        guard let holding = account.holdings[contractID] else { return }
        let item = portfolioItem(account, holding)
        var told = PositionProfit()
        told.quantity = holding.quantity
        told.profit.unrealized = item.unrealizedProfit
        told.profit.realized = holding.realized
        told.profit.daily = item.unrealizedProfit
        told.value = item.marketValue
        send(connection, .positionProfit(requestID: id, told))
    }

    /// Tells those who asked that positions have changed.
    mutating func tellPositionsChanged(_ account: SimulatedAccount, _ changed: [Instrument]) {
        let held = heldPositions(account)
        for (connection, client) in clients.sorted(by: { $0.key < $1.key }) {
            if client.wantsPositions {
                for instrument in changed {
                    var position = HeldPosition()
                    position.account = account.name
                    position.contract = instrument.heldContract
                    send(
                        connection,
                        .position(held.first { $0.contract == position.contract } ?? position))
                }
            }
            if client.valuesOf == account.name {
                tellValues(connection, account.name, isFirst: false)
            }
        }
    }

    /// Values every three minutes, profit every second, to those who asked.
    mutating func tellRegularly() {
        let isValues = now.ms - lastValues.ms >= 180_000
        let isProfit = now.ms - lastProfit.ms >= 1_000
        if isValues { lastValues = now }
        if isProfit { lastProfit = now }
        guard isValues || isProfit, !faults.isLinkLost else { return }
        for (connection, client) in clients.sorted(by: { $0.key < $1.key }) {
            if isValues {
                for (id, tags) in client.summaries.sorted(by: { $0.key < $1.key }) {
                    tellSummary(connection, id, tags)
                }
                if let account = client.valuesOf { tellValues(connection, account, isFirst: false) }
            }
            guard isProfit else { continue }
            for (id, account) in client.profits.sorted(by: { $0.key < $1.key }) {
                tellProfit(connection, id, account)
            }
            for (id, of) in client.positionProfits.sorted(by: { $0.key < $1.key }) {
                tellPositionProfit(connection, id, of.account, of.contractID)
            }
        }
    }
}
