import Numbers
package import TWS
package import TestKit

extension Dice {
    /// An order as a gateway tells it: without what only a client says, with what only a gateway
    /// does.
    package mutating func openOrder() -> OpenOrder {
        let (contract, order) = order()
        return told(contract, order)
    }

    /// How a gateway tells of an order that a client placed.
    package mutating func told(_ contract: Contract, _ order: Order) -> OpenOrder {
        var open = OpenOrder()
        open.contract = told(contract)
        open.order = toldTerms(order)
        open.order.clientID = whole()
        open.order.allocation.sharesText = word()
        open.order.oversight.softDollarDisplay = word()
        open.order.handling.bestQuoteCap = maybe()
        open.order.handling.basisPoints = maybe()
        open.order.handling.basisPointsType = maybeWhole()
        if !["PEG BEST", "PEG MID"].contains(order.type.word) {
            open.order.peg.competeOffset = pick([.unset, .infinite, .value(positive())])
        }
        open.state.status = status()
        margins(&open.state.before)
        margins(&open.state.change)
        margins(&open.state.after)
        open.state.commission = maybe()
        open.state.commissionLeast = maybe()
        open.state.commissionMost = maybe()
        open.state.commissionCurrency = pick(["", "USD"])
        open.state.warning = word()
        return open
    }

    package mutating func completedOrder() -> CompletedOrder {
        let (contract, order) = order()
        var done = CompletedOrder()
        done.contract = told(contract)
        done.order = withoutCompleted(toldTerms(order))
        done.status = status()
        done.filled = maybe()
        done.completedTime = word()
        done.completedStatus = word()
        done.autoCancelDate = word()
        done.parentPermanentID = oneIn(2) ? nil : permanentID()
        return done
    }

    mutating func permanentID() -> Int64 { Int64(1 + below(1_000_000_000_000)) }

    mutating func status() -> OrderStatus {
        pick([.submitted, .preSubmitted, .pendingCancel, .cancelled, .filled, .other("Strange")])
    }

    private mutating func margins(_ margins: inout OrderState.Margins) {
        margins.initial = maybe()
        margins.maintenance = maybe()
        margins.equityWithLoan = maybe()
    }

    private mutating func told(_ contract: Contract) -> Contract {
        var told = contract
        told.primaryExchange = ""
        told.secondaryIDType = ""
        told.secondaryID = ""
        if contract.type == .combo { told.legsText = "\(whole())|1,\(whole())|-1" }
        return told
    }

    private mutating func toldTerms(_ order: Order) -> Order {
        var told = order
        told.permanentID = permanentID()
        told.transmit = true
        told.algorithm.id = ""
        (told.scale.table, told.scale.activeStart, told.scale.activeEnd) = ("", "", "")
        told.box.overridesPercentageConstraints = false
        told.oversight = Order().oversight
        told.oversight.softDollarName = order.oversight.softDollarName
        told.oversight.softDollarValue = order.oversight.softDollarValue
        told.handling.errorOverride = ""
        return told
    }

    /// Less is told of an order that is done.
    private func withoutCompleted(_ order: Order) -> Order {
        var told = order
        (told.id, told.parentID, told.whatIf, told.blockOrder) = (0, 0, false, false)
        told.box.auctionStrategy = 0
        told.volatility.hedgeSettlingFirm = ""
        told.volatility.hedgeClearingAccount = ""
        told.volatility.hedgeClearingIntent = ""
        told.volatility.hedgeOpenClose = ""
        told.adjustment = Order().adjustment
        told.adjustment.limitOffset = order.adjustment.limitOffset
        told.oversight = Order().oversight
        let handling = order.handling
        told.handling = Order().handling
        told.handling.notHeld = handling.notHeld
        told.handling.solicited = handling.solicited
        told.handling.randomizesSize = handling.randomizesSize
        told.handling.randomizesPrice = handling.randomizesPrice
        told.handling.noAutoPriceForHedge = handling.noAutoPriceForHedge
        told.handling.isContainer = handling.isContainer
        told.handling.autoCancelsParent = handling.autoCancelsParent
        return told
    }
}
