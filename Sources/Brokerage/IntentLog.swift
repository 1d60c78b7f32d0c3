package import TWS

/// What we mean to place, and what became of it: no intent is sent twice.
///
/// It keeps the ids of orders too, because what is on the disk says the highest that was given out.
package struct IntentLog: Sendable {
    /// How many readings after one another have to lack an order that was sent: the first may have
    /// been made while it was on its way.
    static let absencesMin = 2

    /// Those of which something may still come, by reference.
    package internal(set) var live: [String: Intent] = [:]
    /// How the others ended.
    package internal(set) var ended: [String: Intent.Resolution] = [:]
    package var ids: OrderIDs
    let clientID: Int
    /// Which of the live ones has this order id.
    var references: [Int: String] = [:]
    /// Sent or told by itself since the reading in progress began: it need not have them.
    var fresh: Set<String> = []
    private var connection = 0

    /// From what is on the disk. Of what was written and never acknowledged nobody knows whether
    /// it was sent.
    package init(clientID: Int, _ records: [OrderRecord] = []) {
        self.clientID = clientID
        ids = OrderIDs(highest: 0)
        for record in records { replay(record) }
        for (reference, intent) in live where intent.state == .written {
            live[reference]?.state = .doubtful("written before the program's start")
        }
    }

    /// Those of which nobody knows what became of them, by reference.
    package var doubtful: [String] {
        live.values.filter { if case .doubtful = $0.state { true } else { false } }
            .map(\.reference).sorted()
    }

    /// Those that were sent and wait for the gateway's word.
    var unacknowledged: [Intent] { live.values.filter { $0.state == .sent } }

    /// Writes an order down, with an id and a reference of its own.
    ///
    /// - Returns: what has to be on the disk before it is sent.
    /// - Throws: `Refusal` when it cannot be placed.
    mutating func write(
        _ contract: Contract, _ order: Order, at epochSeconds: Int64
    ) throws(Refusal) -> OrderRecord {
        let isKnown = live[order.reference] != nil || ended[order.reference] != nil
        if isKnown { throw Refusal("the reference \(order.reference) was used before") }
        guard let id = ids.next() else { throw Refusal("there is no order id to give out") }
        var order = order
        order.id = id
        // The number is given out once for good, so that this is unique too.
        if order.reference.isEmpty { order.reference = "v6-\(clientID)-\(id)" }
        guard let bytes = TextCodec.bytes(of: .place(contract, order)) else {
            throw Refusal("a text in the order cannot be sent")
        }
        let intent = Intent(
            reference: order.reference, orderID: id, writtenAt: epochSeconds, contract: contract,
            order: order)
        live[intent.reference] = intent
        references[id] = intent.reference
        return .intent(reference: order.reference, orderID: id, at: epochSeconds, bytes)
    }

    /// Writes a change of an acknowledged order down.
    ///
    /// - Throws: `Refusal` when the order cannot be changed now.
    mutating func writeChange(
        _ reference: String, _ order: Order
    ) throws(Refusal) -> OrderRecord {
        guard let intent = live[reference] else {
            throw Refusal("no order \(reference) of ours is open")
        }
        guard intent.state == .acknowledged, intent.change == nil else {
            throw Refusal("what became of \(reference) is not known yet")
        }
        var order = order
        (order.id, order.reference) = (intent.orderID, reference)
        guard let bytes = TextCodec.bytes(of: .place(intent.contract, order)) else {
            throw Refusal("a text in the order cannot be sent")
        }
        live[reference]?.change = order
        return .change(reference: reference, bytes)
    }

    /// It is handed to the socket now: from here on it may be at IB.
    mutating func sent(_ reference: String) {
        live[reference]?.state = .sent
        live[reference]?.connection = connection
        fresh.insert(reference)
    }

    /// The gateway has told it; `isLive`: by itself, and not in a list that was asked for.
    ///
    /// - Returns: what to note of it; nil when it is no news.
    mutating func acknowledged(
        _ reference: String, _ permanentID: Int64, isLive: Bool = false
    ) -> OrderRecord? {
        guard let intent = live[reference] else { return nil }
        if isLive { fresh.insert(reference) }
        live[reference]?.absences = 0
        live[reference]?.state = .acknowledged
        let isNews = intent.state != .acknowledged || intent.permanentID != permanentID
        if permanentID != 0 { live[reference]?.permanentID = permanentID }
        return isNews && permanentID != 0
            ? .acknowledged(reference: reference, permanentID: permanentID) : nil
    }

    /// It has ended; nothing more is expected of it.
    mutating func resolved(_ reference: String, _ how: Intent.Resolution) -> OrderRecord? {
        guard let intent = live.removeValue(forKey: reference) else { return nil }
        references[intent.orderID] = nil
        ended[reference] = how
        return .resolved(reference: reference, how)
    }

    /// What became of it is not known.
    mutating func doubt(_ reference: String, _ reason: String) {
        live[reference]?.state = .doubtful(reason)
    }

    /// A connection has begun.
    mutating func connected() { connection += 1 }

    /// The connection has ended: what was sent on it and not acknowledged is in doubt, and what
    /// was only written is not sent.
    ///
    /// - Returns: the references of those that were not sent.
    mutating func disconnected() -> [String] {
        ids.forget()
        for intent in live.values where intent.state == .sent {
            doubt(intent.reference, "the connection ended before it was acknowledged")
        }
        return live.values.filter { $0.state == .written }.map(\.reference).sorted()
    }

    /// Whether it was sent on a connection that has ended since: what is not found now does not
    /// come any more.
    func isOfEarlierConnection(_ intent: Intent) -> Bool { intent.connection < connection }
}

/// Why something that was asked for is not done: a sentence.
package struct Refusal: Error, Hashable, Sendable {
    /// For a person.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}
