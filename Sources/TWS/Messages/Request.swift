/// What a client sends.
package enum Request: Hashable, Sendable {
    case start(clientID: Int, capabilities: String)
    case currentTime
    case orderIDs
    case managedAccounts
    case logLevel(Int)
    case summary(requestID: Int, group: String, tags: String)
    case cancelSummary(requestID: Int)
    case accountUpdates(subscribe: Bool, account: String)
    case positions
    case cancelPositions
    case positionsOf(requestID: Int, account: String, model: String)
    case cancelPositionsOf(requestID: Int)
    case valuesOf(requestID: Int, account: String, model: String, withLedger: Bool)
    case cancelValuesOf(requestID: Int)
    case openOrders
    case allOpenOrders
    case autoOpenOrders(bind: Bool)
    case completedOrders(apiOnly: Bool)
    indirect case place(Contract, Order)
    /// `manualTime` is left empty: one that IB cannot read makes it refuse the cancel.
    case cancel(orderID: Int, manualTime: String)
    case cancelAll
    case executions(requestID: Int, ExecutionFilter)
    case marketDataType(Int)
    indirect case marketData(MarketDataRequest)
    case cancelMarketData(requestID: Int)
    indirect case contractDetails(requestID: Int, Contract, includesExpired: Bool, issuer: String)
    case optionParameters(
        requestID: Int, symbol: String, exchange: String, type: SecurityType, contractID: Int)
    case profit(requestID: Int, account: String, model: String)
    case cancelProfit(requestID: Int)
    case positionProfit(requestID: Int, account: String, model: String, contractID: Int)
    case cancelPositionProfit(requestID: Int)
}

/// Which executions are asked for; what is empty is not asked about.
package struct ExecutionFilter: Hashable, Sendable {
    /// 0: of any client.
    package var clientID = 0
    package var account = ""
    /// `yyyymmdd-hh:mm:ss` in UTC, from which on.
    package var time = ""
    package var symbol = ""
    package var type = SecurityType("")
    package var exchange = ""
    package var side = ""

    package init() {}
}

/// A subscription to what the market says of one instrument.
package struct MarketDataRequest: Hashable, Sendable {
    /// Under which ticks will come.
    package var requestID = 0
    package var contract = Contract()
    /// IB's numbers with commas: `100,101,106`.
    package var genericTicks = ""
    /// Once, and no more.
    package var isSnapshot = false
    package var isRegulatorySnapshot = false
    package var options = ""

    package init() {}

    package init(requestID: Int, _ contract: Contract) {
        self.requestID = requestID
        self.contract = contract
    }
}
