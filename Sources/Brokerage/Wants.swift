package import TWS

/// What is asked of the broker.
package enum Want: Hashable, Sendable {
    /// The order's id is given to it; its reference where it has none.
    indirect case place(Contract, Order)
    /// An order of ours that the gateway has acknowledged, as it is to be from now on.
    indirect case modify(reference: String, Order)
    case cancel(OrderName)
    /// Cancels every order of the login, those of other programs and persons too, and proves it.
    case cancelAll(within: Duration)
    case snapshot(within: Duration)
    case subscribe(Contract, genericTicks: String)
    case unsubscribe(requestID: Int)
    /// A person has found out what became of an intent in doubt: entries need not wait for it.
    case settle(reference: String)

    /// How an order of ours is named.
    package enum OrderName: Hashable, Sendable {
        /// As it was placed, or by the number that this client gave it, also before this start.
        case reference(String)
        case orderID(Int)
    }
}

/// What came of it: one answer to each want.
package enum Answer: Hashable, Sendable {
    /// The gateway has the order, as it is wanted.
    case acknowledged(reference: String, permanentID: Int64)
    /// The order has ended, maybe before anybody heard of it otherwise.
    case ended(reference: String, Intent.Resolution)
    /// Nothing was done.
    case refused(String)
    /// It was sent, and nobody knows what became of it; an update will say.
    case doubtful(reference: String, String)
    /// The cancel is sent. Outside trading hours it is answered when they begin.
    case cancelSent
    /// There was nothing to cancel, or it was under way: executions tell how it ended.
    case cancelTooLate(String)
    indirect case snapshot(SnapshotReading)
    case cancelledAll(CancelReport)
    case subscribed(requestID: Int)
    case done
}

/// What a global cancel has come to.
package enum CancelReport: Hashable, Sendable {
    /// A full list of open orders, read after it, has none that may be executed.
    case proved
    /// These may still be executed, as far as is known, or nobody knows: with the reason.
    case notProved(remaining: [KnownOrder], String)
}

/// One consistent reading of what a login has at the broker.
package struct Snapshot: Hashable, Sendable {
    /// Of the login.
    package var accounts: [String] = []
    /// Each in a fixed order, so that equal accounts read equal.
    package var positions: [HeldPosition] = []
    package var values: [AccountValue] = []
    /// Of all clients and persons.
    package var openOrders: [KnownOrder] = []
    /// Since midnight, by the gateway's clock; corrections in place of what they correct.
    package var executions: [Execution] = []
    package var completed: [CompletedOrder] = []
    /// Seconds since 1970, by IB's clock.
    package var serverTime: Int64 = 0

    package init() {}
}

/// A snapshot, or why there is none. What could not be read is never told as empty.
package enum SnapshotReading: Hashable, Sendable {
    case whole(Snapshot)
    case unreadable(reason: String)
}

/// How the connection stands, for who waits for it.
package enum Link: Hashable, Sendable {
    /// Not wanted.
    case closed
    /// No connection; the next try comes by itself.
    case waiting(String)
    /// So many tries have failed that only a single one is made at a time, far from the next.
    case broken(String)
    case connecting
    /// What the accounts have is being read; entries wait.
    case syncing
    case ready
    /// The gateway is there, and has lost IB (1100): entries wait, cancels are of no effect.
    case lostIB
}

/// What has changed.
package enum Update: Hashable, Sendable {
    case link(Link)
    indirect case order(KnownOrder)
    indirect case execution(Execution)
    /// The second is in place of the first.
    indirect case corrected(Execution, Execution)
    indirect case commission(CommissionReport)
    /// A quantity of 0: it is flat.
    indirect case position(HeldPosition)
    indirect case value(AccountValue)
    case intent(reference: String, Intent.State)
    indirect case notice(Notice, NoticeMeaning)
    /// No quotes come under this id any more.
    case subscriptionEnded(requestID: Int, String)
    /// Whether quotes may be old.
    case quotesStale(Bool)
    /// The gateway has given out lower ids than it had: it has lost orders.
    case idsRolledBack(told: Int, highest: Int)
    /// A message of the gateway could not be read.
    case misfit(String)
    /// Quotes have changed: look at the board.
    case quotes
    /// So many updates were dropped because nobody took them: what is known has to be read anew.
    case lost(Int)
}
