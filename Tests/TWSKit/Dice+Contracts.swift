import Numbers
package import TWS
package import TestKit

extension Dice {
    /// A stock, an option, a future or a combo of up to four legs.
    package mutating func contract() -> Contract {
        var contract = Contract(
            id: whole(), symbol: pick(["SPY", "SPX", "AAPL"]),
            type: pick([.stock, .option, .future, .combo]),
            exchange: pick(["SMART", "CBOE", "IBKRATS"]), currency: pick(["USD", "EUR"]))
        if contract.type == .option || contract.type == .future {
            contract.expiry = pick(["20261218", "202701"])
            contract.multiplier = pick([Quantity(100), Quantity(50), nil])
        }
        if contract.type == .option {
            contract.strike = positive()
            contract.right = pick([.call, .put])
        }
        contract.localSymbol = word()
        contract.tradingClass = word()
        if contract.type == .combo { contract.legs = legs() }
        if contract.type == .combo, oneIn(3) {
            var neutral = DeltaNeutral()
            neutral.contractID = whole()
            neutral.delta = number()
            neutral.price = positive()
            contract.deltaNeutral = neutral
        }
        return contract
    }

    private mutating func legs() -> [ComboLeg] {
        (0..<pick([1, 2, 4, 4])).map { _ in
            var leg = ComboLeg(
                contractID: whole(), ratio: 1 + below(3), pick(Action.allCases),
                exchange: pick(["SMART", "CBOE"]))
            leg.openClose = below(4)
            leg.shortSaleSlot = below(3)
            leg.designatedLocation = word()
            leg.exemptCode = pick([-1, 0, 7])
            return leg
        }
    }

    mutating func tags() -> [TagValue] {
        (0..<below(3)).map { _ in TagValue("tag\(below(99))", word()) }
    }
}
