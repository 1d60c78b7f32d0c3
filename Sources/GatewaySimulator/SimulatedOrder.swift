import Numbers
import TWS

/// An order that the gateway has, and how far it has come.
struct SimulatedOrder: Hashable, Sendable {
    /// As it is told: filled out from what the exchange knows.
    var contract: Contract
    /// What is traded for one of it, below 0 where that is sold by a buyer.
    let legs: [Leg]
    var order: Order
    var status: OrderStatus
    var filled = Quantity.zero
    /// Price by quantity of all fills.
    private(set) var turnover = Cash.zero
    var lastPrice = Price.zero
    var commission = Cash.zero
    /// Nobody is told of it when they ask for open orders.
    var isInvisible = false
    /// It waits for its parent, or for its last child.
    var isHeldBack = false
    /// A stop that has been reached.
    var isTriggered = false
    /// Where a trailing stop stands.
    var trail: Price?
    var completedTime = ""
    var completedStatus = ""

    struct Leg: Hashable, Sendable {
        let instrument: Instrument
        /// How many for one of the order.
        let ratio: Int
    }

    init(contract: Contract, legs: [Leg], order: Order, status: OrderStatus) {
        self.contract = contract
        self.legs = legs
        self.order = order
        self.status = status
    }

    var key: OrderKey { OrderKey(clientID: order.clientID, orderID: order.id) }
    var quantity: Quantity { order.quantity ?? .zero }
    var remaining: Quantity { quantity - filled }
    /// Whether anything can still come of it.
    var isWorking: Bool { status.mayExecute && status != .inactive }
    var isBuy: Bool { order.action == .buy }
    var isCombo: Bool { contract.type == .combo }

    var averagePrice: Price {
        guard filled > .zero else { return .zero }
        return Price(
            units: Int64(Int128(turnover.units) * Int128(unitsOfOne) / Int128(filled.units)))
    }

    mutating func fill(_ quantity: Quantity, at price: Price) {
        filled += quantity
        turnover += price.times(quantity) ?? .zero
        lastPrice = price
    }

    var progress: OrderProgress {
        var told = OrderProgress()
        told.orderID = order.id
        told.status = status
        told.filled = filled
        told.remaining = status == .cancelled || status == .inactive ? .zero : remaining
        told.averagePrice = averagePrice
        told.permanentID = order.permanentID
        told.parentID = order.parentID
        told.lastPrice = lastPrice
        told.clientID = order.clientID
        return told
    }

    var open: OpenOrder {
        var told = OpenOrder()
        told.contract = contract
        told.order = order
        told.state.status = status
        if commission > .zero {
            told.state.commission = commission
            told.state.commissionCurrency = "USD"
        }
        return told
    }

    var completed: CompletedOrder {
        var told = CompletedOrder()
        told.contract = contract
        told.order = order
        // A completed order is told without the numbers of its client.
        told.order.id = 0
        told.order.clientID = 0
        told.status = status
        told.filled = filled
        told.completedTime = completedTime
        told.completedStatus = completedStatus
        return told
    }
}

/// An order among those of its client.
struct OrderKey: Hashable, Sendable {
    let clientID: Int
    let orderID: Int
}
