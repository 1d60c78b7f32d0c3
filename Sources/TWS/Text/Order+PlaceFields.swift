import Numbers

extension FieldCoder {
    /// `placeOrder` after its id: 113 fields for an order with nothing special.
    mutating func placeOrder(_ contract: inout Contract, _ order: inout Order) {
        whole(&order.id)
        contract12(&contract)
        text(&contract.secondaryIDType)
        text(&contract.secondaryID)
        placeTerms(&order)
        if contract.type == .combo { placeLegs(&contract, &order) }
        fixed("")
        number(&order.discretionaryAmount, unset: .empty)
        text(&order.goodAfterTime)
        text(&order.goodTillDate)
        allocation(&order.allocation)
        wholeOrZero(&order.shortSale.slot)
        text(&order.shortSale.location)
        wholeOrZero(&order.shortSale.exemptCode)
        wholeOrZero(&order.oneCancelsAll.type)
        echoed(&order.clearing.rule80A, "0")
        text(&order.clearing.settlingFirm)
        flag(&order.allOrNone)
        whole(&order.minimumQuantity)
        number(&order.percentOffset)
        flag(&order.handling.isElectronicOnly)
        flag(&order.handling.isFirmQuoteOnly)
        number(&order.handling.bestQuoteCap)
        wholeOrZero(&order.box.auctionStrategy)
        boxPrices(&order.box)
        flag(&order.box.overridesPercentageConstraints)
        placeVolatility(&order)
        number(&order.trailStopPrice)
        number(&order.trailingPercent)
        scale(&order.scale)
        text(&order.scale.table)
        text(&order.scale.activeStart)
        text(&order.scale.activeEnd)
        hedge(&order.hedge)
        flag(&order.handling.optOutSmartRouting)
        text(&order.clearing.account)
        text(&order.clearing.intent)
        flag(&order.handling.notHeld)
        deltaNeutral(&contract.deltaNeutral)
        algorithm(&order.algorithm)
        text(&order.algorithm.id)
        placeEnd(&contract, &order)
    }

    mutating func allocation(_ allocation: inout Allocation) {
        text(&allocation.group)
        text(&allocation.method)
        text(&allocation.percentage)
        text(&allocation.model)
    }

    /// From the action to `hidden`.
    private mutating func placeTerms(_ order: inout Order) {
        action(&order.action)
        number(&order.quantity, decimals: 0)
        text(&order.type.word)
        number(&order.limitPrice)
        number(&order.auxiliaryPrice)
        text(&order.timeInForce)
        text(&order.oneCancelsAll.group)
        text(&order.account)
        echoed(&order.openClose, "?")
        wholeOrZero(&order.origin)
        text(&order.reference)
        flag(&order.transmit)
        wholeOrZero(&order.parentID)
        flag(&order.blockOrder)
        flag(&order.sweepToFill)
        whole(&order.displaySize)
        wholeOrZero(&order.triggerMethod)
        flag(&order.outsideRegularHours)
        flag(&order.hidden)
    }

    private mutating func placeLegs(_ contract: inout Contract, _ order: inout Order) {
        legs(&contract.legs)
        legPrices(&order.legPrices)
        tags(&order.comboRouting)
    }

    mutating func legPrices(_ prices: inout [Price?]) {
        list(&prices, nil) { coder, price in coder.number(&price) }
    }

    mutating func boxPrices(_ box: inout BoxTerms) {
        number(&box.startingPrice)
        number(&box.stockPrice)
        number(&box.delta)
        number(&box.stockRangeLower)
        number(&box.stockRangeUpper)
    }

    private mutating func placeVolatility(_ order: inout Order) {
        // IB fills it in for any order, and then refuses the modified one that has it.
        // Nor does it mean anything there.
        let isByVolatility = order.type.word.hasPrefix("VOL")
        var volatility = isByVolatility ? order.volatility.volatility : nil
        number(&volatility)
        if Self.isReading { order.volatility.volatility = isByVolatility ? volatility : nil }
        echoed(&order.volatility.type)
        // The fields of the hedge follow whatever stands here, a gateway's word for none as well.
        let hasHedge = echoed(&order.volatility.hedgeOrderType, "None")
        number(&order.volatility.hedgePrice)
        if hasHedge {
            var terms = order.volatility
            volatilityHedge(&terms)
            // Of a hedge that is none nothing is kept.
            if !terms.hedgeOrderType.isEmpty { order.volatility = terms }
        }
        flag(&order.volatility.continuousUpdate)
        echoed(&order.volatility.referencePriceType)
    }

    /// A text of a client, which modifies an order by sending back what a gateway told of it, the
    /// gateway's word for none with the rest.
    ///
    /// - Returns: whether anything stood there.
    @discardableResult
    private mutating func echoed(_ value: inout String, _ none: String) -> Bool {
        text(&value)
        let isThere = !value.isEmpty
        if Self.isReading, value == none { value = "" }
        return isThere
    }

    /// The same of a number, of which a gateway says 0 where there is none.
    private mutating func echoed(_ value: inout Int?) {
        whole(&value)
        if Self.isReading, value == 0 { value = nil }
    }

    mutating func volatilityHedge(_ terms: inout VolatilityTerms) {
        whole(&terms.hedgeContractID)
        text(&terms.hedgeSettlingFirm)
        text(&terms.hedgeClearingAccount)
        text(&terms.hedgeClearingIntent)
        if side == .gateway {
            text(&terms.hedgeOpenClose, none: "?")
        } else {
            echoed(&terms.hedgeOpenClose, "?")
        }
        flag(&terms.hedgeShortSale)
        whole(&terms.hedgeShortSaleSlot)
        text(&terms.hedgeLocation)
    }

    mutating func scale(_ terms: inout ScaleTerms) {
        whole(&terms.firstSize, unset: .maximum)
        whole(&terms.nextSize, unset: .maximum)
        number(&terms.priceIncrement)
        guard terms.isScaled else { return }
        number(&terms.priceAdjustment)
        whole(&terms.priceAdjustmentInterval)
        number(&terms.profitOffset)
        flag(&terms.autoReset)
        whole(&terms.firstPosition)
        whole(&terms.firstFill)
        flag(&terms.randomPercent)
    }

    mutating func hedge(_ hedge: inout Hedge) {
        text(&hedge.type)
        if !hedge.type.isEmpty { text(&hedge.parameter) }
    }

    mutating func algorithm(_ algorithm: inout Algorithm) {
        text(&algorithm.strategy)
        if !algorithm.strategy.isEmpty { tags(&algorithm.parameters) }
    }

    /// From `whatIf` on.
    private mutating func placeEnd(_ contract: inout Contract, _ order: inout Order) {
        flag(&order.whatIf)
        text(&order.handling.miscellaneous)
        flag(&order.handling.solicited)
        flag(&order.handling.randomizesSize)
        flag(&order.handling.randomizesPrice)
        if order.isPeggedToBenchmark { benchmark(&order.peg) }
        conditions(&order.conditions)
        placeAdjustment(&order.adjustment)
        text(&order.oversight.operatorName)
        text(&order.oversight.softDollarName)
        text(&order.oversight.softDollarValue)
        number(&order.cashQuantity)
        text(&order.oversight.decisionMaker)
        text(&order.oversight.decisionAlgorithm)
        text(&order.oversight.executionTrader)
        text(&order.oversight.executionAlgorithm)
        flag(&order.handling.noAutoPriceForHedge)
        flag(&order.handling.isContainer)
        flag(&order.handling.discretionaryUpToLimit)
        openFlag(&order.handling.usesPriceManagement)
        whole(&order.handling.duration)
        whole(&order.handling.postToATS)
        flag(&order.handling.autoCancelsParent)
        text(&order.handling.errorOverride)
        text(&order.oversight.manualOrderTime)
        placePeg(contract.exchange, order.type.word, &order.peg)
    }

    /// A flag that may be left to what the account has.
    mutating func openFlag(_ value: inout Bool?) {
        var number: Int64? = value.map { $0 ? 1 : 0 }
        whole(&number, unset: .empty)
        value = number.map { $0 == 1 }
    }

    mutating func benchmark(_ peg: inout PegTerms) {
        wholeOrZero(&peg.referenceContractID)
        flag(&peg.isChangeDecrease)
        number(&peg.changeAmount)
        number(&peg.referenceChangeAmount)
        text(&peg.referenceExchange)
    }

    private mutating func placeAdjustment(_ adjustment: inout Adjustment) {
        echoed(&adjustment.type, "None")
        number(&adjustment.triggerPrice)
        number(&adjustment.limitOffset)
        number(&adjustment.stopPrice)
        number(&adjustment.stopLimitPrice)
        number(&adjustment.trailingAmount)
        wholeOrZero(&adjustment.trailingUnit)
    }

    private mutating func placePeg(_ exchange: String, _ type: String, _ peg: inout PegTerms) {
        if exchange == "IBKRATS" { whole(&peg.minimumTradeQuantity) }
        let isBest = ["PEG BEST", "PEGBEST"].contains(type)
        let isMid = ["PEG MID", "PEGMID"].contains(type)
        if isBest {
            whole(&peg.minimumCompeteSize)
            number(&peg.competeOffset, decimals: 1, unset: .usual)
        }
        if isBest && peg.competeOffset == .infinite || isMid {
            number(&peg.midOffsetAtWhole)
            number(&peg.midOffsetAtHalf)
        }
    }
}

extension Order {
    var isPeggedToBenchmark: Bool { ["PEG BENCH", "PEGBENCH"].contains(type.word) }
}
