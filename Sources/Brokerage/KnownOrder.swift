package import Numbers
package import TWS

/// How an order is told from others: by its permanent id, and before it has one by its client's.
package enum OrderKey: Hashable, Sendable {
    /// Unique in the account, for good.
    case permanent(Int64)
    /// Unique for a client as long as it does not roll back.
    case own(clientID: Int, orderID: Int)
}

/// What is known of an order, whoever placed it.
package struct KnownOrder: Hashable, Sendable {
    /// 0 where it is not known yet. Orders of no API client have the order id 0.
    package var permanentID: Int64 = 0
    package var clientID = 0
    package var orderID = 0
    /// Ours, or another program's.
    package var reference = ""
    /// Empty until the gateway has told it.
    package var contract: Contract {
        get { told?.contract ?? Contract() }
        set { told = Told(told?.order, newValue) }
    }
    /// Nil until the gateway has told it: a status or a fill may come first.
    package var order: Order? {
        get { told?.order }
        set { told = Told(newValue, contract) }
    }
    /// As it was told last.
    package var status = OrderStatus.other("")
    /// As a status told them: an open order says neither. Nil before one came.
    package var filled: Quantity?
    package var remaining: Quantity?
    package var averagePrice: Price?
    package var whyHeld = ""
    /// A full list of open orders did not have it: it is not open, however it ended.
    package var isGone = false
    /// Large, and seldom another: what is told of the order's progress does not touch it.
    private var told: Told?

    package init() {}

    /// Whether it may still be executed: a cancel that is on its way stops nothing yet.
    package var mayExecute: Bool { !isGone && status.mayExecute }

    /// By what it is found in the book.
    package var key: OrderKey {
        permanentID != 0
            ? .permanent(permanentID) : .own(clientID: clientID, orderID: orderID)
    }

    /// In one line, for a person.
    package var words: String {
        let what = order.map { "\($0.action.rawValue) \($0.quantity?.description ?? "?") " } ?? ""
        let name = contract.localSymbol.isEmpty ? contract.symbol : contract.localSymbol
        return "order \(permanentID) of client \(clientID): \(what)\(name) \(status.word)"
    }
}

extension KnownOrder {
    /// The gateway tells the whole order. It does so often, and mostly nothing of it is new.
    mutating func tell(_ open: OpenOrder) {
        if let told, told.order == open.order, told.contract == open.contract { return }
        told = Told(open.order, open.contract)
    }
}

/// What a gateway told of an order, shared by all who know it.
private final class Told: Hashable, Sendable {
    let order: Order?
    let contract: Contract

    init(_ order: Order?, _ contract: Contract) {
        self.order = order
        self.contract = contract
    }

    static func == (left: Told, right: Told) -> Bool {
        left === right || left.order == right.order && left.contract == right.contract
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(order)
        hasher.combine(contract)
    }
}
