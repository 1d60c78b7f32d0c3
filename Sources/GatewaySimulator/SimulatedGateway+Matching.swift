import Facts
import Numbers
import TWS

extension SimulatedGateway {
    /// Goes through all working orders at the prices of now.
    mutating func matchAll() {
        guard market.isOpen, !faults.isLinkLost else { return }
        for place in orders.indices where orders[place].isWorking && !orders[place].isHeldBack {
            if isMarketable(orders[place]) {
                match(place)
            } else if orders[place].status == .preSubmitted, !isStop(orders[place]) {
                orders[place].status = .submitted
                tell(place, withOrder: true)
            } else {
                follow(place)
            }
        }
    }

    /// A stop that has not been reached waits with the broker, not at the exchange.
    func isStop(_ order: SimulatedOrder) -> Bool {
        [.stop, .stopLimit, .trailingStop].contains(order.order.type) && !order.isTriggered
    }

    func quote(_ order: SimulatedOrder) -> Quote {
        order.isCombo ? comboQuote(order.legs) : market.quote(order.legs[0].instrument)
    }

    /// Whether somebody would take it now.
    func isMarketable(_ order: SimulatedOrder) -> Bool {
        guard faults.fills != .never, order.status != .apiPending, order.status != .pendingCancel
        else { return false }
        let quote = quote(order)
        guard order.isBuy || quote.bid != nil || order.isCombo else { return false }
        let touch = order.isBuy ? quote.ask : quote.bid ?? .zero
        if isStop(order) { return isReached(order, quote) && isWithinLimit(order, touch) }
        return isWithinLimit(order, touch)
    }

    private func isWithinLimit(_ order: SimulatedOrder, _ touch: Price) -> Bool {
        guard order.order.type == .limit || order.order.type == .stopLimit,
            let limit = order.order.limitPrice
        else { return true }
        return order.isBuy ? touch <= limit : touch >= limit
    }

    private func isReached(_ order: SimulatedOrder, _ quote: Quote) -> Bool {
        let isTrailing = order.order.type == .trailingStop
        guard let stop = isTrailing ? order.trail : order.order.auxiliaryPrice else { return false }
        let mark = Price(rounding: quote.mark) ?? .zero
        return order.isBuy ? mark >= stop : mark <= stop
    }

    /// Lets a trailing stop follow the price, and notes a stop that is reached.
    private mutating func follow(_ place: Int) {
        let order = orders[place]
        guard isStop(order) else { return }
        let quote = quote(order)
        if isReached(order, quote) {
            orders[place].isTriggered = true
            orders[place].status = .submitted
            return tell(place, withOrder: true)
        }
        guard order.order.type == .trailingStop else { return }
        let percent = quote.mark * (order.order.trailingPercent?.asDouble ?? 0) / 100
        let distance = order.order.auxiliaryPrice?.asDouble ?? percent
        let wanted = quote.mark + (order.isBuy ? distance : -distance)
        guard let stop = Price(rounding: (wanted * 100).rounded() / 100) else { return }
        let better = order.trail.map { order.isBuy ? min($0, stop) : max($0, stop) } ?? stop
        orders[place].trail = better
    }

    /// Fills what there is at the price.
    mutating func match(_ place: Int) {
        let order = orders[place]
        let quote = quote(order)
        let touch = order.isBuy ? quote.ask : quote.bid ?? .zero
        let there = order.isBuy ? quote.askSize : quote.bidSize
        let wanted = Int(order.remaining.units / unitsOfOne)
        var count = faults.fills == .whole ? wanted : min(wanted, there)
        let isWholeOnly = order.order.timeInForce == "FOK" || order.order.allOrNone
        if faults.fills == .parts, !isWholeOnly, count > 1, fillNumbers.below(3) == 0 {
            count = 1 + fillNumbers.below(count - 1)
        }
        guard count > 0, !isWholeOnly || count == wanted else { return endImmediate(place) }
        orders[place].isTriggered = true
        fill(place, Quantity(count), at: touch)
        endImmediate(place)
    }

    /// Fills so much of an order, legs and all, and tells it.
    mutating func fill(_ place: Int, _ quantity: Quantity, at price: Price) {
        orders[place].fill(quantity, at: price)
        orders[place].status = orders[place].remaining == .zero ? .filled : .submitted
        let order = orders[place]
        if order.status == .filled {
            orders[place].completedStatus = "Filled Size: \(order.filled)"
            orders[place].completedTime = now.gatewayText.replacing("-", with: " ") + " UTC"
        }
        var told: [Execution] = []
        if order.isCombo { told.append(execution(order, order.contract, quantity, price)) }
        for leg in order.legs { told.append(book(place, leg, quantity, price)) }
        for connection in listeners(to: order.order.clientID) {
            for execution in told { send(connection, .execution(execution)) }
        }
        tell(place, withOrder: true)
        guard let account = accounts.first(where: { $0.name == order.order.account }) else {
            return
        }
        tellPositionsChanged(account, order.legs.map(\.instrument))
        if order.status == .filled { finishGroup(of: place) }
    }

    /// Books one leg, and notes its execution and what it cost.
    private mutating func book(
        _ place: Int, _ leg: SimulatedOrder.Leg, _ quantity: Quantity, _ price: Price
    ) -> Execution {
        let order = orders[place]
        let signed = Int64(leg.ratio * (order.isBuy ? 1 : -1))
        let count = Quantity(units: quantity.units * signed)
        let quote = market.quote(leg.instrument)
        let own = signed > 0 ? quote.ask : quote.bid ?? .zero
        let legPrice = order.isCombo ? own : price
        let cost = commission([leg], quantity)
        let account = accounts.firstIndex { $0.name == order.order.account } ?? 0
        let gain = accounts[account].book(leg.instrument, count, at: legPrice, commission: cost)
        orders[place].commission += cost
        var contract = leg.instrument.heldContract
        contract.exchange = leg.instrument.option == nil ? "ARCA" : "CBOE"
        var execution = execution(order, contract, count.magnitude, legPrice)
        execution.side = signed > 0 ? .bought : .sold
        if order.isCombo {
            execution.cumulativeQuantity = Quantity(
                units: order.filled.units * Int64(leg.ratio.magnitude))
            execution.averagePrice = legPrice
        }
        var report = CommissionReport()
        report.executionID = execution.id
        report.commission = cost
        report.currency = "USD"
        report.realizedProfit = gain
        executions.append(
            StoredExecution(execution: execution, report: report, key: order.key, at: now))
        owedCommissions.append((now.adding(ms: SimulatedMarket.stepMs), report, order.key))
        return execution
    }

    private mutating func execution(
        _ order: SimulatedOrder, _ contract: Contract, _ quantity: Quantity, _ price: Price
    ) -> Execution {
        executionCount += 1
        var execution = Execution()
        execution.orderID = order.order.id
        execution.contract = contract
        let serial = String(executionCount + 0x1000_0000, radix: 16)
        execution.id = "0000e0d5.\(serial).01.01"
        execution.time = now.gatewayText
        execution.account = order.order.account
        execution.exchange = contract.exchange
        execution.side = order.isBuy ? .bought : .sold
        execution.quantity = quantity
        execution.price = price
        execution.permanentID = order.order.permanentID
        execution.clientID = order.order.clientID
        execution.cumulativeQuantity = order.filled
        execution.averagePrice = order.averagePrice
        execution.orderReference = order.order.reference
        execution.lastLiquidity = 2
        if order.isCombo, contract.type == .combo {
            var report = CommissionReport()
            report.executionID = execution.id
            report.currency = "USD"
            executions.append(
                StoredExecution(execution: execution, report: report, key: order.key, at: now))
        }
        return execution
    }

    /// 0.65 for an option, half a cent for a share and at least a dollar.
    func commission(_ legs: [SimulatedOrder.Leg], _ quantity: Quantity) -> Cash {
        legs.reduce(.zero) { sum, leg in
            let count = quantity.units / unitsOfOne * Int64(leg.ratio.magnitude)
            let cents = leg.instrument.option == nil ? max(200, count) : 130 * count
            // In half cents.
            return sum + Cash(units: cents * (unitsOfOne / 200))
        }
    }

    /// When one of a group is filled the others go; children of it come to life.
    private mutating func finishGroup(of place: Int) {
        let done = orders[place].order
        for other in orders.indices where other != place && orders[other].isWorking {
            let order = orders[other].order
            if !done.oneCancelsAll.group.isEmpty, order.account == done.account,
                order.oneCancelsAll.group == done.oneCancelsAll.group
            {
                end(other, .cancelled, "Cancelled")
            } else if order.clientID == done.clientID, order.parentID == done.id, done.id != 0,
                order.parentID != 0
            {
                orders[other].isHeldBack = false
            } else if done.parentID != 0, order.clientID == done.clientID,
                order.parentID == done.parentID
            {
                // The other child of a bracket.
                end(other, .cancelled, "Cancelled")
            }
        }
    }
}
