import TWS

/// The calls of one message, each value by its path.
struct Calls {
    private(set) var values: [String: Told] = [:]

    init(_ name: String, _ arguments: [Told]) { add(name, arguments) }

    mutating func add(_ name: String, _ arguments: [Told]) {
        values[name] = .truth(true)
        for (place, argument) in arguments.enumerated() {
            argument.flat("\(name).\(place)", into: &values)
        }
    }
}

extension Reply {
    /// How a library calls its application when it has read this, and with what.
    func calls(_ library: Library) -> Calls {
        switch self {
        case .price, .size, .model, .figure, .text, .terms, .marketData, .snapshotEnd:
            tickCalls(library)
        case .progress, .openOrder, .openOrderEnd, .completedOrder, .completedOrdersEnd,
            .orderBound, .execution, .executionEnd, .commission:
            orderCalls(library)
        case .notice, .nextOrderID, .managedAccounts, .currentTime, .contractDetails,
            .contractDetailsEnd, .optionParameters, .optionParametersEnd:
            sessionCalls(library)
        case .accountValue, .accountTime, .accountEnd, .portfolio, .position, .positionEnd,
            .positionOf, .positionOfEnd, .summary, .summaryEnd, .valueOf, .valueOfEnd, .profit,
            .positionProfit:
            accountCalls(library)
        }
    }

    private func sessionCalls(_ library: Library) -> Calls {
        switch self {
        case .notice(let notice):
            Calls("error", notice.arguments(library))
        case .nextOrderID(let id): Calls("nextValidId", [.whole(id)])
        case .managedAccounts(let accounts):
            Calls("managedAccounts", [.text(accounts.joined(separator: ","))])
        case .currentTime(let seconds): Calls("currentTime", [.integer(seconds)])
        case .contractDetails(let details):
            Calls("contractDetails", [.whole(details.requestID), details.told(library)])
        case .contractDetailsEnd(let id): Calls("contractDetailsEnd", [.whole(id)])
        case .optionParameters(let parameters):
            Calls("securityDefinitionOptionParameter", parameters.arguments())
        case .optionParametersEnd(let id):
            Calls("securityDefinitionOptionParameterEnd", [.whole(id)])
        default: preconditionFailure("no message of a session")
        }
    }

    private func accountCalls(_ library: Library) -> Calls {
        switch self {
        case .accountValue(let value):
            Calls(
                "updateAccountValue",
                [.text(value.key), .text(value.value), .text(value.currency), .text(value.account)])
        case .accountTime(let time): Calls("updateAccountTime", [.text(time)])
        case .accountEnd(let account): Calls("accountDownloadEnd", [.text(account)])
        case .portfolio(let item): Calls("updatePortfolio", item.arguments())
        case .position(let held):
            Calls(
                "position",
                [
                    .text(held.account), held.contract.told(.held), .number(held.quantity),
                    .number(held.averageCost),
                ])
        case .positionEnd: Calls("positionEnd", [])
        case .positionOf(let id, let held):
            Calls(
                "positionMulti",
                [
                    .whole(id), .text(held.account), .text(held.model),
                    held.contract.told(.held), .number(held.quantity), .number(held.averageCost),
                ])
        case .positionOfEnd(let id): Calls("positionMultiEnd", [.whole(id)])
        case .summary(let id, let value):
            Calls("accountSummary", [.whole(id), .text(value.account)] + value.figure())
        case .summaryEnd(let id): Calls("accountSummaryEnd", [.whole(id)])
        case .valueOf(let id, let value):
            Calls(
                "accountUpdateMulti",
                [.whole(id), .text(value.account), .text(value.model)] + value.figure())
        case .valueOfEnd(let id): Calls("accountUpdateMultiEnd", [.whole(id)])
        case .profit(let id, let profit): Calls("pnl", [.whole(id)] + profit.figures())
        case .positionProfit(let id, let position):
            Calls(
                "pnlSingle",
                [.whole(id), .number(position.quantity, library)] + position.profit.figures()
                    + [.number(position.value)])
        default: preconditionFailure("no message of an account")
        }
    }
}

extension Notice {
    /// ibapi has a time besides, and undoes the escapes; ib_async hands on what stands there.
    fileprivate func arguments(_ library: Library) -> [Told] {
        let about: [Told] = [.whole(id)] + (library == .ibapi ? [.integer(0)] : [])
        return about + [
            .whole(code), .text(library.choose(text.escaped, ibapi: text)),
            .text(library.choose(rejectDetails.escaped, ibapi: rejectDetails)),
        ]
    }
}

extension String {
    /// As a gateway spells what is not ASCII.
    fileprivate var escaped: String {
        utf16.map { unit in
            unit < 0x80
                ? String(decoding: [unit], as: UTF16.self)
                : "\\u" + String(0x10000 + Int(unit), radix: 16).dropFirst()
        }
        .joined()
    }
}

extension AccountValue {
    fileprivate func figure() -> [Told] { [.text(key), .text(value), .text(currency)] }
}

extension Profit {
    fileprivate func figures() -> [Told] {
        [.number(daily), .number(unrealized), .number(realized)]
    }
}

extension PortfolioItem {
    fileprivate func arguments() -> [Told] {
        [
            contract.told(.portfolio), .number(quantity), .number(marketPrice),
            .number(marketValue), .number(averageCost), .number(unrealizedProfit),
            .number(realizedProfit), .text(account),
        ]
    }
}

extension OptionParameters {
    fileprivate func arguments() -> [Told] {
        [
            .whole(requestID), .text(exchange), .whole(underlyingID), .text(tradingClass),
            .spelled(multiplier), .list(expiries.map { .text($0) }),
            .list(strikes.map { .number($0) }),
        ]
    }
}
