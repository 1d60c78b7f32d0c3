import Numbers

extension FieldCoder {
    /// `openOrder` after its id: 134 fields for an order with nothing special.
    mutating func openOrder(_ open: inout OpenOrder) {
        whole(&open.order.id)
        contract11(&open.contract, .order)
        openTerms(&open.order)
        openMiddle(&open.order)
        volatility(&open.order.volatility, isCompleted: false)
        openCombo(&open.contract, &open.order)
        scale(&open.order.scale)
        hedge(&open.order.hedge)
        flag(&open.order.handling.optOutSmartRouting)
        text(&open.order.clearing.account)
        text(&open.order.clearing.intent)
        flag(&open.order.handling.notHeld)
        deltaNeutral(&open.contract.deltaNeutral)
        algorithm(&open.order.algorithm)
        flag(&open.order.handling.solicited)
        flag(&open.order.whatIf)
        state(&open.state)
        flag(&open.order.handling.randomizesSize)
        flag(&open.order.handling.randomizesPrice)
        if open.order.isPeggedToBenchmark { benchmark(&open.order.peg) }
        conditions(&open.order.conditions)
        openAdjustment(&open.order)
        openEnd(&open.order)
    }

    /// From the action to the reference, as open and completed orders have them.
    mutating func toldTerms(_ order: inout Order) {
        action(&order.action)
        number(&order.quantity, decimals: 0, unset: .empty)
        text(&order.type.word)
        number(&order.limitPrice)
        number(&order.auxiliaryPrice)
        text(&order.timeInForce)
        text(&order.oneCancelsAll.group)
        text(&order.account)
        text(&order.openClose, none: "?")
        wholeOrZero(&order.origin)
        text(&order.reference)
    }

    /// From the adviser's group to the exempt code, as both have them.
    mutating func toldAllocation(_ order: inout Order) {
        allocation(&order.allocation)
        text(&order.goodTillDate)
        text(&order.clearing.rule80A, none: "0")
        number(&order.percentOffset)
        text(&order.clearing.settlingFirm)
        wholeOrZero(&order.shortSale.slot)
        text(&order.shortSale.location)
        wholeOrZero(&order.shortSale.exemptCode)
    }

    /// From the action to `goodAfterTime`.
    private mutating func openTerms(_ order: inout Order) {
        toldTerms(&order)
        whole(&order.clientID)
        whole(&order.permanentID)
        flag(&order.outsideRegularHours)
        flag(&order.hidden)
        number(&order.discretionaryAmount)
        text(&order.goodAfterTime)
    }

    /// From what was shares' allocation to `triggerMethod`.
    private mutating func openMiddle(_ order: inout Order) {
        text(&order.allocation.sharesText)
        toldAllocation(&order)
        wholeOrZero(&order.box.auctionStrategy)
        boxPrices(&order.box)
        whole(&order.displaySize)
        flag(&order.blockOrder)
        flag(&order.sweepToFill)
        flag(&order.allOrNone)
        whole(&order.minimumQuantity, unset: .maximum)
        wholeOrZero(&order.oneCancelsAll.type)
        flag(&order.handling.isElectronicOnly)
        flag(&order.handling.isFirmQuoteOnly)
        number(&order.handling.bestQuoteCap)
        wholeOrZero(&order.parentID)
        wholeOrZero(&order.triggerMethod)
    }

    mutating func volatility(_ terms: inout VolatilityTerms, isCompleted: Bool) {
        number(&terms.volatility)
        whole(&terms.type, unset: .zero)
        // A gateway says `None`, and the fields that belong to it follow all the same.
        var type = terms.hedgeOrderType.isEmpty ? "None" : terms.hedgeOrderType
        text(&type)
        if Self.isReading { terms.hedgeOrderType = type == "None" ? "" : type }
        number(&terms.hedgePrice)
        if !type.isEmpty {
            if isCompleted {
                whole(&terms.hedgeContractID)
                flag(&terms.hedgeShortSale)
                whole(&terms.hedgeShortSaleSlot)
                text(&terms.hedgeLocation)
            } else {
                volatilityHedge(&terms)
            }
        }
        flag(&terms.continuousUpdate)
        whole(&terms.referencePriceType, unset: .zero)
    }

    private mutating func openCombo(_ contract: inout Contract, _ order: inout Order) {
        number(&order.trailStopPrice)
        number(&order.trailingPercent)
        number(&order.handling.basisPoints)
        whole(&order.handling.basisPointsType, unset: .maximum)
        comboLists(&contract, &order)
    }

    mutating func comboLists(_ contract: inout Contract, _ order: inout Order) {
        text(&contract.legsText)
        legs(&contract.legs)
        legPrices(&order.legPrices)
        tags(&order.comboRouting)
    }

    private mutating func state(_ state: inout OrderState) {
        status(&state.status)
        margins(&state.before)
        margins(&state.change)
        margins(&state.after)
        number(&state.commission)
        number(&state.commissionLeast)
        number(&state.commissionMost)
        text(&state.commissionCurrency)
        text(&state.warning)
    }

    mutating func status(_ status: inout OrderStatus) {
        var word = status.word
        text(&word)
        if Self.isReading { status = OrderStatus(word) }
    }

    private mutating func margins(_ margins: inout OrderState.Margins) {
        number(&margins.initial)
        number(&margins.maintenance)
        number(&margins.equityWithLoan)
    }

    private mutating func openAdjustment(_ order: inout Order) {
        text(&order.adjustment.type, none: "None")
        number(&order.adjustment.triggerPrice)
        // The second time: the last one is the right one.
        number(&order.trailStopPrice)
        number(&order.adjustment.limitOffset)
        number(&order.adjustment.stopPrice)
        number(&order.adjustment.stopLimitPrice)
        number(&order.adjustment.trailingAmount)
        wholeOrZero(&order.adjustment.trailingUnit)
    }

    private mutating func openEnd(_ order: inout Order) {
        text(&order.oversight.softDollarName)
        text(&order.oversight.softDollarValue)
        text(&order.oversight.softDollarDisplay)
        number(&order.cashQuantity)
        flag(&order.handling.noAutoPriceForHedge)
        flag(&order.handling.isContainer)
        flag(&order.handling.discretionaryUpToLimit)
        openFlag(&order.handling.usesPriceManagement)
        whole(&order.handling.duration, unset: .maximum)
        whole(&order.handling.postToATS, unset: .maximum)
        flag(&order.handling.autoCancelsParent)
        pegEnd(&order.peg)
    }

    mutating func pegEnd(_ peg: inout PegTerms) {
        whole(&peg.minimumTradeQuantity, unset: .maximum)
        whole(&peg.minimumCompeteSize, unset: .maximum)
        number(&peg.competeOffset, decimals: 1, unset: .usual)
        number(&peg.midOffsetAtWhole)
        number(&peg.midOffsetAtHalf)
    }
}
