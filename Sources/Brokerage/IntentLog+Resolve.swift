import Numbers
import TWS

extension IntentLog {
    /// A reading begins: what is sent from now on need not be in it.
    mutating func beginReading() { fresh = [] }

    /// A reading of open orders, executions and completed orders is whole: says what became of
    /// each intent.
    ///
    /// `listed`: the open orders of the reading. `dayBegan`: since when the lists tell executions
    /// and completed orders; nil where that is not known.
    ///
    /// - Returns: what is known now that was not before, by reference.
    mutating func resolve(
        with book: AccountBook, listed: Set<OrderKey>, dayBegan: Int64?
    ) -> [(reference: String, records: [OrderRecord])] {
        var news = reopen(from: book, listed: listed)
        for intent in live.values.sorted(by: { $0.orderID < $1.orderID }) {
            guard intent.state != .written else { continue }
            let (record, before) = (
                resolve(intent, with: book, listed: listed, dayBegan: dayBegan), intent.state
            )
            let after = state(of: intent.reference) ?? before
            if after != before { news.append((intent.reference, record.map { [$0] } ?? [])) }
        }
        return news
    }

    /// Orders of ours that were taken for ended, and are open: the list is believed.
    private mutating func reopen(
        from book: AccountBook, listed: Set<OrderKey>
    ) -> [(reference: String, records: [OrderRecord])] {
        var news: [(reference: String, records: [OrderRecord])] = []
        for known in listed.compactMap({ book.orders[$0] }) {
            let reference = known.reference
            guard known.clientID == clientID, known.mayExecute, ended[reference] != nil,
                let order = known.order,
                let bytes = TextCodec.bytes(of: .place(known.contract, order))
            else { continue }
            // Its first record has when it was written; from now on that does not matter.
            let records: [OrderRecord] = [
                .intent(reference: reference, orderID: known.orderID, at: 0, bytes),
                .acknowledged(reference: reference, permanentID: known.permanentID),
            ]
            for record in records { replay(record) }
            news.append((reference, records))
        }
        return news
    }

    /// How far an intent has come; nil for one that there never was.
    package func state(of reference: String) -> Intent.State? {
        live[reference]?.state ?? ended[reference].map { .resolved($0) }
    }

    private mutating func resolve(
        _ intent: Intent, with book: AccountBook, listed: Set<OrderKey>, dayBegan: Int64?
    ) -> OrderRecord? {
        if let open = listed.lazy.compactMap({ book.orders[$0] }).first(where: { intent.is($0) }),
            open.mayExecute
        {
            if let order = open.order { live[intent.reference]?.order = order }
            live[intent.reference]?.change = nil
            return acknowledged(intent.reference, open.permanentID)
        }
        if let done = book.completed.values.first(where: { intent.is($0.order) }) {
            return resolved(intent.reference, .init(done.status))
        }
        if let known = book.orders.values.first(where: { intent.is($0) }),
            !known.status.mayExecute
        {
            return resolved(intent.reference, .init(known.status))
        }
        let fills = book.executions.values.filter { intent.is($0) }
        if let permanentID = fills.first?.permanentID {
            if fresh.contains(intent.reference) {
                return acknowledged(intent.reference, permanentID)
            }
            let isWhole = intent.isFilled(as: permanentID, in: book)
            return resolved(intent.reference, isWhole ? .filled : .gone)
        }
        return absent(intent, dayBegan)
    }

    /// No list has it. That proves something only for what the lists would have.
    private mutating func absent(_ intent: Intent, _ dayBegan: Int64?) -> OrderRecord? {
        let reference = intent.reference
        if fresh.contains(reference) { return nil }
        if intent.permanentID != 0 { return resolved(reference, .gone) }
        guard isOfEarlierConnection(intent) || intent.isDenied else { return nil }
        guard let dayBegan, intent.writtenAt >= dayBegan else {
            doubt(reference, "sent on an earlier day, of which the gateway tells nothing")
            return nil
        }
        live[reference]?.absences += 1
        guard intent.absences + 1 >= Self.absencesMin else { return nil }
        return resolved(reference, .absent)
    }
}

extension Intent {
    /// Whether an order is this one: by permanent id, else by reference; an order id alone tells
    /// nothing, because a gateway may give it out again.
    func `is`(_ known: KnownOrder) -> Bool {
        permanentID != 0 ? permanentID == known.permanentID : reference == known.reference
    }

    /// Whether its fills are all of it.
    func isFilled(as permanentID: Int64, in book: AccountBook) -> Bool {
        guard let quantity = order.quantity, permanentID != 0 else { return false }
        return book.executed(of: permanentID, isCombo: contract.type == .combo) >= quantity
    }

    func `is`(_ order: Order) -> Bool {
        permanentID != 0 ? permanentID == order.permanentID : reference == order.reference
    }

    func `is`(_ execution: Execution) -> Bool {
        permanentID != 0
            ? permanentID == execution.permanentID : reference == execution.orderReference
    }
}
