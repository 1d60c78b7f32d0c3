/// What a gateway's notice means for who gets it.
///
/// A notice alone never ends an order but where IB says that it is dead: what is not known here is
/// `doubtful`, and open orders have to be asked for.
package enum NoticeMeaning: String, Hashable, Sendable, CaseIterable {
    /// The client id is taken: the same one is tried again later.
    case clientIDTaken
    /// The gateway has lost IB; the socket stays, and orders wait.
    case linkLost
    /// IB is back, and what was subscribed to is lost.
    case linkBackEmpty
    /// IB is back, and subscriptions go on.
    case linkBack
    /// The gateway is about to drop this connection.
    case socketMoved
    /// A data farm is gone: quotes are stale, and the socket is fine.
    case farmLost
    case farmBack
    /// For eyes alone.
    case information
    /// Too many messages: the next one has to wait.
    case pacing
    /// The order is dead, or never lived.
    case orderDead
    /// A new order is dead; one that was to be changed lives as it was.
    case placeRefused
    /// The order lives, whatever the words are.
    case orderLives
    /// The order was cancelled: an answer, or by itself.
    case orderCancelled
    /// The id is used up: nothing was placed.
    case duplicateOrderID
    /// The order is filled already.
    case orderFilled
    /// There is nothing to cancel, or it is being done: its end is found in what was executed.
    case cancelTooLate
    /// The request is refused. For an order id: the order is dead.
    case requestFailed
    /// Data come in another way than asked for; the subscription goes on.
    case dataAdvisory
    /// The subscription has ended.
    case dataEnded
    /// Another login of the same user has the market data.
    case competingSession
    /// What it means for an order is not known.
    case doubtful
}

/// Which code means what: data, so that a host can be told of a new one without a release.
package struct NoticeTable: Hashable, Sendable {
    private var meanings: [Int: NoticeMeaning]

    /// `overriding`: what a host says besides, or otherwise.
    package init(overriding: [Int: NoticeMeaning] = [:]) {
        meanings = Self.standard.merging(overriding) { $1 }
    }

    /// Codes from 2100 to 2169 that nobody listed are warnings; any other is in doubt.
    package func meaning(of code: Int) -> NoticeMeaning {
        if let known = meanings[code] { return known }
        return (2100...2169).contains(code) ? .information : .doubtful
    }

    /// Source: tws-protocol.md 3.1, from IB's documents and what others have seen.
    private static let standard: [Int: NoticeMeaning] = {
        let rows: [(NoticeMeaning, [Int])] = [
            (.clientIDTaken, [326]), (.linkLost, [1100, 2110]), (.linkBackEmpty, [1101]),
            (.linkBack, [1102]), (.socketMoved, [1300]), (.farmLost, [2103, 2105, 2157]),
            (.farmBack, [2104, 2106, 2158]), (.information, [2107, 2108, 2119, 2100, 2101]),
            (.pacing, [100]), (.orderDead, [201, 203, 460, 10268, 10269, 10289, 10293, 106, 107]),
            (.placeRefused, [105, 110]),
            (.orderLives, [399, 404, 434, 492, 2102, 2109, 2137, 2148, 136, 10349]),
            (.orderCancelled, [202]), (.duplicateOrderID, [103]), (.orderFilled, [104]),
            (.cancelTooLate, [135, 161, 10147, 10148]),
            (.requestFailed, [101, 102, 162, 200, 320, 321, 322, 354, 10186]),
            (.dataAdvisory, [10089, 10090, 10167, 10189]), (.dataEnded, [300, 10168, 10182]),
            (.competingSession, [10197]),
        ]
        return Dictionary(uniqueKeysWithValues: rows.flatMap { row in row.1.map { ($0, row.0) } })
    }()
}
