import Numbers
package import TWS

extension AccountBook {
    /// The gateway tells an order. It does not tell how much of it is filled.
    ///
    /// `isListed`: in a list of open orders that was asked for, which is believed whatever was
    /// heard before.
    ///
    /// - Returns: what is known of it now, when that is news.
    package mutating func took(_ open: OpenOrder, isListed: Bool = false) -> KnownOrder? {
        change(open.order.permanentID, open.order.clientID, open.order.id) { known in
            known.tell(open)
            if known.reference != open.order.reference { known.reference = open.order.reference }
            Self.move(&known, to: open.state.status, isListed: isListed)
        }
    }

    /// The gateway tells how far an order is; it may be the first that is heard of it.
    ///
    /// - Returns: what is known of it now, when that is news.
    package mutating func took(
        _ progress: OrderProgress, isListed: Bool = false
    ) -> KnownOrder? {
        change(progress.permanentID, progress.clientID, progress.orderID) { known in
            known.filled = max(known.filled ?? .zero, progress.filled)
            known.remaining = progress.remaining
            known.averagePrice = progress.averagePrice
            known.whyHeld = progress.whyHeld
            Self.move(&known, to: progress.status, isListed: isListed)
        }
    }

    /// An order of another program may be managed under this number from now on.
    package mutating func took(_ bound: BoundOrder) {
        _ = change(bound.permanentID, bound.clientID, bound.orderID) { _ in }
    }

    /// IB says that an order is dead: nothing is left to wait for.
    mutating func ended(_ key: OrderKey, _ status: OrderStatus) {
        guard var known = orders[key] else { return }
        Self.move(&known, to: status)
        orders[key] = known
    }

    /// What is known of an order of a client; nil for one that was never told.
    package func order(clientID: Int, orderID: Int) -> KnownOrder? {
        let own = OrderKey.own(clientID: clientID, orderID: orderID)
        return orders[permanentIDs[own].map { .permanent($0) } ?? own]
    }

    /// A full list of open orders was read: what was open and is not in it is open no more.
    ///
    /// - Returns: those.
    mutating func closeList(of listed: Set<OrderKey>) -> [KnownOrder] {
        var gone: [KnownOrder] = []
        for (key, known) in orders where known.mayExecute && !listed.contains(key) {
            orders[key]?.isGone = true
            gone.append(known)
        }
        return gone
    }

    /// Orders that may still be executed, in the order of their ids.
    package var openOrders: [KnownOrder] {
        orders.values.filter(\.mayExecute).sorted {
            ($0.permanentID, $0.clientID, $0.orderID) < ($1.permanentID, $1.clientID, $1.orderID)
        }
    }

    /// An order that has ended does not come back by a word that was late; it may still turn out
    /// to be filled.
    private static func move(
        _ known: inout KnownOrder, to status: OrderStatus, isListed: Bool = false
    ) {
        guard known.status.mayExecute || status == .filled || isListed else { return }
        known.status = status
    }

    /// - Returns: the order after the change, when that made it another.
    private mutating func change(
        _ permanentID: Int64, _ clientID: Int, _ orderID: Int, _ body: (inout KnownOrder) -> Void
    ) -> KnownOrder? {
        let key = place(permanentID, clientID, orderID)
        let before = orders[key]
        var known = before ?? KnownOrder()
        if known.permanentID == 0 { known.permanentID = permanentID }
        (known.clientID, known.orderID) = (clientID, orderID)
        known.isGone = false
        body(&known)
        if known.status == .other("") { known.status = .pendingSubmit }
        orders[key] = known
        return known == before ? nil : known
    }

    /// Where an order that was told so is kept.
    func key(of permanentID: Int64, _ clientID: Int, _ orderID: Int) -> OrderKey {
        if permanentID != 0 { return .permanent(permanentID) }
        let own = OrderKey.own(clientID: clientID, orderID: orderID)
        return permanentIDs[own].map { .permanent($0) } ?? own
    }

    /// Where an order is kept from now on. One that was told without a permanent id moves to it;
    /// a client that rolled back uses a number again, for another order.
    private mutating func place(_ permanentID: Int64, _ clientID: Int, _ orderID: Int) -> OrderKey {
        let key = key(of: permanentID, clientID, orderID)
        guard permanentID != 0, orderID != 0 else { return key }
        let own = OrderKey.own(clientID: clientID, orderID: orderID)
        // As it was told the last time.
        if permanentIDs[own] == permanentID { return key }
        if let waiting = orders.removeValue(forKey: own), orders[key] == nil {
            orders[key] = waiting
        }
        permanentIDs[own] = permanentID
        return key
    }
}
