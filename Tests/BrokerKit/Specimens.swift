import Numbers
package import TWS

/// An option to trade.
package let spy = Contract.option(
    id: 700_000_001, on: "SPY", expiry: "20271218", strike: Price(600), right: .call)

/// An order for it, ours to name.
package func limitOrder(_ reference: String = "", _ quantity: Int = 2) -> Order {
    var order = Order(.buy, Quantity(quantity), .limit, limitPrice: Price(4))
    order.reference = reference
    return order
}

/// So many of it in the account.
package func position(_ quantity: Int, of contract: Contract = spy) -> HeldPosition {
    var position = HeldPosition()
    (position.account, position.contract) = ("DU1234567", contract)
    position.contract.exchange = ""
    position.quantity = Quantity(quantity)
    return position
}
