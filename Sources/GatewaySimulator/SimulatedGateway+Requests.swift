import TWS

extension SimulatedGateway {
    /// A request goes where it is answered; nothing is answered before the client has started.
    mutating func receive(_ connection: Int, _ request: Request) {
        if case .start(let id, _) = request {
            guard let client = clients[connection], client.isGreeted, !client.isStarted else {
                return
            }
            return start(connection, clientID: id)
        }
        guard clients[connection]?.isStarted == true, keepsPace(connection) else { return }
        if isRefusedReadOnly(request), faults.isReadOnly {
            return refuseReadOnly(connection, request)
        }
        switch request {
        case .start, .logLevel: break
        case .currentTime:
            let seconds = now.ms / 1_000 + faults.skewSeconds
            send(connection, .currentTime(epochSeconds: seconds))
        case .orderIDs:
            send(connection, .nextOrderID(nextID(of: clients[connection]?.id ?? 0)))
        case .managedAccounts:
            send(connection, .managedAccounts(faults.accounts ?? accounts.map(\.name)))
        case .place(let contract, let order): place(connection, contract, order)
        case .cancel(let id, _): cancel(connection, id)
        case .cancelAll: cancelAll()
        case .openOrders: tellOpenOrders(connection, ofAll: false)
        case .allOpenOrders: tellOpenOrders(connection, ofAll: true)
        case .autoOpenOrders(let bind): clients[connection]?.wantsManualOrders = bind
        case .completedOrders(let apiOnly): tellCompletedOrders(connection, apiOnly: apiOnly)
        case .executions(let id, let filter): tellExecutions(connection, id, filter)
        case .marketDataType(let type): clients[connection]?.dataType = type
        case .marketData, .cancelMarketData, .contractDetails, .optionParameters:
            receiveData(connection, request)
        case .summary, .cancelSummary, .accountUpdates, .positions, .cancelPositions, .positionsOf,
            .cancelPositionsOf, .valuesOf, .cancelValuesOf, .profit, .cancelProfit,
            .positionProfit, .cancelPositionProfit:
            receiveAccount(connection, request)
        }
    }

    private func isRefusedReadOnly(_ request: Request) -> Bool {
        switch request {
        case .place, .cancel, .cancelAll, .openOrders, .autoOpenOrders, .completedOrders: true
        default: false
        }
    }

    /// Even a look at one's own orders is refused then, without the number of a request.
    private mutating func refuseReadOnly(_ connection: Int, _ request: Request) {
        var id = -1
        if case .place(_, let order) = request { id = order.id }
        if case .cancel(let order, _) = request { id = order }
        notify(
            connection,
            Notice(
                id: id, code: 321,
                "Error validating request.-'bS' : cause - The API interface is currently in "
                    + "Read-Only mode."))
    }

    /// - Returns: whether the message is taken at all.
    mutating func keepsPace(_ connection: Int) -> Bool {
        guard var client = clients[connection] else { return false }
        defer { clients[connection] = client }
        let second = now.ms / 1_000
        client.pace = (second, client.pace.second == second ? client.pace.count + 1 : 1)
        guard client.pace.count > settings.messagesPerSecondMax else { return true }
        guard client.pace.count == settings.messagesPerSecondMax + 1 else { return false }
        client.warnings += 1
        outputNotice(
            connection,
            Notice(
                code: 100,
                "Max rate of messages per second has been exceeded:"
                    + "max=\(settings.messagesPerSecondMax) rec=\(client.pace.count)"))
        if client.warnings >= Self.warningsMax { emit(.close(connection)) }
        return false
    }

    private mutating func outputNotice(_ connection: Int, _ notice: Notice) {
        emit(.send(connection, .notice(notice)))
    }

    /// How often a client may go too fast before it is dropped.
    static var warningsMax: Int { 3 }
}
