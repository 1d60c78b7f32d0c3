import TWS

extension Order {
    /// All that an open or a completed order tells, by the names of the libraries.
    func told(_ library: Library, isCompleted: Bool) -> Told {
        var told = terms(library)
        for part in [prices(), parties(), flags(), volatilityTerms(), scaleTerms(), pegTerms()] {
            told.merge(part) { _, new in new }
        }
        told["conditions"] = .list(conditions.all.map { $0.told(library) })
        if !isCompleted { told.merge(openTerms(library)) { _, new in new } }
        return .object(told)
    }

    private func terms(_ library: Library) -> [String: Told] {
        [
            "permId": .integer(permanentID),
            "action": .text(action.rawValue),
            "totalQuantity": .number(quantity, library),
            "orderType": .text(type.word),
            "tif": .text(timeInForce),
            "ocaGroup": .text(oneCancelsAll.group),
            "ocaType": .whole(oneCancelsAll.type),
            "account": .text(account),
            "openClose": .text(openClose, none: "?"),
            "origin": .whole(origin),
            "orderRef": .text(reference),
            "outsideRth": .truth(outsideRegularHours),
            "hidden": .truth(hidden),
            "goodAfterTime": .text(goodAfterTime),
            "goodTillDate": .text(goodTillDate),
            "displaySize": .whole(displaySize, none: library.choose(.integer(0), ibapi: .nothing)),
            "sweepToFill": .truth(sweepToFill),
            "allOrNone": .truth(allOrNone),
            "minQty": .whole(minimumQuantity),
            "triggerMethod": .whole(triggerMethod),
            "hedgeType": .text(hedge.type),
            "hedgeParam": .text(hedge.parameter),
            "algoStrategy": .text(algorithm.strategy),
            "algoParams": .tags(algorithm.parameters),
            "orderComboLegs": .list(legPrices.map { .object(["price": .number($0)]) }),
            "smartComboRoutingParams": .tags(comboRouting),
            "conditionsIgnoreRth": .truth(conditions.ignoreRegularHours),
            "conditionsCancelOrder": .truth(conditions.cancelOrder),
        ]
    }

    private func prices() -> [String: Told] {
        [
            "lmtPrice": .number(limitPrice),
            "auxPrice": .number(auxiliaryPrice),
            "discretionaryAmt": .number(discretionaryAmount),
            "percentOffset": .number(percentOffset),
            "trailStopPrice": .number(trailStopPrice),
            "trailingPercent": .number(trailingPercent),
            "cashQty": .number(cashQuantity),
            "startingPrice": .number(box.startingPrice),
            "stockRefPrice": .number(box.stockPrice),
            "delta": .number(box.delta),
            "stockRangeLower": .number(box.stockRangeLower),
            "stockRangeUpper": .number(box.stockRangeUpper),
            "lmtPriceOffset": .number(adjustment.limitOffset),
        ]
    }

    private func parties() -> [String: Told] {
        [
            "faGroup": .text(allocation.group),
            "faMethod": .text(allocation.method),
            "faPercentage": .text(allocation.percentage),
            "modelCode": .text(allocation.model),
            "rule80A": .text(clearing.rule80A, none: "0"),
            "settlingFirm": .text(clearing.settlingFirm),
            "clearingAccount": .text(clearing.account),
            "clearingIntent": .text(clearing.intent),
            "shortSaleSlot": .whole(shortSale.slot),
            "designatedLocation": .text(shortSale.location),
            "exemptCode": .whole(shortSale.exemptCode),
        ]
    }

    private func flags() -> [String: Told] {
        [
            "notHeld": .truth(handling.notHeld),
            "solicited": .truth(handling.solicited),
            "randomizeSize": .truth(handling.randomizesSize),
            "randomizePrice": .truth(handling.randomizesPrice),
            "dontUseAutoPriceForHedge": .truth(handling.noAutoPriceForHedge),
            "isOmsContainer": .truth(handling.isContainer),
            "autoCancelParent": .truth(handling.autoCancelsParent),
        ]
    }

    /// What is told of an open order alone.
    private func openTerms(_ library: Library) -> [String: Told] {
        var told: [String: Told] = [
            "orderId": .whole(id),
            "clientId": .whole(clientID),
            "parentId": .whole(parentID),
            "blockOrder": .truth(blockOrder),
            "whatIf": .truth(whatIf),
            "auctionStrategy": .whole(box.auctionStrategy),
            "basisPoints": .number(handling.basisPoints),
            "basisPointsType": .whole(handling.basisPointsType),
            "optOutSmartRouting": .truth(handling.optOutSmartRouting),
            "discretionaryUpToLimitPrice": .truth(handling.discretionaryUpToLimit),
            "usePriceMgmtAlgo": .truth(handling.usesPriceManagement ?? false),
            "duration": .whole(handling.duration),
            "postToAts": .whole(handling.postToATS),
            "adjustedOrderType": .text(adjustment.type, none: "None"),
            "triggerPrice": .number(adjustment.triggerPrice),
            "adjustedStopPrice": .number(adjustment.stopPrice),
            "adjustedStopLimitPrice": .number(adjustment.stopLimitPrice),
            "adjustedTrailingAmount": .number(adjustment.trailingAmount),
            "adjustableTrailingUnit": .whole(adjustment.trailingUnit),
            "softDollarTier": .object([
                "name": .text(oversight.softDollarName),
                "val": .text(oversight.softDollarValue),
                "displayName": .text(oversight.softDollarDisplay),
            ]),
            "deltaNeutralSettlingFirm": .text(volatility.hedgeSettlingFirm),
            "deltaNeutralClearingAccount": .text(volatility.hedgeClearingAccount),
            "deltaNeutralClearingIntent": .text(volatility.hedgeClearingIntent),
            "deltaNeutralOpenClose": .text(volatility.hedgeOpenClose, none: "?"),
        ]
        // ibapi passes over what IB takes no more.
        if library == .ibAsync {
            told["eTradeOnly"] = .truth(handling.isElectronicOnly)
            told["firmQuoteOnly"] = .truth(handling.isFirmQuoteOnly)
            told["nbboPriceCap"] = .number(handling.bestQuoteCap)
        }
        return told
    }

    private func volatilityTerms() -> [String: Told] {
        let terms = volatility
        return [
            "volatility": .number(terms.volatility),
            "volatilityType": .whole(terms.type, none: .integer(0)),
            "continuousUpdate": .truth(terms.continuousUpdate),
            "referencePriceType": .whole(terms.referencePriceType, none: .integer(0)),
            "deltaNeutralOrderType": .text(terms.hedgeOrderType, none: "None"),
            "deltaNeutralAuxPrice": .number(terms.hedgePrice),
            "deltaNeutralConId": .whole(terms.hedgeContractID, none: .integer(0)),
            "deltaNeutralShortSale": .truth(terms.hedgeShortSale),
            "deltaNeutralShortSaleSlot": .whole(terms.hedgeShortSaleSlot, none: .integer(0)),
            "deltaNeutralDesignatedLocation": .text(terms.hedgeLocation),
        ]
    }

    private func scaleTerms() -> [String: Told] {
        [
            "scaleInitLevelSize": .whole(scale.firstSize),
            "scaleSubsLevelSize": .whole(scale.nextSize),
            "scalePriceIncrement": .number(scale.priceIncrement),
            "scalePriceAdjustValue": .number(scale.priceAdjustment),
            "scalePriceAdjustInterval": .whole(scale.priceAdjustmentInterval),
            "scaleProfitOffset": .number(scale.profitOffset),
            "scaleAutoReset": .truth(scale.autoReset),
            "scaleInitPosition": .whole(scale.firstPosition),
            "scaleInitFillQty": .whole(scale.firstFill),
            "scaleRandomPercent": .truth(scale.randomPercent),
        ]
    }

    private func pegTerms() -> [String: Told] {
        [
            "referenceContractId": .whole(peg.referenceContractID),
            "isPeggedChangeAmountDecrease": .truth(peg.isChangeDecrease),
            "peggedChangeAmount": .number(peg.changeAmount),
            "referenceChangeAmount": .number(peg.referenceChangeAmount),
            "referenceExchangeId": .text(peg.referenceExchange),
            "minTradeQty": .whole(peg.minimumTradeQuantity),
            "minCompeteSize": .whole(peg.minimumCompeteSize),
            "competeAgainstBestOffset": peg.competeOffset == .infinite
                ? .double(.infinity) : .number(peg.competeOffset.value),
            "midOffsetAtWhole": .number(peg.midOffsetAtWhole),
            "midOffsetAtHalf": .number(peg.midOffsetAtHalf),
        ]
    }
}

extension Condition {
    fileprivate func told(_ library: Library) -> Told {
        var told = what.told(library)
        told["condType"] = .whole(what.number)
        if library == .ibAsync {
            told["conjunction"] = .text(isAnd ? "a" : "o")
        } else {
            told["isConjunctionConnection"] = .truth(isAnd)
        }
        return .object(told)
    }
}

extension Condition.What {
    fileprivate func told(_ library: Library) -> [String: Told] {
        let place = library.choose("exch", ibapi: "exchange")
        return switch self {
        case .price(let isMore, let price, let id, let exchange, let method):
            [
                "isMore": .truth(isMore), "price": .number(price), "conId": .whole(id),
                place: .text(exchange), "triggerMethod": .whole(method),
            ]
        case .time(let isMore, let time): ["isMore": .truth(isMore), "time": .text(time)]
        case .margin(let isMore, let percent):
            ["isMore": .truth(isMore), "percent": .units(Int64(percent) * 100_000_000)]
        case .execution(let type, let exchange, let symbol):
            ["secType": .text(type), place: .text(exchange), "symbol": .text(symbol)]
        case .volume(let isMore, let volume, let id, let exchange):
            [
                "isMore": .truth(isMore), "volume": .whole(volume), "conId": .whole(id),
                place: .text(exchange),
            ]
        case .percentChange(let isMore, let change, let id, let exchange):
            [
                "isMore": .truth(isMore), "changePercent": .number(change), "conId": .whole(id),
                place: .text(exchange),
            ]
        }
    }
}
