import Numbers
package import TWS
package import TestKit

extension Dice {
    /// A message of the same kind, with anything in it.
    package mutating func reply(like kind: Reply) -> Reply {
        switch kind {
        case .price, .size, .model, .figure, .text, .terms, .marketData: tick(like: kind)
        case .snapshotEnd: .snapshotEnd(requestID: whole())
        case .progress: .progress(progress())
        case .notice: .notice(notice())
        case .openOrder: .openOrder(openOrder())
        case .completedOrder: .completedOrder(completedOrder())
        case .orderBound: .orderBound(bound())
        case .execution: .execution(execution())
        case .executionEnd: .executionEnd(requestID: whole())
        case .commission: .commission(commission())
        case .nextOrderID: .nextOrderID(whole())
        case .managedAccounts: .managedAccounts((0..<below(4)).map { _ in "DU\(whole())" })
        case .currentTime: .currentTime(epochSeconds: 1_700_000_000 + Int64(whole()))
        case .accountValue: .accountValue(accountValue(withModel: false))
        case .accountTime: .accountTime(pick(["", "09:31"]))
        case .accountEnd: .accountEnd(account: "DU\(whole())")
        case .portfolio: .portfolio(portfolio())
        case .position: .position(position(withModel: false))
        case .positionOf: .positionOf(requestID: whole(), position(withModel: true))
        case .positionOfEnd: .positionOfEnd(requestID: whole())
        case .summary: .summary(requestID: whole(), accountValue(withModel: false))
        case .summaryEnd: .summaryEnd(requestID: whole())
        case .valueOf: .valueOf(requestID: whole(), accountValue(withModel: true))
        case .valueOfEnd: .valueOfEnd(requestID: whole())
        case .profit: .profit(requestID: whole(), profit())
        case .positionProfit: .positionProfit(requestID: whole(), positionProfit())
        case .contractDetails: .contractDetails(contractDetails())
        case .contractDetailsEnd: .contractDetailsEnd(requestID: whole())
        case .optionParameters: .optionParameters(optionParameters())
        case .optionParametersEnd: .optionParametersEnd(requestID: whole())
        case .openOrderEnd, .completedOrdersEnd, .positionEnd: kind
        }
    }

    private mutating func notice() -> Notice {
        var notice = Notice(
            id: pick([-1, whole()]), code: below(11_000),
            pick(["", "Order held: \(whole())", "café 😀 \(whole())"]))
        notice.rejectDetails = pick(["", #"{"rejects":[{"desc":"é"}]}"#])
        return notice
    }

    private mutating func progress() -> OrderProgress {
        var progress = OrderProgress()
        progress.orderID = whole()
        progress.status = status()
        progress.filled = positive()
        progress.remaining = positive()
        progress.averagePrice = number()
        progress.permanentID = permanentID()
        progress.parentID = whole()
        progress.lastPrice = number()
        progress.clientID = whole()
        progress.whyHeld = pick(["", "locate"])
        progress.marketCapPrice = number()
        return progress
    }

    private mutating func bound() -> BoundOrder {
        var bound = BoundOrder()
        bound.permanentID = permanentID()
        bound.clientID = whole()
        bound.orderID = whole()
        return bound
    }

    private mutating func execution() -> Execution {
        var execution = Execution()
        execution.requestID = pick([-1, whole()])
        execution.orderID = whole()
        execution.contract = heldContract()
        execution.id = "0000e0d5.\(whole()).01.01"
        execution.time = "20261122-15:12:\(10 + below(50))"
        execution.account = "DU\(whole())"
        execution.exchange = word()
        execution.side = pick(Execution.Side.allCases)
        execution.quantity = positive()
        execution.price = number()
        execution.permanentID = permanentID()
        execution.clientID = whole()
        execution.isLiquidation = below(2)
        execution.cumulativeQuantity = positive()
        execution.averagePrice = number()
        execution.orderReference = word()
        execution.economicRule = word()
        execution.economicMultiplier = maybe()
        execution.model = word()
        execution.lastLiquidity = below(4)
        execution.isPriceRevisionPending = flag()
        return execution
    }

    private mutating func commission() -> CommissionReport {
        var report = CommissionReport()
        report.executionID = "0000e0d5.\(whole()).01.01"
        report.commission = number()
        report.currency = pick(["USD", "EUR"])
        report.realizedProfit = maybe()
        report.yield = maybe()
        report.yieldRedemptionDate = pick(["", "20301231"])
        return report
    }
}
