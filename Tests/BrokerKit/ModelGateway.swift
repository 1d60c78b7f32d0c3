package import Numbers
package import TWS

/// A gateway as a value: what it answers to a request. By itself it does nothing.
package struct ModelGateway: Sendable {
    /// What it has.
    package var accounts = ["DU1234567"]
    package var nextID = 1
    package var positions: [HeldPosition] = []
    package var open: [OpenOrder] = []
    package var executions: [Execution] = []
    package var completed: [CompletedOrder] = []
    package var time: Int64 = 1_800_000_000
    /// Which requests it does not answer.
    package var ignored: Set<Kind> = []
    /// Whether it tells a new order at all.
    package var acknowledges = true
    /// Whether a cancel ends an order.
    package var obeysCancels = true
    /// Every order that ever arrived, and every id of a request that is not about reading.
    package private(set) var placed: [Order] = []
    package private(set) var heard: [Request] = []
    private var permanentID: Int64 = 9_000

    package init() {}

    /// What can be left unanswered.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case start, positions, openOrders, executions, completed, summary, time
    }

    /// What it says to one request.
    package mutating func replies(to request: Request) -> [Reply] {
        heard.append(request)
        if let kind = Self.kind(request), ignored.contains(kind) { return [] }
        switch request {
        case .start: return [.managedAccounts(accounts), .nextOrderID(nextID)]
        case .orderIDs: return [.nextOrderID(nextID)]
        case .positions: return positions.map { .position($0) } + [.positionEnd]
        case .allOpenOrders: return open.flatMap { told($0) } + [.openOrderEnd]
        case .executions(let id, _):
            return executions.map { .execution(asked($0, id)) } + [.executionEnd(requestID: id)]
        case .completedOrders: return completed.map { .completedOrder($0) } + [.completedOrdersEnd]
        case .summary(let id, _, _):
            var value = AccountValue()
            (value.account, value.key) = (accounts.first ?? "", "NetLiquidation")
            (value.value, value.currency) = ("100000.00", "USD")
            return [.summary(requestID: id, value), .summaryEnd(requestID: id)]
        case .currentTime: return [.currentTime(epochSeconds: time)]
        case .place(let contract, let order): return place(contract, order)
        case .cancel(let id, _): return obeysCancels ? cancel { $0.order.id == id } : []
        case .cancelAll: return obeysCancels ? cancel { _ in true } : []
        default: return []
        }
    }

    private static func kind(_ request: Request) -> Kind? {
        switch request {
        case .start: .start
        case .positions: .positions
        case .allOpenOrders: .openOrders
        case .executions: .executions
        case .completedOrders: .completed
        case .summary: .summary
        case .currentTime: .time
        default: nil
        }
    }

    private func asked(_ execution: Execution, _ id: Int) -> Execution {
        var execution = execution
        execution.requestID = id
        return execution
    }

    /// An open order and its status, as they always come together.
    package func told(_ open: OpenOrder) -> [Reply] {
        var progress = OrderProgress()
        (progress.orderID, progress.clientID) = (open.order.id, open.order.clientID)
        (progress.permanentID, progress.status) = (open.order.permanentID, open.state.status)
        progress.filled = filled(open.order.permanentID)
        progress.remaining = (open.order.quantity ?? .zero) - progress.filled
        return [.openOrder(open), .progress(progress)]
    }

    private func filled(_ permanentID: Int64) -> Quantity {
        executions.filter { $0.permanentID == permanentID }.reduce(.zero) { $0 + $1.quantity }
    }

    private mutating func place(_ contract: Contract, _ order: Order) -> [Reply] {
        if let at = open.firstIndex(where: { $0.order.id == order.id }) {
            let known = open[at].order
            open[at].order = order
            (open[at].order.permanentID, open[at].order.clientID) = (
                known.permanentID, known.clientID
            )
            return told(open[at])
        }
        placed.append(order)
        permanentID += 1
        var new = OpenOrder()
        (new.contract, new.order) = (contract, order)
        (new.order.permanentID, new.order.clientID) = (permanentID, 10)
        new.state.status = .submitted
        open.append(new)
        nextID = max(nextID, order.id + 1)
        return acknowledges ? told(new) : []
    }

    private mutating func cancel(_ isMeant: (OpenOrder) -> Bool) -> [Reply] {
        open.filter(isMeant).flatMap { end($0.order.permanentID, .cancelled) }
    }

    /// Ends an open order; it is among the completed ones afterwards.
    package mutating func end(_ permanentID: Int64, _ status: OrderStatus) -> [Reply] {
        guard let at = open.firstIndex(where: { $0.order.permanentID == permanentID }) else {
            return []
        }
        var ended = open.remove(at: at)
        ended.state.status = status
        var done = CompletedOrder()
        (done.contract, done.order, done.status) = (ended.contract, ended.order, status)
        done.filled = filled(permanentID)
        completed.append(done)
        return told(ended)
    }

    /// Fills a part of an open order, and the whole with the rest.
    package mutating func fill(_ permanentID: Int64, _ quantity: Quantity) -> [Reply] {
        guard let order = open.first(where: { $0.order.permanentID == permanentID }) else {
            return []
        }
        let execution = Self.fill(of: order, quantity, number: executions.count)
        executions.append(execution)
        let isWhole = filled(permanentID) >= order.order.quantity ?? .zero
        return [.execution(execution)] + (isWhole ? end(permanentID, .filled) : told(order))
    }

    /// A fill as it is told by itself.
    package static func fill(of open: OpenOrder, _ quantity: Quantity, number: Int) -> Execution {
        var execution = Execution()
        execution.id = "0000e0d5.6744a3b1.\(number).01"
        execution.contract = open.contract
        (execution.orderID, execution.clientID) = (open.order.id, open.order.clientID)
        execution.permanentID = open.order.permanentID
        execution.orderReference = open.order.reference
        execution.account = open.order.account
        (execution.quantity, execution.price) = (quantity, Price(4))
        execution.time = "20270115-08:00:00"
        return execution
    }
}
