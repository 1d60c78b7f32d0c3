import Numbers
import TWS
import TestKit

extension Dice {
    mutating func volatilityHedge(_ terms: inout VolatilityTerms) {
        terms.hedgeOrderType = pick(["LMT", "MKT"])
        terms.hedgeContractID = whole()
        terms.hedgeSettlingFirm = word()
        terms.hedgeClearingAccount = word()
        terms.hedgeClearingIntent = word()
        terms.hedgeOpenClose = pick(["", "O"])
        terms.hedgeShortSale = flag()
        terms.hedgeShortSaleSlot = below(3)
        terms.hedgeLocation = word()
    }

    mutating func scale(_ terms: inout ScaleTerms) {
        terms.firstSize = maybeWhole()
        terms.nextSize = maybeWhole()
        terms.table = word()
        terms.activeStart = word()
        terms.activeEnd = word()
        guard oneIn(3) else { return }
        terms.priceIncrement = positive()
        terms.priceAdjustment = maybe()
        terms.priceAdjustmentInterval = maybeWhole()
        terms.profitOffset = maybe()
        terms.autoReset = flag()
        terms.firstPosition = maybeWhole()
        terms.firstFill = maybeWhole()
        terms.randomPercent = flag()
    }

    /// What a client says of a pegged order, which depends on its type and where it goes.
    mutating func peg(_ terms: inout PegTerms, of type: String, at exchange: String) {
        if exchange == "IBKRATS" { terms.minimumTradeQuantity = maybeWhole() }
        switch type {
        case "PEG BENCH":
            terms.referenceContractID = whole()
            terms.isChangeDecrease = flag()
            terms.changeAmount = number()
            terms.referenceChangeAmount = number()
            terms.referenceExchange = word()
        case "PEG BEST":
            terms.minimumCompeteSize = maybeWhole()
            terms.competeOffset = pick([.unset, .infinite, .value(positive())])
            if terms.competeOffset == .infinite { middle(&terms) }
        case "PEG MID": middle(&terms)
        default: break
        }
    }

    private mutating func middle(_ terms: inout PegTerms) {
        terms.midOffsetAtWhole = maybe()
        terms.midOffsetAtHalf = maybe()
    }

    mutating func condition() -> Condition {
        let (isMore, id) = (flag(), whole())
        let what: Condition.What = pick([
            .price(
                isMore: isMore, positive(), contractID: id, exchange: word(),
                triggerMethod: below(9)),
            .time(isMore: isMore, "20261118 10:00:00 US/Eastern"),
            .margin(isMore: isMore, percent: below(100)),
            .execution(type: "STK", exchange: word(), symbol: pick(["SPY", "QQQ"])),
            .volume(isMore: isMore, whole(), contractID: id, exchange: word()),
            .percentChange(isMore: isMore, number(), contractID: id, exchange: word()),
        ])
        return Condition(what, isAnd: flag())
    }
}
