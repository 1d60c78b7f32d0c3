import Numbers

extension TextCodec {
    /// One reply with its length before it; nil when a text in it has a NUL.
    package static func bytes(of reply: Reply) -> [UInt8]? {
        var writer = FieldWriter(from: .gateway)
        writer.begin()
        var id = reply.messageID
        writer.whole(&id)
        writer.reply(reply)
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
        guard let reply = reader.reply(id) else { return .unknown(messageID: id) }
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
}
