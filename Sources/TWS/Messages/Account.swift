package import Numbers

/// How much of one instrument an account has.
package struct HeldPosition: Hashable, Sendable {
    /// Whose it is.
    package var account = ""
    /// Without its primary exchange, and for an option usually without an exchange: it cannot be
    /// ordered before that is set.
    package var contract = Contract()
    package var quantity = Quantity.zero
    /// For an option that of one contract: price by multiplier, with commission.
    package var averageCost = Cash.zero
    package var model = ""

    package init() {}
}

/// A position with what it is worth, from a subscription to one account.
package struct PortfolioItem: Hashable, Sendable {
    /// Money in the currency of the contract; nil where the gateway does not know.
    package var contract = Contract()
    package var quantity = Quantity.zero
    package var marketPrice: Price?
    package var marketValue: Cash?
    package var averageCost: Cash?
    package var unrealizedProfit: Cash?
    package var realizedProfit: Cash?
    package var account = ""

    package init() {}
}

/// One figure of an account: `NetLiquidation`, `123456.78`, `USD`.
package struct AccountValue: Hashable, Sendable {
    /// Of which account and model; IB's name for the figure.
    package var account = ""
    package var model = ""
    package var key = ""
    /// As it stands: some are numbers, some are not.
    package var value = ""
    package var currency = ""

    package init() {}
}

/// Profit and loss of an account, today and in all.
package struct Profit: Hashable, Sendable {
    /// In the currency of the account; nil where IB does not say.
    package var daily: Cash?
    package var unrealized: Cash?
    package var realized: Cash?

    package init() {}
}

/// That of one position.
package struct PositionProfit: Hashable, Sendable {
    /// Below 0 for what was sold; nil where IB does not say.
    package var quantity: Quantity? = .zero
    package var profit = Profit()
    package var value: Cash?

    package init() {}
}
