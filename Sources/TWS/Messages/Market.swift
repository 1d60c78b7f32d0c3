package import Numbers

/// Which figure a tick brings: IB's number for it.
package struct TickKind: Hashable, Sendable {
    /// From IB's list of tick types.
    package var number: Int

    package init(_ number: Int) { self.number = number }

    /// Those that V6 reads.
    package static let bidSize = TickKind(0)
    package static let bid = TickKind(1)
    package static let ask = TickKind(2)
    package static let askSize = TickKind(3)
    package static let last = TickKind(4)
    package static let lastSize = TickKind(5)
    package static let high = TickKind(6)
    package static let low = TickKind(7)
    package static let volume = TickKind(8)
    package static let close = TickKind(9)
    package static let bidModel = TickKind(10)
    package static let askModel = TickKind(11)
    package static let lastModel = TickKind(12)
    package static let model = TickKind(13)
    package static let open = TickKind(14)
    package static let mark = TickKind(37)
    package static let lastTime = TickKind(45)
    package static let halted = TickKind(49)
    package static let delayedBid = TickKind(66)
    package static let delayedAsk = TickKind(67)
    package static let delayedLast = TickKind(68)
    package static let delayedModel = TickKind(83)
}

/// A price of the market, with its size.
package struct PriceTick: Hashable, Sendable {
    /// Of the subscription.
    package var requestID = 0
    package var kind = TickKind(0)
    /// Nil when there is no quote, which a gateway spells as -1.
    package var price: Price?
    package var size: Quantity? = .zero
    package var attributes = Attributes([])

    /// What the exchange says of the quote.
    package struct Attributes: OptionSet, Hashable, Sendable {
        /// IB's bits.
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// Each is one bit.
        package static let canAutoExecute = Attributes(rawValue: 1)
        package static let isPastLimit = Attributes(rawValue: 2)
        package static let isBeforeOpen = Attributes(rawValue: 4)
    }

    package init() {}
}

/// A size of the market.
package struct SizeTick: Hashable, Sendable {
    /// Of the subscription.
    package var requestID = 0
    package var kind = TickKind(0)
    package var size: Quantity? = .zero

    package init() {}
}

/// What IB's model says of an option. What it did not compute is nil.
package struct ModelTick: Hashable, Sendable {
    /// Of the subscription.
    package var requestID = 0
    package var kind = TickKind(0)
    /// Whether by price; else by return.
    package var isPriceBased = false
    /// A year's, as a share of 1.
    package var volatility = Estimate(nil)
    package var delta = Estimate(nil)
    package var price = Estimate(nil)
    package var dividends = Estimate(nil)
    package var gamma = Estimate(nil)
    package var vega = Estimate(nil)
    package var theta = Estimate(nil)
    package var underlyingPrice = Estimate(nil)

    package init() {}
}

/// A figure of the market that is neither price nor size.
package struct FigureTick: Hashable, Sendable {
    /// Of the subscription.
    package var requestID = 0
    package var kind = TickKind(0)
    package var value: Ratio?

    package init() {}
}

/// A text of the market: a time, exchanges.
package struct TextTick: Hashable, Sendable {
    /// Of the subscription.
    package var requestID = 0
    package var kind = TickKind(0)
    package var text = ""

    package init() {}
}

/// What applies to all ticks of a subscription.
package struct TickTerms: Hashable, Sendable {
    /// Of the subscription. Prices move by the least move, or more.
    package var requestID = 0
    package var leastMove: Price?
    package var bestQuoteExchange = ""
    package var snapshotPermissions = 0

    package init() {}
}

/// Whether what comes is live: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen.
package struct MarketDataKind: Hashable, Sendable {
    /// Of the subscription.
    package var requestID = 0
    package var type = 0

    package init() {}
}

/// What an exchange says of an instrument.
package struct ContractDetails: Hashable, Sendable {
    /// Of the request; lists are IB's text, with commas.
    package var requestID = 0
    package var contract = Contract()
    package var marketName = ""
    package var leastMove: Price?
    package var orderTypes = ""
    package var exchanges = ""
    package var priceMagnifier = 1
    package var underlyingID = 0
    package var longName = ""
    package var contractMonth = ""
    package var industry = ""
    package var category = ""
    package var subcategory = ""
    package var timeZone = ""
    /// `20261120:0930-20261120:1600;20261121:CLOSED`
    package var tradingHours = ""
    package var liquidHours = ""
    package var economicRule = ""
    package var economicMultiplier = ""
    package var secondaryIDs: [TagValue] = []
    package var aggregationGroup: Int?
    package var underlyingSymbol = ""
    package var underlyingType = ""
    package var marketRules = ""
    package var realExpiry = ""
    package var stockType = ""
    package var leastSize: Quantity?
    package var sizeIncrement: Quantity?
    package var suggestedSizeIncrement: Quantity?

    package init() {}
}

/// Which options there are on something, at one exchange.
package struct OptionParameters: Hashable, Sendable {
    /// Of the request. Expiries are `20261218`; strikes are in no order.
    package var requestID = 0
    package var exchange = ""
    package var underlyingID = 0
    package var tradingClass = ""
    package var multiplier: Quantity?
    package var expiries: [String] = []
    package var strikes: [Price] = []

    package init() {}
}
