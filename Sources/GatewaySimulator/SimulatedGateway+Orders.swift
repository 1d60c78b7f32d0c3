import Facts
import Numbers
import TWS

extension SimulatedGateway {
    // MARK: Placing

    mutating func place(_ connection: Int, _ contract: Contract, _ order: Order) {
        guard let clientID = clients[connection]?.id else { return }
        let key = OrderKey(clientID: clientID, orderID: order.id)
        if order.whatIf { return placeWhatIf(connection, contract, order) }
        if faults.swallows > 0 {
            faults.swallows -= 1
            return
        }
        if let known = orders.lastIndex(where: { $0.key == key }) {
            return modify(connection, known, contract, order)
        }
        guard order.id >= nextID(of: clientID) else {
            return notify(connection, Notice(id: order.id, code: 103, "Duplicate order id"))
        }
        nextIDs[clientID] = order.id + 1
        guard let legs = legs(of: contract) else {
            return notify(connection, Self.unknownContract(order.id))
        }
        if let refusal = refusal(of: order, legs) { return notify(connection, refusal) }
        var own = order
        own.clientID = clientID
        if own.account.isEmpty { own.account = accounts[0].name }
        // To IB an empty one is of the day.
        if own.timeInForce.isEmpty { own.timeInForce = "DAY" }
        if let reject = faults.rejects.first {
            faults.rejects.removeFirst()
            return notify(connection, Notice(id: order.id, code: reject.code, reject.text))
        }
        permanentIDs += 1
        own.permanentID = permanentIDs
        var new = SimulatedOrder(
            contract: told(contract, legs), legs: legs, order: own,
            status: faults.isLinkLost ? .apiPending : .preSubmitted)
        if faults.invisible > 0 {
            faults.invisible -= 1
            new.isInvisible = true
        }
        new.isHeldBack = !order.transmit || isParentUnfilled(own)
        orders.append(new)
        if order.transmit { releaseFamily(of: own) }
        accept(orders.count - 1)
    }

    /// As the gateway tells it: with what the exchange knows of it.
    private func told(_ contract: Contract, _ legs: [SimulatedOrder.Leg]) -> Contract {
        guard contract.type == .combo else {
            var told = legs[0].instrument.contract
            told.primaryExchange = ""
            told.exchange = contract.exchange.isEmpty ? told.exchange : contract.exchange
            return told
        }
        var told = contract
        told.id = Self.comboID
        told.localSymbol = "\(Self.comboID)"
        told.tradingClass = "COMB"
        told.legsText = contract.legs.map {
            "\($0.contractID)|\($0.action == .buy ? $0.ratio : -$0.ratio)"
        }
        .joined(separator: ",")
        if told.symbol.isEmpty { told.symbol = legs[0].instrument.terms.symbol }
        return told
    }

    /// IB's number for all combos.
    static var comboID: Int { 28_812_380 }

    /// Why a new order is refused at once; nil when it is not.
    private func refusal(of order: Order, _ legs: [SimulatedOrder.Leg]) -> Notice? {
        let id = order.id
        guard order.account.isEmpty || accounts.contains(where: { $0.name == order.account })
        else {
            return Notice(id: id, code: 321, Self.wrongAccount)
        }
        guard !order.account.isEmpty || accounts.count == 1 else {
            return Notice(
                id: id, code: 321,
                "Error validating request.-'bI' : cause - You must specify an account.")
        }
        guard let quantity = order.quantity, quantity > .zero, quantity.units % unitsOfOne == 0
        else {
            return Notice(id: id, code: 434, "The order size cannot be zero.")
        }
        let prices = [order.limitPrice, order.auxiliaryPrice].compactMap { $0?.magnitude }
        guard isWithinBounds(quantity, legs), prices.allSatisfy({ $0 <= Bounds.priceMax }) else {
            return Notice(id: id, code: 201, "Order rejected - reason:size or price is too large")
        }
        guard Self.types.contains(order.type.word) else {
            return Notice(id: id, code: 387, "Unsupported order type for this exchange.")
        }
        // What is not simulated is refused, so that no test passes because it was passed over.
        if let term = notSimulated(order) {
            return Notice(id: id, code: 387, "The simulator has no \(term).")
        }
        if order.action == .sellShort {
            return Notice(
                id: id, code: 201, "Order rejected - reason:SSHORT is not for this account")
        }
        guard isPriced(order) else {
            return Notice(id: id, code: 201, "Order rejected - reason:a price is missing")
        }
        return offTick(order)
    }

    private func notSimulated(_ order: Order) -> String? {
        let terms: [(Bool, String)] = [
            (!["", "DAY", "GTC", "IOC", "FOK"].contains(order.timeInForce), "such time in force"),
            (!order.conditions.all.isEmpty, "conditions"),
            (!order.goodAfterTime.isEmpty, "orders that begin later"),
            (!order.algorithm.strategy.isEmpty, "algorithms"),
            ((order.minimumQuantity ?? 0) != 0, "least quantity"),
            (order.hidden, "hidden orders"), ((order.cashQuantity ?? .zero) != .zero, "amounts"),
        ]
        return terms.first { $0.0 }?.1
    }

    private func isWithinBounds(_ quantity: Quantity, _ legs: [SimulatedOrder.Leg]) -> Bool {
        let ratio = legs.map { Int64($0.ratio.magnitude) }.max() ?? 1
        return quantity <= Quantity(units: Bounds.quantityMax.units / ratio)
    }

    private static let types: Set = ["MKT", "LMT", "STP", "STP LMT", "TRAIL"]

    private func isPriced(_ order: Order) -> Bool {
        switch order.type {
        case .limit: order.limitPrice != nil
        case .stop: order.auxiliaryPrice != nil
        case .stopLimit: order.limitPrice != nil && order.auxiliaryPrice != nil
        case .trailingStop: order.auxiliaryPrice != nil || order.trailingPercent != nil
        default: true
        }
    }

    /// Every price here moves by cents.
    private func offTick(_ order: Order) -> Notice? {
        let prices = [order.limitPrice, order.type == .trailingStop ? nil : order.auxiliaryPrice]
        guard prices.contains(where: { ($0?.units ?? 0) % (unitsOfOne / 100) != 0 }) else {
            return nil
        }
        return Notice(
            id: order.id, code: 110,
            "The price does not conform to the minimum price variation for this contract.")
    }

    private func isParentUnfilled(_ order: Order) -> Bool {
        guard order.parentID != 0 else { return false }
        let key = OrderKey(clientID: order.clientID, orderID: order.parentID)
        return orders.last { $0.key == key }?.isWorking ?? false
    }

    /// The last of a family releases its parent and all other children.
    private mutating func releaseFamily(of order: Order) {
        guard order.parentID != 0 else { return }
        for place in orders.indices
        where orders[place].order.clientID == order.clientID && orders[place].isWorking {
            let other = orders[place].order
            guard other.id == order.parentID || other.parentID == order.parentID,
                !other.transmit
            else { continue }
            orders[place].order.transmit = true
            orders[place].isHeldBack = other.parentID != 0
            accept(place)
        }
    }

    /// Tells a new order, and what it waits for.
    mutating func accept(_ place: Int) {
        let order = orders[place]
        // An order that its client keeps back is nobody's business yet.
        guard order.order.transmit, order.isWorking, order.status != .apiPending else { return }
        if let missing = missingFunds(order) {
            end(place, .inactive, "Rejected")
            for connection in listeners(to: order.order.clientID) {
                notify(
                    connection,
                    Notice(
                        id: order.order.id, code: 201, "Order rejected - reason:" + missing))
            }
            return
        }
        tell(place, withOrder: !faults.tellsFillsFirst)
        guard market.isOpen else {
            for connection in listeners(to: order.order.clientID) {
                notify(connection, outsideHours(order.order.id))
            }
            return
        }
        guard !order.isHeldBack else { return }
        if isMarketable(order) { return match(place) }
        guard !isStop(order) else { return }
        orders[place].status = .submitted
        tell(place, withOrder: true)
        endImmediate(place)
    }

    private func outsideHours(_ id: Int) -> Notice {
        Notice(
            id: id, code: 399,
            "Order Message:\nWarning: your order will not be placed at the exchange until "
                + "09:30:00 US/Eastern")
    }

    private func missingFunds(_ order: SimulatedOrder) -> String? {
        guard let account = accounts.first(where: { $0.name == order.order.account }) else {
            return "there is no such account"
        }
        let sign = order.isBuy ? 1 : -1
        let further = order.legs.map {
            ($0.instrument, Quantity(units: order.quantity.units * Int64($0.ratio * sign)))
        }
        let (now, then) = (
            Valuation(account, market), Valuation(account, market, with: further)
        )
        let needed = then.initial - now.initial
        guard needed > .zero, needed > now.available else { return nil }
        return "YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR "
            + "EQUITY WITH LOAN VALUE [\(now.net) USD] MUST EXCEED THE INITIAL MARGIN "
            + "[\(then.initial) USD]"
    }

    private mutating func placeWhatIf(
        _ connection: Int, _ contract: Contract, _ order: Order
    ) {
        guard let legs = legs(of: contract) else {
            return notify(connection, Self.unknownContract(order.id))
        }
        if let refusal = refusal(of: order, legs) { return notify(connection, refusal) }
        var own = order
        own.clientID = clients[connection]?.id ?? 0
        if own.account.isEmpty { own.account = accounts[0].name }
        tellWhatIf(connection, told(contract, legs), legs, own)
    }

    private mutating func tellWhatIf(
        _ connection: Int, _ contract: Contract, _ legs: [SimulatedOrder.Leg], _ order: Order
    ) {
        guard let account = accounts.first(where: { $0.name == order.account }) else { return }
        let sign = order.action == .buy ? 1 : -1
        let quantity = order.quantity ?? .zero
        let further = legs.map {
            ($0.instrument, Quantity(units: quantity.units * Int64($0.ratio * sign)))
        }
        let (now, then) = (Valuation(account, market), Valuation(account, market, with: further))
        var open = OpenOrder()
        open.contract = contract
        open.order = order
        open.state.status = .preSubmitted
        open.state.before.initial = now.initial
        open.state.before.maintenance = now.maintenance
        open.state.before.equityWithLoan = now.net
        open.state.change.initial = then.initial - now.initial
        open.state.change.maintenance = then.maintenance - now.maintenance
        open.state.change.equityWithLoan = .zero
        open.state.after.initial = then.initial
        open.state.after.maintenance = then.maintenance
        open.state.after.equityWithLoan = now.net
        open.state.commission = commission(legs, quantity)
        open.state.commissionCurrency = "USD"
        send(connection, .openOrder(open))
    }

    // MARK: Changing

    private mutating func modify(
        _ connection: Int, _ place: Int, _ contract: Contract, _ order: Order
    ) {
        let old = orders[place]
        if old.status == .filled {
            return notify(
                connection, Notice(id: order.id, code: 104, "Cannot modify a filled order."))
        }
        guard old.isWorking else {
            return notify(connection, Notice(id: order.id, code: 103, "Duplicate order id"))
        }
        guard let legs = legs(of: contract), legs == old.legs, order.action == old.order.action,
            order.orderAccount(or: old.order.account) == old.order.account
        else {
            return notify(
                connection,
                Notice(
                    id: order.id, code: 105,
                    "Order being modified does not match original order"))
        }
        guard (order.quantity ?? .zero) > old.filled else {
            return notify(
                connection,
                Notice(id: order.id, code: 201, "Order rejected - reason:less than was filled"))
        }
        if let refusal = refusal(of: order, legs) { return notify(connection, refusal) }
        var new = order
        new.clientID = old.order.clientID
        new.permanentID = old.order.permanentID
        new.account = old.order.account
        if new.timeInForce.isEmpty { new.timeInForce = "DAY" }
        orders[place].order = new
        if let missing = missingFunds(orders[place]) {
            orders[place].order = old.order
            return notify(
                connection, Notice(id: order.id, code: 201, "Order rejected - reason:" + missing))
        }
        if new.transmit { releaseFamily(of: new) }
        orders[place].isHeldBack = !new.transmit || isParentUnfilled(new)
        guard new.transmit else { return }
        tell(place, withOrder: true)
        guard market.isOpen, !orders[place].isHeldBack, isMarketable(orders[place]) else { return }
        match(place)
    }

    // MARK: Cancelling

    mutating func cancel(_ connection: Int, _ id: Int) {
        guard let clientID = clients[connection]?.id else { return }
        let key = OrderKey(clientID: clientID, orderID: id)
        guard let place = orders.lastIndex(where: { $0.key == key }) else {
            return notify(
                connection,
                Notice(
                    id: id, code: 10147, "OrderId \(id) that needs to be cancelled is not found."))
        }
        guard orders[place].isWorking else {
            return notify(
                connection,
                Notice(
                    id: id, code: 10148,
                    "OrderId \(id) that needs to be cancelled can not be cancelled, state: "
                        + orders[place].status.word))
        }
        // What is cancelled while the broker is away is cancelled when it is back.
        guard !faults.isLinkLost else {
            orders[place].status = .pendingCancel
            return tell(place, withOrder: false)
        }
        end(place, .cancelled, "Cancelled")
        notify(connection, Notice(id: id, code: 202, "Order Canceled - reason:"))
    }

    /// All orders of the login, whoever placed them; nothing says that it is done.
    mutating func cancelAll() {
        for place in orders.indices where orders[place].isWorking {
            if faults.isLinkLost {
                orders[place].status = .pendingCancel
                tell(place, withOrder: false)
                continue
            }
            end(place, .cancelled, "Cancelled")
            tellCancelled(place)
        }
    }

    /// The notice that confirms it.
    mutating func tellCancelled(_ place: Int) {
        let order = orders[place].order
        for connection in listeners(to: order.clientID) {
            notify(connection, Notice(id: order.id, code: 202, "Order Canceled - reason:"))
        }
    }

    /// An order is done without being filled.
    mutating func end(_ place: Int, _ status: OrderStatus, _ words: String) {
        orders[place].status = status
        orders[place].completedStatus = words
        orders[place].completedTime = now.gatewayText.replacing("-", with: " ") + " UTC"
        tell(place, withOrder: false)
        // A parent takes its children with it, or leaves them what it was filled with.
        for child in orders.indices
        where orders[child].isWorking
            && orders[child].order.clientID == orders[place].order.clientID
            && orders[child].order.parentID == orders[place].order.id
            && orders[child].order.parentID != 0
        {
            if orders[place].filled == .zero {
                end(child, .cancelled, "Cancelled")
            } else {
                orders[child].isHeldBack = false
            }
        }
    }

    /// What an order can't be filled with at once is given up, if it says so.
    mutating func endImmediate(_ place: Int) {
        guard ["IOC", "FOK"].contains(orders[place].order.timeInForce), orders[place].isWorking
        else { return }
        end(place, .cancelled, "Cancelled")
        tellCancelled(place)
    }
}

extension Order {
    /// The account that is named, or the only one that it can be.
    func orderAccount(or known: String) -> String { account.isEmpty ? known : account }
}
