package import Numbers
package import TWS

/// What the market says of one instrument, as last heard. What was never heard is nil.
package struct Quote: Hashable, Sendable {
    /// Of the subscription.
    package let requestID: Int
    /// Nil where there is no quote.
    package internal(set) var bid: Price?
    package internal(set) var ask: Price?
    package internal(set) var last: Price?
    package internal(set) var close: Price?
    package internal(set) var mark: Price?
    package internal(set) var bidSize: Quantity?
    package internal(set) var askSize: Quantity?
    package internal(set) var lastSize: Quantity?
    /// IB's model of an option; all its figures are none before it came.
    package internal(set) var model = ModelTick()
    /// When the last tick came, by the clock of whoever took it; nil before the first.
    package internal(set) var heard: Duration?
    /// Whether the prices are those of some minutes ago.
    package internal(set) var isDelayed = false

    init(requestID: Int) { self.requestID = requestID }
}

/// The quotes of all subscriptions, in place: to take a tick costs no memory.
package struct QuoteBoard: Sendable {
    private var quotes: [Quote] = []
    /// Where in the list each subscription is.
    private var places: [Int: Int] = [:]
    /// How many ticks were taken, and how many were of no subscription.
    package private(set) var taken = 0
    package private(set) var strange = 0

    package init() {}

    /// Makes room for a subscription; one that is there keeps its quote.
    package mutating func add(requestID: Int) {
        guard places[requestID] == nil else { return }
        places[requestID] = quotes.count
        quotes.append(Quote(requestID: requestID))
    }

    /// Forgets a subscription.
    package mutating func remove(requestID: Int) {
        guard let place = places.removeValue(forKey: requestID) else { return }
        quotes.swapAt(place, quotes.count - 1)
        quotes.removeLast()
        if place < quotes.count { places[quotes[place].requestID] = place }
    }

    /// The connection is gone: nothing that was heard holds any more.
    package mutating func forgetAll() {
        for place in quotes.indices { quotes[place] = Quote(requestID: quotes[place].requestID) }
    }

    /// The quote of a subscription; nil where there is none.
    package subscript(requestID: Int) -> Quote? { places[requestID].map { quotes[$0] } }

    /// A price came, with its size.
    package mutating func took(_ tick: PriceTick, at now: Duration) {
        guard let place = place(tick.requestID, now) else { return }
        switch tick.kind {
        case .bid, .delayedBid:
            quotes[place].bid = tick.price
            quotes[place].bidSize = tick.size
        case .ask, .delayedAsk:
            quotes[place].ask = tick.price
            quotes[place].askSize = tick.size
        case .last, .delayedLast:
            quotes[place].last = tick.price
            quotes[place].lastSize = tick.size
        case .close: quotes[place].close = tick.price
        case .mark: quotes[place].mark = tick.price
        default: break
        }
    }

    /// A size came alone.
    package mutating func took(_ tick: SizeTick, at now: Duration) {
        guard let place = place(tick.requestID, now) else { return }
        switch tick.kind {
        case .bidSize: quotes[place].bidSize = tick.size
        case .askSize: quotes[place].askSize = tick.size
        case .lastSize: quotes[place].lastSize = tick.size
        default: break
        }
    }

    /// What a model says; only the one at the middle is kept.
    package mutating func took(_ tick: ModelTick, at now: Duration) {
        guard let place = place(tick.requestID, now) else { return }
        if tick.kind == .model || tick.kind == .delayedModel { quotes[place].model = tick }
    }

    /// Whether live prices come: 1 and 2 are live, 3 and 4 delayed.
    package mutating func took(_ kind: MarketDataKind) {
        guard let place = places[kind.requestID] else { return }
        quotes[place].isDelayed = kind.type > 2
    }

    private mutating func place(_ requestID: Int, _ now: Duration) -> Int? {
        taken += 1
        guard let place = places[requestID] else {
            strange += 1
            return nil
        }
        quotes[place].heard = now
        return place
    }
}
