package import Numbers

/// How far an order has come, in the gateway's words.
package enum OrderStatus: Hashable, Sendable {
    /// The gateway has it and has not sent it on.
    case apiPending
    /// Sent, and not acknowledged.
    case pendingSubmit
    /// Accepted by IB, not yet at the venue.
    case preSubmitted
    /// Working.
    case submitted
    /// A cancel was sent: it can still be filled.
    case pendingCancel
    /// Cancelled before IB acknowledged it.
    case apiCancelled
    case cancelled
    case filled
    /// Rejected, or held; it may come back.
    case inactive
    /// A word that nobody here knows: the order may be anything.
    case other(String)

    private static let words: [(String, OrderStatus)] = [
        ("ApiPending", .apiPending), ("PendingSubmit", .pendingSubmit),
        ("PreSubmitted", .preSubmitted), ("Submitted", .submitted),
        ("PendingCancel", .pendingCancel), ("ApiCancelled", .apiCancelled),
        ("Cancelled", .cancelled), ("Filled", .filled), ("Inactive", .inactive),
    ]

    package init(_ word: String) {
        self = Self.words.first { $0.0 == word }?.1 ?? .other(word)
    }

    /// As a gateway spells it.
    package var word: String {
        if case .other(let word) = self { return word }
        return Self.words.first { $0.1 == self }?.0 ?? ""
    }

    /// Whether it may still be executed, as far as the status tells.
    ///
    /// An order that waits for its cancel can fill, and one that is inactive can come back.
    package var mayExecute: Bool {
        switch self {
        case .apiCancelled, .cancelled, .filled: false
        case .apiPending, .pendingSubmit, .preSubmitted, .submitted, .pendingCancel, .inactive,
            .other:
            true
        }
    }
}

/// What a gateway says of an order's progress; it repeats itself, and may leave one out.
package struct OrderProgress: Hashable, Sendable {
    /// Of the client whose number stands below.
    package var orderID = 0
    package var status = OrderStatus.other("")
    package var filled = Quantity.zero
    package var remaining = Quantity.zero
    package var averagePrice = Price.zero
    package var permanentID: Int64 = 0
    package var parentID = 0
    package var lastPrice = Price.zero
    package var clientID = 0
    /// `locate` while shares are looked for to be sold short.
    package var whyHeld = ""
    package var marketCapPrice = Price.zero

    package init() {}
}

/// An order as a gateway tells it, with what it would do to the account.
package struct OpenOrder: Hashable, Sendable {
    /// With all its legs.
    package var contract = Contract()
    package var order = Order()
    package var state = OrderState()

    package init() {}
}

/// An order that is done, today. It has no order id: it is told by its permanent id and reference.
package struct CompletedOrder: Hashable, Sendable {
    /// With all its legs.
    package var contract = Contract()
    package var order = Order()
    package var status = OrderStatus.other("")
    package var filled: Quantity?
    /// As the gateway spells it.
    package var completedTime = ""
    package var completedStatus = ""
    package var autoCancelDate = ""
    package var parentPermanentID: Int64?

    package init() {}
}

/// An order's status, and margins and commission as IB reckons them.
package struct OrderState: Hashable, Sendable {
    /// What is not reckoned is nil; in the base currency of the account.
    package var status = OrderStatus.other("")
    package var before = Margins()
    package var change = Margins()
    package var after = Margins()
    package var commission: Cash?
    package var commissionLeast: Cash?
    package var commissionMost: Cash?
    package var commissionCurrency = ""
    package var warning = ""

    /// What the account has to keep, and what it has for that.
    package struct Margins: Hashable, Sendable {
        /// In the base currency of the account; nil where IB did not reckon it.
        package var initial: Cash?
        package var maintenance: Cash?
        package var equityWithLoan: Cash?
    }
}

/// A fill, or a part of one.
package struct Execution: Hashable, Sendable {
    /// Of the request that asked for it; -1 when it came by itself.
    package var requestID = -1
    package var orderID = 0
    package var contract = Contract()
    /// Unique. A correction has the same but for the digits after the last point.
    package var id = ""
    /// As the gateway spells it: `20261122-15:12:56` when it is set to UTC.
    package var time = ""
    package var account = ""
    package var exchange = ""
    package var side = Side.bought
    package var quantity = Quantity.zero
    package var price = Price.zero
    package var permanentID: Int64 = 0
    package var clientID = 0
    package var isLiquidation = 0
    package var cumulativeQuantity = Quantity.zero
    package var averagePrice = Price.zero
    package var orderReference = ""
    package var economicRule = ""
    package var economicMultiplier: Ratio?
    package var model = ""
    package var lastLiquidity = 0
    package var isPriceRevisionPending = false

    /// As a gateway spells it.
    package enum Side: String, Hashable, Sendable, CaseIterable {
        case bought = "BOT"
        case sold = "SLD"
    }

    package init() {}
}

/// What a fill cost; it follows the fill.
package struct CommissionReport: Hashable, Sendable {
    /// Of the fill that it belongs to.
    package var executionID = ""
    package var commission = Cash.zero
    package var currency = ""
    /// Where the fill closed something.
    package var realizedProfit: Cash?
    package var yield: Ratio?
    package var yieldRedemptionDate = ""

    package init() {}
}
