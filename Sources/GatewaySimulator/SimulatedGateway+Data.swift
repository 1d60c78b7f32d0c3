import Facts
import Market
import Numbers
import TWS

extension SimulatedGateway {
    var listing: Listing { Listing(date: market.today) }

    mutating func receiveData(_ connection: Int, _ request: Request) {
        switch request {
        case .marketData(let wanted): subscribe(connection, wanted)
        case .cancelMarketData(let id):
            guard clients[connection]?.quotes.removeValue(forKey: id) == nil else { return }
            notify(connection, Notice(id: id, code: 300, "Can't find EId with tickerId:\(id)"))
        case .contractDetails(let id, let contract, _, _):
            tellDetails(connection, id, contract)
        case .optionParameters(let id, let symbol, _, _, let contractID):
            tellParameters(connection, id, symbol, contractID)
        default: break
        }
    }

    static func unknownContract(_ id: Int) -> Notice {
        Notice(id: id, code: 200, "No security definition has been found for the request")
    }

    private mutating func subscribe(_ connection: Int, _ wanted: MarketDataRequest) {
        let id = wanted.requestID
        guard clients[connection]?.quotes[id] == nil else {
            return notify(connection, Notice(id: id, code: 102, "Duplicate ticker ID."))
        }
        guard clients[connection]?.quotes.count ?? 0 < Self.quotesMax else {
            return notify(
                connection, Notice(id: id, code: 101, "Max number of tickers has been reached"))
        }
        guard let legs = legs(of: wanted.contract) else {
            return notify(connection, Self.unknownContract(id))
        }
        let isCombo = wanted.contract.type == .combo
        var subscription = QuoteSubscription(
            instrument: isCombo ? nil : legs[0].instrument, legs: legs)
        var terms = TickTerms()
        terms.requestID = id
        terms.leastMove = Price(units: unitsOfOne / 100)
        terms.bestQuoteExchange = "9c0001"
        terms.snapshotPermissions = 3
        send(connection, .terms(terms))
        var kind = MarketDataKind()
        kind.requestID = id
        kind.type = clients[connection]?.dataType ?? 1
        send(connection, .marketData(kind))
        tellQuote(connection, id, &subscription)
        if wanted.isSnapshot {
            send(connection, .snapshotEnd(requestID: id))
        } else {
            clients[connection]?.quotes[id] = subscription
        }
    }

    /// How many quotes a user may look at, unless he pays for more.
    static var quotesMax: Int { 100 }

    /// Tells all who look at quotes what has changed.
    mutating func tellQuotes() {
        guard !faults.isLinkLost else { return }
        for connection in clients.keys.sorted() {
            for id in clients[connection]?.quotes.keys.sorted() ?? [] {
                guard var subscription = clients[connection]?.quotes[id] else { continue }
                tellQuote(connection, id, &subscription)
                clients[connection]?.quotes[id] = subscription
            }
        }
    }

    private mutating func tellQuote(
        _ connection: Int, _ id: Int, _ subscription: inout QuoteSubscription
    ) {
        let last = subscription.last
        let quote = subscription.instrument.map(market.quote) ?? comboQuote(subscription.legs)
        subscription.last = quote
        if last?.bid != quote.bid || last?.bidSize != quote.bidSize {
            tell(connection, id, .bid, quote.bid, quote.bid == nil ? 0 : quote.bidSize)
        }
        if last?.ask != quote.ask || last?.askSize != quote.askSize {
            tell(connection, id, .ask, quote.ask, quote.askSize)
        }
        guard let instrument = subscription.instrument else { return }
        if last?.mark != quote.mark {
            let cents = Price(rounding: (quote.mark * 100).rounded() / 100)
            tell(connection, id, .last, cents, 1)
        }
        if let model = quote.model, last?.model != model {
            tellModel(connection, id, instrument, quote, model)
        }
    }

    private mutating func tell(
        _ connection: Int, _ id: Int, _ kind: TickKind, _ price: Price?, _ size: Int
    ) {
        var tick = PriceTick()
        (tick.requestID, tick.kind, tick.price) = (id, kind, price)
        tick.size = Quantity(size)
        tick.attributes = kind == .last ? [] : [.canAutoExecute]
        send(connection, .price(tick))
    }

    private mutating func tellModel(
        _ connection: Int, _ id: Int, _ instrument: Instrument, _ quote: Quote,
        _ model: BlackScholes
    ) {
        var tick = ModelTick()
        (tick.requestID, tick.kind, tick.isPriceBased) = (id, .model, true)
        tick.volatility = Estimate(quote.volatility)
        tick.delta = Estimate(model.delta)
        tick.price = Estimate(model.price)
        tick.dividends = Estimate(0)
        tick.gamma = Estimate(model.gamma)
        tick.vega = Estimate(model.vega)
        tick.theta = Estimate(model.theta)
        tick.underlyingPrice = Estimate(market.spot(instrument.underlying))
        send(connection, .model(tick))
    }

    /// What a combo costs who buys it, and brings who sells it.
    func comboQuote(_ legs: [SimulatedOrder.Leg]) -> Quote {
        var (bid, ask, mark) = (Price.zero, Price.zero, 0.0)
        var (bidSize, askSize) = (Int.max, Int.max)
        for leg in legs {
            let quote = market.quote(leg.instrument)
            let (buys, sells) = (quote.ask, quote.bid ?? .zero)
            let count = Int64(leg.ratio.magnitude)
            let isBought = leg.ratio > 0
            ask += Price(units: (isBought ? buys.units : -sells.units) * count)
            bid += Price(units: (isBought ? sells.units : -buys.units) * count)
            mark += quote.mark * Double(leg.ratio)
            askSize = min(askSize, (isBought ? quote.askSize : quote.bidSize) / Int(count))
            bidSize = min(bidSize, (isBought ? quote.bidSize : quote.askSize) / Int(count))
        }
        return Quote(
            bid: bid, ask: ask, bidSize: max(1, bidSize), askSize: max(1, askSize), mark: mark,
            model: nil, volatility: 0)
    }

    /// What a contract stands for; nil for one that is not known, or not known enough.
    func legs(of contract: Contract) -> [SimulatedOrder.Leg]? {
        guard contract.type == .combo else {
            let found = listing.matching(contract)
            guard found.count == 1 else { return nil }
            return [SimulatedOrder.Leg(instrument: found[0], ratio: 1)]
        }
        guard (1...Bounds.legsMax).contains(contract.legs.count) else { return nil }
        var legs: [SimulatedOrder.Leg] = []
        for leg in contract.legs {
            guard let instrument = Instrument(contractID: leg.contractID),
                listing.isListed(instrument), (1...Bounds.ratioMax).contains(leg.ratio),
                !leg.exchange.isEmpty
            else { return nil }
            let ratio = leg.action == .buy ? leg.ratio : -leg.ratio
            legs.append(SimulatedOrder.Leg(instrument: instrument, ratio: ratio))
        }
        return legs
    }

    private mutating func tellDetails(_ connection: Int, _ id: Int, _ contract: Contract) {
        guard contract.type != .combo else {
            return notify(
                connection,
                Notice(
                    id: id, code: 321,
                    "Error validating request.-'bI' : cause - Invalid security type"))
        }
        let found = listing.matching(contract)
        guard !found.isEmpty else { return notify(connection, Self.unknownContract(id)) }
        for instrument in found {
            send(connection, .contractDetails(details(instrument, id)))
        }
        send(connection, .contractDetailsEnd(requestID: id))
    }

    private func details(_ instrument: Instrument, _ id: Int) -> ContractDetails {
        let terms = instrument.terms
        var details = ContractDetails()
        details.requestID = id
        details.contract = instrument.contract
        details.marketName = instrument.contract.tradingClass
        details.leastMove = Price(units: unitsOfOne / 100)
        details.orderTypes = "ACTIVETIM,ADJUST,ALERT,ALLOC,COND,DAY,GTC,LMT,MKT,STP,STPLMT,TRAIL"
        details.exchanges = instrument.option == nil ? "SMART,NYSE,ARCA" : "SMART,CBOE,AMEX"
        details.longName = terms.longName
        details.timeZone = "US/Eastern"
        let day = market.today.compact
        details.tradingHours = "\(day):0930-\(day):1600"
        details.liquidHours = details.tradingHours
        details.aggregationGroup = instrument.option == nil ? 1 : 2
        details.marketRules = "26,26,26"
        details.leastSize = Quantity(1)
        details.sizeIncrement = Quantity(1)
        details.suggestedSizeIncrement = instrument.option == nil ? Quantity(100) : Quantity(1)
        if let option = instrument.option {
            details.underlyingID = terms.contractID
            details.underlyingSymbol = terms.symbol
            details.underlyingType = "STK"
            details.contractMonth = String(option.expiry.compact.prefix(6))
            details.realExpiry = option.expiry.compact
        } else {
            details.stockType = terms.symbol == "AAPL" ? "COMMON" : "ETF"
        }
        return details
    }

    private mutating func tellParameters(
        _ connection: Int, _ id: Int, _ symbol: String, _ contractID: Int
    ) {
        let found = Underlying.all.first { $0.symbol == symbol && $0.contractID == contractID }
        guard let underlying = found else {
            return notify(connection, Self.unknownContract(id))
        }
        for exchange in ["SMART", "CBOE", "AMEX"] {
            var parameters = OptionParameters()
            parameters.requestID = id
            parameters.exchange = exchange
            parameters.underlyingID = underlying.contractID
            parameters.tradingClass = underlying.symbol
            parameters.multiplier = Quantity(100)
            parameters.expiries = listing.expiries.map(\.compact)
            parameters.strikes = listing.strikes(of: underlying).map { Price($0) }
            send(connection, .optionParameters(parameters))
        }
        send(connection, .optionParametersEnd(requestID: id))
    }
}
