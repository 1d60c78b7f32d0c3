import Numbers

extension TextCodec {
    /// One request with its length before it; nil when a text in it may not be sent.
    package static func bytes(of request: Request) -> [UInt8]? {
        var writer = FieldWriter(from: .client)
        writer.begin()
        writer.request(request)
        return writer.end() ? writer.bytes : nil
    }

    /// What a client's frame asks for.
    package static func request(
        _ payload: UnsafeRawBufferPointer
    ) throws(MisfitError) -> Decoded<Request> {
        var reader = FieldReader(payload, from: .client)
        guard let id = reader.messageID() else {
            throw MisfitError(messageID: nil, field: 0, reason: .badNumber, bytes: Array(payload))
        }
        guard var request = Request(empty: id) else { return .unknown(messageID: id) }
        reader.fields(of: &request)
        if let misfit = reader.misfit(id, payload) { throw misfit }
        return .message(request)
    }
}

extension FieldWriter {
    fileprivate mutating func request(_ request: Request) {
        var (copy, id) = (request, request.messageID)
        whole(&id)
        fields(of: &copy)
    }
}

extension Request {
    var messageID: Int {
        switch self {
        case .start: 71
        case .currentTime: 49
        case .orderIDs: 8
        case .managedAccounts: 17
        case .logLevel: 14
        case .summary: 62
        case .cancelSummary: 63
        case .accountUpdates: 6
        case .positions: 61
        case .cancelPositions: 64
        case .positionsOf: 74
        case .cancelPositionsOf: 75
        case .valuesOf: 76
        case .cancelValuesOf: 77
        case .openOrders: 5
        case .allOpenOrders: 16
        case .autoOpenOrders: 15
        case .completedOrders: 99
        case .place: 3
        case .cancel: 4
        case .cancelAll: 58
        case .executions: 7
        case .marketDataType: 59
        case .marketData: 1
        case .cancelMarketData: 2
        case .contractDetails: 9
        case .optionParameters: 78
        case .profit: 92
        case .cancelProfit: 93
        case .positionProfit: 94
        case .cancelPositionProfit: 95
        }
    }

    /// The request of a number with nothing in it; nil for one that is not known.
    init?(empty messageID: Int) {
        guard let request = Self.empty[messageID] else { return nil }
        self = request
    }

    private static let empty: [Int: Request] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.messageID, $0) })

    /// Each request once, with nothing in it.
    static let all: [Request] = [
        .start(clientID: 0, capabilities: ""), .currentTime, .orderIDs, .managedAccounts,
        .logLevel(0), .summary(requestID: 0, group: "", tags: ""), .cancelSummary(requestID: 0),
        .accountUpdates(subscribe: false, account: ""), .positions, .cancelPositions,
        .positionsOf(requestID: 0, account: "", model: ""), .cancelPositionsOf(requestID: 0),
        .valuesOf(requestID: 0, account: "", model: "", withLedger: false),
        .cancelValuesOf(requestID: 0), .openOrders, .allOpenOrders, .autoOpenOrders(bind: false),
        .completedOrders(apiOnly: false), .place(Contract(), Order()),
        .cancel(orderID: 0, manualTime: ""), .cancelAll,
        .executions(requestID: 0, ExecutionFilter()), .marketDataType(0),
        .marketData(MarketDataRequest()), .cancelMarketData(requestID: 0),
        .contractDetails(requestID: 0, Contract(), includesExpired: false, issuer: ""),
        .optionParameters(
            requestID: 0, symbol: "", exchange: "", type: SecurityType(""), contractID: 0),
        .profit(requestID: 0, account: "", model: ""), .cancelProfit(requestID: 0),
        .positionProfit(requestID: 0, account: "", model: "", contractID: 0),
        .cancelPositionProfit(requestID: 0),
    ]
}
