import TWS

extension Reply {
    func orderCalls(_ library: Library) -> Calls {
        switch self {
        case .progress(let progress): Calls("orderStatus", progress.arguments())
        case .openOrder(let open):
            Calls(
                "openOrder",
                [
                    .whole(open.order.id), open.contract.told(.order),
                    open.order.told(library, isCompleted: false), open.state.told(library),
                ])
        case .openOrderEnd: Calls("openOrderEnd", [])
        case .completedOrder(let done):
            Calls(
                "completedOrder",
                [done.contract.told(.order), done.told(library), done.state()])
        case .completedOrdersEnd: Calls("completedOrdersEnd", [])
        case .orderBound(let bound):
            Calls(
                "orderBound",
                [.integer(bound.permanentID), .whole(bound.clientID), .whole(bound.orderID)])
        case .execution(let execution):
            Calls(
                "execDetails",
                [
                    .whole(execution.requestID), execution.contract.told(.held),
                    execution.told(library),
                ])
        case .executionEnd(let id): Calls("execDetailsEnd", [.whole(id)])
        case .commission(let report):
            Calls(
                library.choose("commissionReport", ibapi: "commissionAndFeesReport"),
                [report.told(library)])
        default: preconditionFailure("nothing about orders")
        }
    }
}

extension OrderProgress {
    fileprivate func arguments() -> [Told] {
        [
            .whole(orderID), .text(status.word), .number(filled), .number(remaining),
            .number(averagePrice), .integer(permanentID), .whole(parentID), .number(lastPrice),
            .whole(clientID), .text(whyHeld), .number(marketCapPrice),
        ]
    }
}

extension Execution {
    fileprivate func told(_ library: Library) -> Told {
        .object([
            "orderId": .whole(orderID),
            "execId": .text(id),
            "time": .text(library.choose(isoTime, ibapi: time)),
            "acctNumber": .text(account),
            "exchange": .text(exchange),
            "side": .text(side.rawValue),
            "shares": .number(quantity),
            "price": .number(price),
            "permId": .integer(permanentID),
            "clientId": .whole(clientID),
            "liquidation": .whole(isLiquidation),
            "cumQty": .number(cumulativeQuantity),
            "avgPrice": .number(averagePrice),
            "orderRef": .text(orderReference),
            "evRule": .text(economicRule),
            "evMultiplier": .number(economicMultiplier, none: .units(0)),
            "modelCode": .text(model),
            "lastLiquidity": .whole(lastLiquidity),
            "pendingPriceRevision": .truth(isPriceRevisionPending),
        ])
    }

    /// `2026-11-22T15:12:56+00:00` for `20261122-15:12:56`, as ib_async's application has it.
    private var isoTime: String {
        let date = time.prefix(8)
        return "\(date.prefix(4))-\(date.dropFirst(4).prefix(2))-\(date.suffix(2))"
            + "T\(time.suffix(8))+00:00"
    }
}

extension CommissionReport {
    fileprivate func told(_ library: Library) -> Told {
        .object([
            "execId": .text(executionID),
            library.choose("commission", ibapi: "commissionAndFees"): .number(commission),
            "currency": .text(currency),
            "realizedPNL": .number(realizedProfit),
            "yield_": .number(yield),
            "yieldRedemptionDate": .whole(Int(yieldRedemptionDate), none: .integer(0)),
        ])
    }
}

extension OrderState {
    fileprivate func told(_ library: Library) -> Told {
        let fees = library.choose("ommission", ibapi: "ommissionAndFees")
        var told: [String: Told] = [
            "status": .text(status.word),
            "c\(fees)": .number(commission),
            "minC\(fees)": .number(commissionLeast),
            "maxC\(fees)": .number(commissionMost),
            "c\(fees)Currency": .text(commissionCurrency),
            "warningText": .text(warning),
        ]
        for (when, margins) in [("Before", before), ("Change", change), ("After", after)] {
            told["initMargin\(when)"] = .number(margins.initial)
            told["maintMargin\(when)"] = .number(margins.maintenance)
            told["equityWithLoan\(when)"] = .number(margins.equityWithLoan)
        }
        return .object(told)
    }
}

extension CompletedOrder {
    fileprivate func told(_ library: Library) -> Told {
        guard case .object(var told) = order.told(library, isCompleted: true) else {
            return .nothing
        }
        told["filledQuantity"] = .number(filled)
        told["autoCancelDate"] = .text(autoCancelDate)
        told["parentPermId"] = .integer(parentPermanentID ?? 0)
        // Sent as nothing, always.
        told["refFuturesConId"] = .integer(0)
        told["shareholder"] = .text("")
        told["imbalanceOnly"] = .truth(false)
        told["routeMarketableToBbo"] = .truth(false)
        return .object(told)
    }

    fileprivate func state() -> Told {
        .object([
            "status": .text(status.word),
            "completedTime": .text(completedTime),
            "completedStatus": .text(completedStatus),
        ])
    }
}
