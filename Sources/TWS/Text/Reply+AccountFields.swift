import Numbers

extension FieldCoder {
    mutating func account(of reply: inout Reply) {
        switch reply {
        case .accountValue(var value):
            fixed("2")
            text(&value.key)
            text(&value.value)
            text(&value.currency)
            text(&value.account)
            reply = .accountValue(value)
        case .portfolio(var item):
            portfolio(&item)
            reply = .portfolio(item)
        case .position(var held):
            fixed("3")
            position(&held)
            reply = .position(held)
        case .positionOf(var id, var held):
            fixed("1")
            whole(&id)
            position(&held)
            text(&held.model)
            reply = .positionOf(requestID: id, held)
        case .summary(var id, var value):
            fixed("1")
            whole(&id)
            text(&value.account)
            text(&value.key)
            text(&value.value)
            text(&value.currency)
            reply = .summary(requestID: id, value)
        case .valueOf(var id, var value):
            fixed("1")
            whole(&id)
            text(&value.account)
            text(&value.model)
            text(&value.key)
            text(&value.value)
            text(&value.currency)
            reply = .valueOf(requestID: id, value)
        case .profit(var id, var profit):
            whole(&id)
            self.profit(&profit)
            reply = .profit(requestID: id, profit)
        case .positionProfit(var id, var position):
            whole(&id)
            number(&position.quantity, decimals: 0, unset: .empty)
            profit(&position.profit)
            number(&position.value)
            reply = .positionProfit(requestID: id, position)
        default: refuse()
        }
    }

    private mutating func position(_ held: inout HeldPosition) {
        text(&held.account)
        contract11(&held.contract)
        number(&held.quantity, decimals: 0)
        number(&held.averageCost)
    }

    private mutating func profit(_ profit: inout Profit) {
        number(&profit.daily)
        number(&profit.unrealized)
        number(&profit.realized)
    }

    private mutating func portfolio(_ item: inout PortfolioItem) {
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
