package import TWS

extension Reply {
    /// Each kind once, with nothing in it but what it cannot be without.
    package static let every: [Reply] = [
        .price(PriceTick()), .size(SizeTick()), .model(ModelTick()), .figure(FigureTick()),
        .text(TextTick()), .terms(TickTerms()), .marketData(MarketDataKind()),
        .snapshotEnd(requestID: 0), .progress(OrderProgress()), .notice(Notice()),
        .openOrder(OpenOrder()), .openOrderEnd, .completedOrder(CompletedOrder()),
        .completedOrdersEnd, .orderBound(BoundOrder()), .execution(timed),
        .executionEnd(requestID: 0), .commission(CommissionReport()), .nextOrderID(0),
        .managedAccounts([]), .currentTime(epochSeconds: 0), .accountValue(AccountValue()),
        .accountTime(""), .accountEnd(account: ""), .portfolio(PortfolioItem()),
        .position(HeldPosition()), .positionEnd, .positionOf(requestID: 0, HeldPosition()),
        .positionOfEnd(requestID: 0), .summary(requestID: 0, AccountValue()),
        .summaryEnd(requestID: 0), .valueOf(requestID: 0, AccountValue()),
        .valueOfEnd(requestID: 0), .profit(requestID: 0, Profit()),
        .positionProfit(requestID: 0, PositionProfit()), .contractDetails(ContractDetails()),
        .contractDetailsEnd(requestID: 0), .optionParameters(OptionParameters()),
        .optionParametersEnd(requestID: 0),
    ]

    private static let timed: Execution = {
        var execution = Execution()
        execution.time = "20261122-15:12:56"
        return execution
    }()
}
