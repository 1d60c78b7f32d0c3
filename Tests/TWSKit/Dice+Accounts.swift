import Numbers
import TWS
import TestKit

extension Dice {
    mutating func accountValue(withModel: Bool) -> AccountValue {
        var value = AccountValue()
        value.account = "DU\(whole())"
        if withModel { value.model = word() }
        value.key = pick(["NetLiquidation", "AccountType", "Cushion"])
        value.value = pick(["12\(whole()).55", "INDIVIDUAL", ""])
        value.currency = pick(["", "USD", "BASE"])
        return value
    }

    /// A contract without what positions and executions do not tell.
    mutating func heldContract() -> Contract {
        var held = contract()
        (held.legs, held.deltaNeutral) = ([], nil)
        return held
    }

    mutating func position(withModel: Bool) -> HeldPosition {
        var held = HeldPosition()
        held.account = "DU\(whole())"
        held.contract = heldContract()
        held.quantity = number()
        held.averageCost = number()
        if withModel { held.model = word() }
        return held
    }

    mutating func portfolio() -> PortfolioItem {
        var item = PortfolioItem()
        item.contract = heldContract()
        item.contract.exchange = ""
        item.contract.primaryExchange = word()
        item.quantity = number()
        item.marketPrice = maybe()
        item.marketValue = maybe()
        item.averageCost = maybe()
        item.unrealizedProfit = maybe()
        item.realizedProfit = maybe()
        item.account = "DU\(whole())"
        return item
    }

    mutating func profit() -> Profit {
        var profit = Profit()
        (profit.daily, profit.unrealized, profit.realized) = (maybe(), maybe(), maybe())
        return profit
    }

    mutating func positionProfit() -> PositionProfit {
        var position = PositionProfit()
        position.quantity = maybe()
        position.profit = profit()
        position.value = maybe()
        return position
    }

    mutating func contractDetails() -> ContractDetails {
        var details = ContractDetails()
        details.requestID = whole()
        details.contract = heldContract()
        details.contract.primaryExchange = word()
        details.marketName = word()
        details.leastMove = maybe()
        details.orderTypes = word()
        details.exchanges = word()
        details.priceMagnifier = 1 + below(100)
        details.underlyingID = whole()
        details.longName = pick(["APPLE INC", "Société Générale \(whole())", ""])
        details.contractMonth = pick(["", "202612"])
        details.industry = word()
        details.category = word()
        details.subcategory = word()
        details.timeZone = pick(["", "US/Eastern"])
        details.tradingHours = word()
        details.liquidHours = word()
        details.economicRule = word()
        details.economicMultiplier = pick(["", "\(whole())"])
        details.secondaryIDs = tags()
        details.aggregationGroup = maybeWhole()
        details.underlyingSymbol = word()
        details.underlyingType = pick(["", "STK"])
        details.marketRules = word()
        details.realExpiry = pick(["", "20261218"])
        details.stockType = word()
        details.leastSize = maybe()
        details.sizeIncrement = maybe()
        details.suggestedSizeIncrement = maybe()
        return details
    }

    /// With strikes in their order: some libraries keep no other.
    mutating func optionParameters() -> OptionParameters {
        var parameters = OptionParameters()
        parameters.requestID = whole()
        parameters.exchange = word()
        parameters.underlyingID = whole()
        parameters.tradingClass = word()
        parameters.multiplier = pick([Quantity(100), nil])
        parameters.expiries = (0..<below(4)).map { "2026121\($0)" }
        var strike: Price = positive()
        for _ in 0..<below(5) {
            parameters.strikes.append(strike)
            strike += positive()
        }
        return parameters
    }
}
