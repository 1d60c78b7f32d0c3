import Numbers

extension FieldCoder {
    /// Every request after its id: its version, where it has one, then what it says.
    mutating func fields(of request: inout Request) {
        switch request {
        case .currentTime, .managedAccounts, .positions, .cancelPositions, .openOrders,
            .allOpenOrders, .cancelAll:
            fixed("1")
        case .orderIDs:
            fixed("1")
            fixed("0")
        case .cancelSummary(var id):
            versioned("1", &id)
            request = .cancelSummary(requestID: id)
        case .cancelPositionsOf(var id):
            versioned("1", &id)
            request = .cancelPositionsOf(requestID: id)
        case .cancelValuesOf(var id):
            versioned("1", &id)
            request = .cancelValuesOf(requestID: id)
        case .cancelMarketData(var id):
            versioned("2", &id)
            request = .cancelMarketData(requestID: id)
        case .cancelProfit(var id):
            whole(&id)
            request = .cancelProfit(requestID: id)
        case .cancelPositionProfit(var id):
            whole(&id)
            request = .cancelPositionProfit(requestID: id)
        case .start, .logLevel, .autoOpenOrders, .completedOrders, .marketDataType:
            settings(of: &request)
        case .summary, .accountUpdates, .positionsOf, .valuesOf, .profit, .positionProfit:
            account(of: &request)
        case .place, .cancel, .executions: orders(of: &request)
        case .marketData, .contractDetails, .optionParameters: market(of: &request)
        }
    }

    private mutating func settings(of request: inout Request) {
        switch request {
        case .start(var client, var capabilities):
            versioned("2", &client)
            text(&capabilities)
            request = .start(clientID: client, capabilities: capabilities)
        case .logLevel(var level):
            versioned("1", &level)
            request = .logLevel(level)
        case .autoOpenOrders(var bind):
            fixed("1")
            flag(&bind)
            request = .autoOpenOrders(bind: bind)
        case .completedOrders(var apiOnly):
            flag(&apiOnly)
            request = .completedOrders(apiOnly: apiOnly)
        case .marketDataType(var type):
            versioned("1", &type)
            request = .marketDataType(type)
        default: refuse()
        }
    }

    private mutating func account(of request: inout Request) {
        switch request {
        case .summary(var id, var group, var tags):
            versioned("1", &id)
            text(&group)
            text(&tags)
            request = .summary(requestID: id, group: group, tags: tags)
        case .accountUpdates(var subscribe, var account):
            fixed("2")
            flag(&subscribe)
            text(&account)
            request = .accountUpdates(subscribe: subscribe, account: account)
        case .positionsOf(var id, var account, var model):
            versioned("1", &id)
            text(&account)
            text(&model)
            request = .positionsOf(requestID: id, account: account, model: model)
        case .valuesOf(var id, var account, var model, var withLedger):
            versioned("1", &id)
            text(&account)
            text(&model)
            flag(&withLedger)
            request = .valuesOf(
                requestID: id, account: account, model: model, withLedger: withLedger)
        case .profit(var id, var account, var model):
            whole(&id)
            text(&account)
            text(&model)
            request = .profit(requestID: id, account: account, model: model)
        case .positionProfit(var id, var account, var model, var contractID):
            whole(&id)
            text(&account)
            text(&model)
            whole(&contractID)
            request = .positionProfit(
                requestID: id, account: account, model: model, contractID: contractID)
        default: refuse()
        }
    }

    private mutating func orders(of request: inout Request) {
        switch request {
        case .place(var contract, var order):
            placeOrder(&contract, &order)
            request = .place(contract, order)
        case .cancel(var id, var time):
            versioned("1", &id)
            text(&time)
            request = .cancel(orderID: id, manualTime: time)
        case .executions(var id, var filter):
            versioned("3", &id)
            whole(&filter.clientID)
            text(&filter.account)
            text(&filter.time)
            text(&filter.symbol)
            text(&filter.type.word)
            text(&filter.exchange)
            text(&filter.side)
            request = .executions(requestID: id, filter)
        default: refuse()
        }
    }

    private mutating func market(of request: inout Request) {
        switch request {
        case .marketData(var wanted):
            versioned("11", &wanted.requestID)
            contract12(&wanted.contract)
            if wanted.contract.type == .combo { shortLegs(&wanted.contract.legs) }
            deltaNeutral(&wanted.contract.deltaNeutral)
            text(&wanted.genericTicks)
            flag(&wanted.isSnapshot)
            flag(&wanted.isRegulatorySnapshot)
            text(&wanted.options)
            request = .marketData(wanted)
        case .contractDetails(var id, var contract, var includesExpired, var issuer):
            versioned("8", &id)
            contract12(&contract)
            flag(&includesExpired)
            text(&contract.secondaryIDType)
            text(&contract.secondaryID)
            text(&issuer)
            request = .contractDetails(
                requestID: id, contract, includesExpired: includesExpired, issuer: issuer)
        case .optionParameters(var id, var symbol, var exchange, var type, var contractID):
            whole(&id)
            text(&symbol)
            text(&exchange)
            text(&type.word)
            whole(&contractID)
            request = .optionParameters(
                requestID: id, symbol: symbol, exchange: exchange, type: type,
                contractID: contractID)
        default: refuse()
        }
    }
}
