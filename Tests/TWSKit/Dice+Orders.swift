import Numbers
package import TWS
package import TestKit

extension Dice {
    /// An order of any kind as a client says it, with all that it can say.
    package mutating func order() -> (Contract, Order) {
        var contract = contract()
        contract.primaryExchange = word()
        contract.secondaryIDType = pick(["", "ISIN"])
        contract.secondaryID = word()
        var order = Order(pick(Action.allCases), positive(), type())
        terms(&order)
        if contract.type == .combo {
            if flag() { order.legPrices = contract.legs.map { _ in maybe() } }
            order.comboRouting = tags()
        }
        prices(&order)
        parties(&order)
        handling(&order)
        if order.type.word == "VOL" { order.volatility.volatility = positive() }
        order.volatility.type = pick([nil, 1, 2])
        order.volatility.continuousUpdate = flag()
        order.volatility.referencePriceType = pick([nil, 1, 2])
        order.volatility.hedgePrice = maybe()
        if oneIn(3) { volatilityHedge(&order.volatility) }
        scale(&order.scale)
        if oneIn(3) {
            order.hedge.type = pick(["D", "B"])
            order.hedge.parameter = word()
        }
        if oneIn(3) {
            order.algorithm.strategy = "Adaptive"
            order.algorithm.parameters = tags()
        }
        order.algorithm.id = word()
        for _ in 0..<below(4) { order.conditions.all.append(condition()) }
        if !order.conditions.all.isEmpty {
            order.conditions.ignoreRegularHours = flag()
            order.conditions.cancelOrder = flag()
        }
        peg(&order.peg, of: order.type.word, at: contract.exchange)
        return (contract, order)
    }

    private mutating func type() -> OrderType {
        let words = ["LMT", "MKT", "STP", "TRAIL", "VOL", "PEG BENCH", "PEG BEST", "PEG MID"]
        return OrderType(pick(words))
    }

    private mutating func terms(_ order: inout Order) {
        order.id = whole()
        order.timeInForce = pick(["DAY", "GTC", "GTD"])
        order.account = "DU\(whole())"
        order.reference = word()
        order.transmit = flag()
        order.parentID = whole()
        order.outsideRegularHours = flag()
        order.whatIf = flag()
        order.openClose = pick(["", "O", "C"])
        order.origin = below(2)
        order.blockOrder = flag()
        order.sweepToFill = flag()
        order.displaySize = whole()
        order.triggerMethod = below(9)
        order.hidden = flag()
        order.goodAfterTime = word()
        order.goodTillDate = word()
        order.oneCancelsAll.group = word()
        order.oneCancelsAll.type = below(4)
        order.allOrNone = flag()
        order.minimumQuantity = maybeWhole()
    }

    private mutating func prices(_ order: inout Order) {
        order.limitPrice = maybe()
        order.auxiliaryPrice = maybe()
        order.discretionaryAmount = number()
        order.percentOffset = maybe()
        order.trailStopPrice = maybe()
        order.trailingPercent = maybe()
        order.cashQuantity = maybe()
        order.box.auctionStrategy = below(4)
        order.box.startingPrice = maybe()
        order.box.stockPrice = maybe()
        order.box.delta = maybe()
        order.box.stockRangeLower = maybe()
        order.box.stockRangeUpper = maybe()
        order.box.overridesPercentageConstraints = flag()
        order.adjustment.type = pick(["", "TRAIL"])
        order.adjustment.triggerPrice = maybe()
        order.adjustment.limitOffset = maybe()
        order.adjustment.stopPrice = maybe()
        order.adjustment.stopLimitPrice = maybe()
        order.adjustment.trailingAmount = maybe()
        order.adjustment.trailingUnit = whole()
    }

    private mutating func parties(_ order: inout Order) {
        order.allocation.group = word()
        order.allocation.method = word()
        order.allocation.percentage = word()
        order.allocation.model = word()
        order.clearing.settlingFirm = word()
        order.clearing.account = word()
        order.clearing.intent = word()
        order.clearing.rule80A = pick(["", "A", "I"])
        order.shortSale.slot = below(3)
        order.shortSale.location = word()
        order.shortSale.exemptCode = pick([-1, 0, 7])
        order.oversight.operatorName = word()
        order.oversight.softDollarName = word()
        order.oversight.softDollarValue = word()
        order.oversight.decisionMaker = word()
        order.oversight.decisionAlgorithm = word()
        order.oversight.executionTrader = word()
        order.oversight.executionAlgorithm = word()
        order.oversight.manualOrderTime = word()
    }

    private mutating func handling(_ order: inout Order) {
        order.handling.optOutSmartRouting = flag()
        order.handling.notHeld = flag()
        order.handling.solicited = flag()
        order.handling.randomizesSize = flag()
        order.handling.randomizesPrice = flag()
        order.handling.noAutoPriceForHedge = flag()
        order.handling.isContainer = flag()
        order.handling.discretionaryUpToLimit = flag()
        order.handling.usesPriceManagement = pick([nil, true, false])
        order.handling.duration = maybeWhole()
        order.handling.postToATS = maybeWhole()
        order.handling.autoCancelsParent = flag()
        order.handling.errorOverride = word()
    }
}
