import Facts
import Numbers
import TWS

extension SimulatedGateway {
    /// Tells how far an order is to whom it concerns.
    mutating func tell(_ place: Int, withOrder: Bool) {
        let order = orders[place]
        guard !order.isInvisible else { return }
        for connection in listeners(to: order.order.clientID) {
            if withOrder { send(connection, .openOrder(order.open)) }
            sendProgress(connection, order)
        }
    }

    private mutating func sendProgress(_ connection: Int, _ order: SimulatedOrder) {
        guard faults.droppedStatuses == 0 else {
            faults.droppedStatuses -= 1
            return
        }
        send(connection, .progress(order.progress))
    }

    mutating func tellOpenOrders(_ connection: Int, ofAll: Bool) {
        let client = clients[connection]?.id ?? 0
        for place in orders.indices {
            let order = orders[place]
            guard order.isWorking, !order.isInvisible, order.order.transmit else { continue }
            let isManual = order.order.id <= 0
            guard ofAll || order.order.clientID == client || client == 0 && isManual else {
                continue
            }
            if client == 0, isManual, order.order.id == 0, !ofAll { bind(connection, place) }
            send(connection, .openOrder(orders[place].open))
            sendProgress(connection, orders[place])
        }
        send(connection, .openOrderEnd)
    }

    /// A manual order becomes one of client 0, with a number below 0.
    private mutating func bind(_ connection: Int, _ place: Int) {
        let lowest = orders.map(\.order.id).min() ?? 0
        orders[place].order.id = min(0, lowest) - 1
        var bound = BoundOrder()
        bound.permanentID = orders[place].order.permanentID
        bound.orderID = orders[place].order.id
        send(connection, .orderBound(bound))
    }

    mutating func tellCompletedOrders(_ connection: Int, apiOnly: Bool) {
        for order in orders where !order.isWorking && !order.isInvisible {
            guard !apiOnly || order.order.id != 0 else { continue }
            send(connection, .completedOrder(order.completed))
        }
        send(connection, .completedOrdersEnd)
    }

    mutating func tellExecutions(_ connection: Int, _ id: Int, _ filter: ExecutionFilter) {
        let since = filter.time.isEmpty ? "" : filter.time
        let found = executions.filter { stored in
            let execution = stored.execution
            return (filter.clientID == 0 || filter.clientID == stored.key.clientID)
                && (filter.account.isEmpty || filter.account == execution.account)
                && (since.isEmpty || stored.at.gatewayText >= since)
                && (filter.symbol.isEmpty || filter.symbol == execution.contract.symbol)
                && (filter.type.word.isEmpty || filter.type == execution.contract.type)
                && (filter.side.isEmpty
                    || filter.side.hasPrefix(execution.side == .bought ? "B" : "S"))
        }
        for stored in found {
            var execution = stored.execution
            execution.requestID = id
            send(connection, .execution(execution))
        }
        for stored in found { send(connection, .commission(stored.report)) }
        send(connection, .executionEnd(requestID: id))
    }
}
