import TWS

extension BrokerMachine {
    /// Asks for quotes; without a connection as soon as there is one.
    mutating func subscribe(_ contract: Contract, _ genericTicks: String, _ ticket: Int) {
        var request = MarketDataRequest(requestID: requests.next(), contract)
        request.genericTicks = genericTicks
        subscriptions[request.requestID] = request
        actions.append(.addQuote(requestID: request.requestID))
        if session.state == .ready { ask(.marketData(request), .rest) }
        answer(ticket, .subscribed(requestID: request.requestID))
    }

    /// Asks for quotes no longer.
    mutating func unsubscribe(_ requestID: Int, _ ticket: Int) {
        guard subscriptions.removeValue(forKey: requestID) != nil else {
            return answer(ticket, .refused("there is no subscription \(requestID)"))
        }
        actions.append(.removeQuote(requestID: requestID))
        if session.state == .ready { ask(.cancelMarketData(requestID: requestID), .rest) }
        answer(ticket, .done)
    }

    /// Asks for all of them again, on a new connection or when the gateway has lost them.
    mutating func subscribeAgain() {
        for (_, request) in subscriptions.sorted(by: { $0.key < $1.key }) {
            // Where the gateway still has it, that would be a second one of the same number.
            if steadyAt != nil { ask(.cancelMarketData(requestID: request.requestID), .rest) }
            ask(.marketData(request), .rest)
        }
    }
}
