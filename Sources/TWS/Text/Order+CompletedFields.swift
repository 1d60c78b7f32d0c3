import Numbers

extension FieldCoder {
    /// `completedOrder` after its id.
    mutating func completedOrder(_ done: inout CompletedOrder) {
        contract11(&done.contract, .order)
        completedTerms(&done.order)
        volatility(&done.order.volatility, isCompleted: true)
        number(&done.order.trailStopPrice)
        number(&done.order.trailingPercent)
        comboLists(&done.contract, &done.order)
        scale(&done.order.scale)
        hedge(&done.order.hedge)
        text(&done.order.clearing.account)
        text(&done.order.clearing.intent)
        flag(&done.order.handling.notHeld)
        deltaNeutral(&done.contract.deltaNeutral)
        algorithm(&done.order.algorithm)
        flag(&done.order.handling.solicited)
        status(&done.status)
        flag(&done.order.handling.randomizesSize)
        flag(&done.order.handling.randomizesPrice)
        if done.order.isPeggedToBenchmark { benchmark(&done.order.peg) }
        conditions(&done.order.conditions)
        completedEnd(&done)
    }

    private mutating func completedTerms(_ order: inout Order) {
        toldTerms(&order)
        whole(&order.permanentID)
        flag(&order.outsideRegularHours)
        flag(&order.hidden)
        number(&order.discretionaryAmount)
        text(&order.goodAfterTime)
        toldAllocation(&order)
        boxPrices(&order.box)
        whole(&order.displaySize)
        flag(&order.sweepToFill)
        flag(&order.allOrNone)
        whole(&order.minimumQuantity, unset: .maximum)
        wholeOrZero(&order.oneCancelsAll.type)
        wholeOrZero(&order.triggerMethod)
    }

    private mutating func completedEnd(_ done: inout CompletedOrder) {
        number(&done.order.trailStopPrice)
        number(&done.order.adjustment.limitOffset)
        number(&done.order.cashQuantity)
        flag(&done.order.handling.noAutoPriceForHedge)
        flag(&done.order.handling.isContainer)
        text(&done.autoCancelDate)
        number(&done.filled, decimals: 0, unset: .empty)
        // The contract of a future that the order refers to.
        fixed("0")
        flag(&done.order.handling.autoCancelsParent)
        // Shareholder, imbalances only, marketable to the best quote: nothing that V6 uses.
        fixed("")
        fixed("0")
        fixed("0")
        whole(&done.parentPermanentID, unset: .zero)
        text(&done.completedTime)
        text(&done.completedStatus)
        pegEnd(&done.order.peg)
    }
}
