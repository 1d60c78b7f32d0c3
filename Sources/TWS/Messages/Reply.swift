/// What a gateway sends.
///
/// What comes by the thousand is held in place, so that it costs no memory; the rest is not, so
/// that it does not make those large.
package enum Reply: Hashable, Sendable {
    case price(PriceTick)
    case size(SizeTick)
    case model(ModelTick)
    case figure(FigureTick)
    case text(TextTick)
    case terms(TickTerms)
    case marketData(MarketDataKind)
    case snapshotEnd(requestID: Int)
    indirect case progress(OrderProgress)
    case notice(Notice)
    indirect case openOrder(OpenOrder)
    case openOrderEnd
    indirect case completedOrder(CompletedOrder)
    case completedOrdersEnd
    case orderBound(BoundOrder)
    indirect case execution(Execution)
    case executionEnd(requestID: Int)
    indirect case commission(CommissionReport)
    case nextOrderID(Int)
    case managedAccounts([String])
    case currentTime(epochSeconds: Int64)
    indirect case accountValue(AccountValue)
    case accountTime(String)
    case accountEnd(account: String)
    indirect case portfolio(PortfolioItem)
    indirect case position(HeldPosition)
    case positionEnd
    indirect case positionOf(requestID: Int, HeldPosition)
    case positionOfEnd(requestID: Int)
    indirect case summary(requestID: Int, AccountValue)
    case summaryEnd(requestID: Int)
    indirect case valueOf(requestID: Int, AccountValue)
    case valueOfEnd(requestID: Int)
    case profit(requestID: Int, Profit)
    indirect case positionProfit(requestID: Int, PositionProfit)
    indirect case contractDetails(ContractDetails)
    case contractDetailsEnd(requestID: Int)
    indirect case optionParameters(OptionParameters)
    case optionParametersEnd(requestID: Int)
}
