import JSON
import Numbers
import TestKit
import Testing

@testable import TWS

/// What real clients sent, byte for byte, and what we send for the same calls.
@Suite struct CaptureTests {
    struct Sent {
        let label: String
        let bytes: [UInt8]
        let fields: [String]
    }

    static func captures(_ name: String, file: StaticString = #filePath) throws -> [Sent] {
        let folder = "\(file)".split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        let text = try #require(textOfFile("\(folder)/Kept/\(name).json"))
        return try #require(try JSONValue.parse(Array(text.utf8)).asArray).map { entry in
            let hex = Array(try #require(entry["hex"]?.asString).utf8)
            let bytes = stride(from: 0, to: hex.count, by: 2).map {
                UInt8(String(decoding: hex[$0..<($0 + 2)], as: UTF8.self), radix: 16) ?? 0
            }
            return Sent(
                label: try #require(entry["label"]?.asString), bytes: bytes,
                fields: entry["fields"]?.asArray?.compactMap(\.asString) ?? [])
        }
    }

    private static let account = "DU1234567"
    private static let option: Contract = {
        var option = Contract.option(
            id: 700_000_001, on: "SPY", expiry: "20261218", strike: Price(600), right: .call)
        option.localSymbol = "SPY   261218C00600000"
        return option
    }()
    private static let stock: Contract = {
        var stock = Contract(id: 265_598, symbol: "AAPL", type: .stock)
        stock.primaryExchange = "NASDAQ"
        stock.localSymbol = "AAPL"
        stock.tradingClass = "NMS"
        return stock
    }()
    private static let condor = Contract.combo(
        on: "SPX",
        [
            ComboLeg(contractID: 710_000_001, .buy), ComboLeg(contractID: 710_000_002, .sell),
            ComboLeg(contractID: 710_000_003, .sell), ComboLeg(contractID: 710_000_004, .buy),
        ])

    private static func order(
        _ id: Int, _ action: Action, _ quantity: Int, _ price: String?, _ reference: String,
        timeInForce: String = "DAY"
    ) -> Order {
        var order = Order(action, Quantity(quantity), price == nil ? .market : .limit)
        order.id = id
        order.limitPrice = price.flatMap { Price($0) }
        order.account = account
        order.reference = reference
        order.timeInForce = timeInForce
        return order
    }

    /// The calls that were recorded, in their order, after hello.
    static let calls: [Request] = {
        var filter = ExecutionFilter()
        filter.account = account
        filter.time = "20261120-00:00:00"
        var data = MarketDataRequest(requestID: 9005, option)
        data.genericTicks = "100,101,106"
        var loose = order(104, .buy, 1, "-1.25", "ref-condor2")
        loose.comboRouting = [TagValue("NonGuaranteed", "1")]
        var whatIf = order(105, .sell, 2, "4.05", "", timeInForce: "")
        whatIf.whatIf = true
        return [
            .start(clientID: 7, capabilities: ""), .orderIDs, .currentTime, .managedAccounts,
            .positions, .cancelPositions,
            .positionsOf(requestID: 9001, account: account, model: ""),
            .cancelPositionsOf(requestID: 9001),
            .summary(
                requestID: 9002, group: "All",
                tags: "NetLiquidation,TotalCashValue,BuyingPower,InitMarginReq,MaintMarginReq,"
                    + "ExcessLiquidity"),
            .cancelSummary(requestID: 9002),
            .accountUpdates(subscribe: true, account: account),
            .accountUpdates(subscribe: false, account: account), .openOrders, .allOpenOrders,
            .autoOpenOrders(bind: true), .executions(requestID: 9003, filter),
            .completedOrders(apiOnly: false),
            .contractDetails(requestID: 9004, option, includesExpired: false, issuer: ""),
            .marketDataType(3), .marketData(data), .cancelMarketData(requestID: 9005),
            .profit(requestID: 9006, account: account, model: ""),
            .cancelProfit(requestID: 9006),
            .positionProfit(
                requestID: 9007, account: account, model: "", contractID: 700_000_001),
            .cancelPositionProfit(requestID: 9007),
            .place(stock, order(101, .buy, 100, "195.5", "ref-stk")),
            .place(stock, order(101, .buy, 100, "195.75", "ref-stk")),
            .place(option, order(102, .sell, 2, "4.05", "ref-opt", timeInForce: "GTC")),
            .place(condor, order(103, .buy, 1, "-1.25", "ref-condor")),
            .place(condor, loose), .place(option, whatIf),
            .place(stock, order(106, .sell, 10, nil, "", timeInForce: "")),
            .cancel(orderID: 102, manualTime: ""), .cancelAll,
        ]
    }()

    /// The differences that tws-protocol.md (2.2) names: openClose and usePriceMgmtAlgo are left
    /// to the account, as IB's own client does.
    @Test func everyCallIsSentByteForByteAsIBAsyncSendsItButForTwoDefaults() throws {
        let sent = try Self.captures("ib_async").dropFirst()
        #expect(sent.count == Self.calls.count)
        for (capture, call) in zip(sent, Self.calls) {
            let bytes = try #require(TextCodec.bytes(of: call))
            guard case .place(let contract, var order) = call else {
                #expect(bytes == capture.bytes, "\(capture.label)")
                continue
            }
            let ours = fields(bytes)
            let differing = zip(ours, capture.fields).enumerated().filter { $1.0 != $1.1 }
            #expect(ours.count == capture.fields.count, "\(capture.label)")
            #expect(differing.map(\.element.0) == ["", ""], "\(capture.label) \(differing)")
            #expect(differing.map(\.element.1) == ["O", "0"], "\(capture.label) \(differing)")
            order.openClose = "O"
            order.handling.usesPriceManagement = false
            #expect(TextCodec.bytes(of: .place(contract, order)) == capture.bytes)
        }
    }

    @Test func whatBothLibrariesSendIsReadAsTheSameCalls() throws {
        for library in ["ib_async", "ibapi"] {
            for (capture, call) in zip(try Self.captures(library).dropFirst(), Self.calls) {
                var read = try request(capture.bytes)
                if case .message(.place(let contract, var order)) = read {
                    order.openClose = ""
                    order.handling.usesPriceManagement = nil
                    read = .message(.place(contract, order))
                }
                #expect(read == .message(call), "\(library): \(capture.label)")
            }
        }
    }

    @Test func helloOffersTheOneVersion() {
        #expect(TextCodec.hello == Array("API\0\0\0\0\u{09}v178..178".utf8))
    }

    @Test func textThatMayNotBeSentIsNotSent() {
        for text in ["a\0b", "é", "a\u{7f}"] {
            var order = Self.order(1, .buy, 1, "1", text)
            order.reference = text
            #expect(TextCodec.bytes(of: .place(Self.stock, order)) == nil)
        }
    }
}

/// The fields of one frame.
func fields(_ frame: [UInt8]) -> [String] {
    frame.dropFirst(4).split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
        String(decoding: $0, as: UTF8.self)
    }
}

/// A frame's payload read as a request.
func request(_ frame: [UInt8]) throws -> Decoded<Request> {
    try frame.dropFirst(4).withUnsafeBytes { try TextCodec.request($0) }
}

/// A payload, told by its fields, read as a reply: `61|3|DU1|…|`.
func reply(_ fields: String) throws -> Decoded<Reply> {
    let payload = fields.utf8.map { $0 == 0x7c ? 0 : $0 }
    return try payload.withUnsafeBytes { try TextCodec.reply($0) }
}
