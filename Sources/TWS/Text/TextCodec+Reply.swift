import Numbers

extension TextCodec {
    /// One reply with its length before it; nil when a text in it has a NUL.
    package static func bytes(of reply: Reply) -> [UInt8]? {
        var writer = FieldWriter(from: .gateway)
        writer.begin()
        var (copy, id) = (reply, reply.messageID)
        writer.whole(&id)
        writer.fields(of: &copy)
        return writer.end() ? writer.bytes : nil
    }

    /// What a gateway's frame says.
    ///
    /// The bytes have to stay as they are during the call. It never traps, whatever they are.
    package static func reply(
        _ payload: UnsafeRawBufferPointer
    ) throws(MisfitError) -> Decoded<Reply> {
        var reader = FieldReader(payload, from: .gateway)
        guard let id = reader.messageID() else {
            throw MisfitError(messageID: nil, field: 0, reason: .badNumber, bytes: Array(payload))
        }
        guard var reply = Reply(empty: id) else { return .unknown(messageID: id) }
        reader.fields(of: &reply)
        if let misfit = reader.misfit(id, payload) { throw misfit }
        return .message(reply)
    }
}

extension Reply {
    var messageID: Int {
        switch self {
        case .price: 1
        case .size: 2
        case .progress: 3
        case .notice: 4
        case .openOrder: 5
        case .accountValue: 6
        case .portfolio: 7
        case .accountTime: 8
        case .nextOrderID: 9
        case .contractDetails: 10
        case .execution: 11
        case .managedAccounts: 15
        case .model: 21
        case .figure: 45
        case .text: 46
        case .currentTime: 49
        case .contractDetailsEnd: 52
        case .openOrderEnd: 53
        case .accountEnd: 54
        case .executionEnd: 55
        case .snapshotEnd: 57
        case .marketData: 58
        case .commission: 59
        case .position: 61
        case .positionEnd: 62
        case .summary: 63
        case .summaryEnd: 64
        case .positionOf: 71
        case .positionOfEnd: 72
        case .valueOf: 73
        case .valueOfEnd: 74
        case .optionParameters: 75
        case .optionParametersEnd: 76
        case .terms: 81
        case .profit: 94
        case .positionProfit: 95
        case .orderBound: 100
        case .completedOrder: 101
        case .completedOrdersEnd: 102
        }
    }

    /// The reply of a number with nothing in it; nil for one that is not known.
    init?(empty messageID: Int) {
        switch messageID {
        case 1: self = .price(PriceTick())
        case 2: self = .size(SizeTick())
        case 3: self = .progress(OrderProgress())
        case 4: self = .notice(Notice())
        case 5: self = .openOrder(OpenOrder())
        case 6: self = .accountValue(AccountValue())
        case 7: self = .portfolio(PortfolioItem())
        case 8: self = .accountTime("")
        case 9: self = .nextOrderID(0)
        case 10: self = .contractDetails(ContractDetails())
        case 11: self = .execution(Execution())
        case 15: self = .managedAccounts([])
        case 21: self = .model(ModelTick())
        case 45: self = .figure(FigureTick())
        case 46: self = .text(TextTick())
        case 49: self = .currentTime(epochSeconds: 0)
        case 52: self = .contractDetailsEnd(requestID: 0)
        case 53: self = .openOrderEnd
        case 54: self = .accountEnd(account: "")
        case 55: self = .executionEnd(requestID: 0)
        case 57: self = .snapshotEnd(requestID: 0)
        case 58: self = .marketData(MarketDataKind())
        case 59: self = .commission(CommissionReport())
        case 61: self = .position(HeldPosition())
        case 62: self = .positionEnd
        case 63: self = .summary(requestID: 0, AccountValue())
        case 64: self = .summaryEnd(requestID: 0)
        case 71: self = .positionOf(requestID: 0, HeldPosition())
        case 72: self = .positionOfEnd(requestID: 0)
        case 73: self = .valueOf(requestID: 0, AccountValue())
        case 74: self = .valueOfEnd(requestID: 0)
        case 75: self = .optionParameters(OptionParameters())
        case 76: self = .optionParametersEnd(requestID: 0)
        case 81: self = .terms(TickTerms())
        case 94: self = .profit(requestID: 0, Profit())
        case 95: self = .positionProfit(requestID: 0, PositionProfit())
        case 100: self = .orderBound(BoundOrder())
        case 101: self = .completedOrder(CompletedOrder())
        case 102: self = .completedOrdersEnd
        default: return nil
        }
    }
}
