package import Numbers

/// An order as a client places it and a gateway tells it.
///
/// What plain orders have is here; the rest is in parts of their own, each with the default that
/// means "not used".
package struct Order: Hashable, Sendable {
    /// Unique for the client's id; 0 for an order of no API client.
    package var id = 0
    /// Of the client that placed it. A gateway tells it; a client does not say it.
    package var clientID = 0
    /// Unique in the account, for good; 0 until the gateway told it.
    package var permanentID: Int64 = 0

    /// What is traded, and at what price; one that does not belong to the type is nil.
    package var action = Action.buy
    package var quantity: Quantity?
    package var type = OrderType.limit
    package var limitPrice: Price?
    /// The stop price, or how far a trailing stop trails.
    package var auxiliaryPrice: Price?
    package var timeInForce = "DAY"
    package var account = ""
    /// Ours: comes back in open orders and executions, and tells what was sent before a crash.
    package var reference = ""
    /// Whether it goes on to the exchange; a parent waits for its last child.
    package var transmit = true
    package var parentID = 0
    package var outsideRegularHours = false
    package var whatIf = false
    /// Open, close, or empty: what it does to a position, where that has to be said.
    package var openClose = ""
    package var origin = 0
    package var blockOrder = false
    package var sweepToFill = false
    package var displaySize: Int? = 0
    package var triggerMethod = 0
    package var hidden = false
    package var discretionaryAmount: Price? = .zero
    package var goodAfterTime = ""
    package var goodTillDate = ""
    package var oneCancelsAll = OneCancelsAll()
    package var allOrNone = false
    package var minimumQuantity: Int?
    package var percentOffset: Ratio?
    package var trailStopPrice: Price?
    package var trailingPercent: Ratio?
    package var cashQuantity: Cash?
    /// Prices of the legs, in their order; empty where the combo has one price.
    package var legPrices: [Price?] = []
    package var comboRouting: [TagValue] = []
    package var conditions = Conditions()
    package var algorithm = Algorithm()
    package var allocation = Allocation()
    package var clearing = Clearing()
    package var shortSale = ShortSale()
    package var volatility = VolatilityTerms()
    package var box = BoxTerms()
    package var scale = ScaleTerms()
    package var hedge = Hedge()
    package var peg = PegTerms()
    package var adjustment = Adjustment()
    package var oversight = Oversight()
    package var handling = Handling()

    package init() {}

    package init(
        _ action: Action, _ quantity: Quantity, _ type: OrderType, limitPrice: Price? = nil
    ) {
        self.action = action
        self.quantity = quantity
        self.type = type
        self.limitPrice = limitPrice
    }
}

/// How an order is priced, in IB's word.
package struct OrderType: Hashable, Sendable {
    /// Such as `LMT`.
    package var word: String

    package init(_ word: String) { self.word = word }

    /// IB's words for those that V6 uses.
    package static let market = OrderType("MKT")
    package static let limit = OrderType("LMT")
    package static let stop = OrderType("STP")
    package static let stopLimit = OrderType("STP LMT")
    package static let trailingStop = OrderType("TRAIL")
}

/// A group of which one is to be done.
package struct OneCancelsAll: Hashable, Sendable {
    /// Any name; orders of the same one belong together.
    package var group = ""
    /// 1 cancel with block, 2 reduce with block, 3 reduce without; 0 where there is no group.
    package var type = 0
}

/// An algorithm of IB's that works the order.
package struct Algorithm: Hashable, Sendable {
    /// Such as `Adaptive`; empty for none.
    package var strategy = ""
    package var parameters: [TagValue] = []
    package var id = ""
}

/// How an adviser's order is shared out.
package struct Allocation: Hashable, Sendable {
    /// As the adviser's account names them.
    package var group = ""
    package var method = ""
    package var percentage = ""
    package var model = ""
    /// What a gateway puts where shares were allocated once.
    package var sharesText = ""
}

/// Who settles and clears it.
package struct Clearing: Hashable, Sendable {
    /// Empty: as the account has it.
    package var settlingFirm = ""
    package var account = ""
    package var intent = ""
    package var rule80A = ""
}

/// Where the shares of a short sale come from.
package struct ShortSale: Hashable, Sendable {
    /// 1 the broker has them, 2 they come from the place named; 0 where it does not matter.
    package var slot = 0
    package var location = ""
    package var exemptCode = -1
}

/// An order by volatility, and the order in the underlying that keeps it neutral.
package struct VolatilityTerms: Hashable, Sendable {
    /// In percent, a day's (1) or a year's (2).
    package var volatility: Ratio?
    package var type: Int?
    package var continuousUpdate = false
    package var referencePriceType: Int?
    package var hedgeOrderType = ""
    package var hedgePrice: Price?
    package var hedgeContractID: Int? = 0
    package var hedgeSettlingFirm = ""
    package var hedgeClearingAccount = ""
    package var hedgeClearingIntent = ""
    package var hedgeOpenClose = ""
    package var hedgeShortSale = false
    package var hedgeShortSaleSlot: Int? = 0
    package var hedgeLocation = ""
}

/// Terms of auctions of BOX, and of orders pegged to a stock.
package struct BoxTerms: Hashable, Sendable {
    /// 1 match, 2 improvement, 3 transparent; 0 for none.
    package var auctionStrategy = 0
    package var startingPrice: Price?
    package var stockPrice: Price?
    package var delta: Ratio?
    package var stockRangeLower: Price?
    package var stockRangeUpper: Price?
    package var overridesPercentageConstraints = false
}

/// An order in parts at several prices.
package struct ScaleTerms: Hashable, Sendable {
    /// In contracts; prices in the currency of the contract.
    package var firstSize: Int?
    package var nextSize: Int?
    package var priceIncrement: Price?
    package var priceAdjustment: Price?
    package var priceAdjustmentInterval: Int?
    package var profitOffset: Price?
    package var autoReset = false
    package var firstPosition: Int?
    package var firstFill: Int?
    package var randomPercent = false
    package var table = ""
    package var activeStart = ""
    package var activeEnd = ""

    /// Whether the increment brings the seven fields that belong to it.
    var isScaled: Bool { (priceIncrement ?? .zero) > .zero }
}

/// A child that hedges its parent.
package struct Hedge: Hashable, Sendable {
    /// `D` delta, `B` beta, `F` foreign exchange, `P` pair; empty for none.
    package var type = ""
    package var parameter = ""
}

/// Terms of pegged orders.
package struct PegTerms: Hashable, Sendable {
    /// The instrument that the price follows, and by how much.
    package var referenceContractID = 0
    package var isChangeDecrease = false
    package var changeAmount: Price? = .zero
    package var referenceChangeAmount: Price? = .zero
    package var referenceExchange = ""
    package var minimumTradeQuantity: Int?
    package var minimumCompeteSize: Int?
    /// Infinite: up to the middle.
    package var competeOffset = Stated<Price>.unset
    package var midOffsetAtWhole: Price?
    package var midOffsetAtHalf: Price?
}

/// What the order becomes when a price is reached.
package struct Adjustment: Hashable, Sendable {
    /// The type it becomes; empty where it stays.
    package var type = ""
    package var triggerPrice: Price?
    package var limitOffset: Price?
    package var stopPrice: Price?
    package var stopLimitPrice: Price?
    package var trailingAmount: Price?
    package var trailingUnit = 0
}

/// Who decides and answers for it: MiFID II and the like.
package struct Oversight: Hashable, Sendable {
    /// Names and codes as the account has them.
    package var operatorName = ""
    package var softDollarName = ""
    package var softDollarValue = ""
    package var softDollarDisplay = ""
    package var decisionMaker = ""
    package var decisionAlgorithm = ""
    package var executionTrader = ""
    package var executionAlgorithm = ""
    package var manualOrderTime = ""
}

/// How IB and the exchange are to treat it.
package struct Handling: Hashable, Sendable {
    /// IB takes neither of these two any more: it refuses what has them.
    package var isElectronicOnly = false
    package var isFirmQuoteOnly = false
    package var bestQuoteCap: Price?
    package var optOutSmartRouting = false
    package var notHeld = false
    /// `tag=value;` for each.
    package var miscellaneous = ""
    package var solicited = false
    package var randomizesSize = false
    package var randomizesPrice = false
    package var noAutoPriceForHedge = false
    package var isContainer = false
    package var discretionaryUpToLimit = false
    /// Nil: as the account has it.
    package var usesPriceManagement: Bool?
    /// Of a good-till order, in seconds.
    package var duration: Int?
    /// Before it is posted at an alternative trading system, in seconds.
    package var postToATS: Int?
    package var autoCancelsParent = false
    /// Which rejects it is to go through all the same: their numbers with commas.
    package var errorOverride = ""
    package var basisPoints: Price?
    package var basisPointsType: Int?
}
