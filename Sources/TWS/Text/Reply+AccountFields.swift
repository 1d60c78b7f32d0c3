import Numbers

extension FieldCoder {
    mutating func accountValue(_ value: inout AccountValue) {
        fixed("2")
        text(&value.key)
        text(&value.value)
        text(&value.currency)
        text(&value.account)
    }

    mutating func summary(_ id: inout Int, _ value: inout AccountValue) {
        versioned("1", &id)
        text(&value.account)
        text(&value.key)
        text(&value.value)
        text(&value.currency)
    }

    mutating func valueOf(_ id: inout Int, _ value: inout AccountValue) {
        versioned("1", &id)
        text(&value.account)
        text(&value.model)
        text(&value.key)
        text(&value.value)
        text(&value.currency)
    }

    mutating func positionOf(_ id: inout Int, _ held: inout HeldPosition) {
        versioned("1", &id)
        holding(&held)
        text(&held.model)
    }

    mutating func position(_ held: inout HeldPosition) {
        fixed("3")
        holding(&held)
    }

    mutating func profit(_ id: inout Int, _ profit: inout Profit) {
        whole(&id)
        figures(&profit)
    }

    mutating func positionProfit(_ id: inout Int, _ position: inout PositionProfit) {
        whole(&id)
        number(&position.quantity, decimals: 0, unset: .empty)
        figures(&position.profit)
        number(&position.value)
    }

    private mutating func holding(_ held: inout HeldPosition) {
        text(&held.account)
        contract11(&held.contract)
        number(&held.quantity, decimals: 0)
        number(&held.averageCost)
    }

    private mutating func figures(_ profit: inout Profit) {
        number(&profit.daily)
        number(&profit.unrealized)
        number(&profit.realized)
    }

    mutating func portfolio(_ item: inout PortfolioItem) {
        fixed("8")
        whole(&item.contract.id)
        contractTerms(&item.contract, .usual)
        text(&item.contract.primaryExchange)
        text(&item.contract.currency)
        text(&item.contract.localSymbol)
        text(&item.contract.tradingClass)
        number(&item.quantity, decimals: 0)
        number(&item.marketPrice)
        number(&item.marketValue)
        number(&item.averageCost)
        number(&item.unrealizedProfit)
        number(&item.realizedProfit)
        text(&item.account)
    }
}
