import TWS

extension BrokerMachine {
    /// A global cancel that was asked for and is not proved yet: nothing is entered meanwhile.
    struct CancelAll: Sendable {
        var tickets: [Int]
        let deadline: Duration
        /// Whether it was sent on this connection, and while IB was there.
        var isTried = false
        var isSent = false
        /// When open orders are asked for next; nil while they are being read.
        var nextPoll: Duration?
        /// As the last list told them; nil before one was read.
        var remaining: [KnownOrder]?
        var trouble: String?
        /// Orders of ours that were cancelled one by one.
        var single: Set<Int> = []
    }

    /// Sends a global cancel, before everything else that waits.
    mutating func beginCancelAll(_ ticket: Int, within time: Duration) {
        let earlier = cancelAll?.tickets ?? []
        cancelAll = CancelAll(tickets: earlier + [ticket], deadline: moment.now + time)
        sendCancelAll()
    }

    /// While IB is away it is of no effect: it is tried all the same, and sent again afterwards.
    private mutating func sendCancelAll() {
        guard session.state == .syncing || session.state == .ready else { return }
        ask(.cancelAll, .first)
        cancelAll?.isTried = true
        cancelAll?.isSent = !session.isLinkLost
        cancelAll?.nextPoll = moment.now
    }

    /// Goes on with a global cancel: sends it when it can be, reads what remains, ends it in time.
    mutating func pollCancelAll() {
        guard let current = cancelAll else { return }
        guard moment.now < current.deadline else { return endCancelAll("") }
        let isOpen = session.state == .syncing || session.state == .ready
        guard isOpen else {
            // What a connection that is gone was told is told again on the next.
            cancelAll?.isTried = false
            cancelAll?.isSent = false
            return
        }
        if session.isLinkLost ? !current.isTried : !current.isSent { sendCancelAll() }
        guard session.state == .ready, survey == nil,
            moment.now >= cancelAll?.nextPoll ?? .zero
        else { return }
        cancelAll?.nextPoll = nil
        beginSurvey(isFull: false)
    }

    /// All open orders were read.
    mutating func cancelAllRead(_ done: Survey) {
        guard let current = cancelAll else { return }
        let unsure = log.live.values.filter { $0.state != .acknowledged && $0.state != .written }
        let remaining = book.openOrders
        cancelAll?.remaining = remaining
        cancelAll?.trouble = nil
        if remaining.isEmpty, unsure.isEmpty, current.isSent, !session.isLinkLost {
            for ticket in current.tickets { answer(ticket, .cancelledAll(.proved)) }
            cancelAll = nil
            // How each of ours ended may not have been told.
            if !log.live.isEmpty { doubtAt = moment.now }
            return
        }
        if !unsure.isEmpty {
            let names = unsure.map(\.reference).sorted().joined(separator: ", ")
            cancelAll?.trouble = "it is not known what became of \(names)"
        }
        for order in remaining where order.clientID == log.clientID && order.orderID != 0 {
            guard cancelAll?.single.insert(order.orderID).inserted == true else { continue }
            ask(.cancel(orderID: order.orderID, manualTime: ""), .first)
        }
        cancelAll?.nextPoll = moment.now + settings.cancelAllEvery
    }

    /// Open orders could not be read.
    mutating func cancelAllUnread(_ reason: String) {
        cancelAll?.trouble = reason
        cancelAll?.nextPoll = moment.now + settings.cancelAllEvery
    }

    /// Says what remains, and why that is not proved to be nothing.
    mutating func endCancelAll(_ reason: String) {
        guard let current = cancelAll else { return }
        cancelAll = nil
        if survey?.isFull == false { survey = nil }
        let remaining = current.remaining ?? book.openOrders
        let words = reason.isEmpty ? whyNotProved(current) : reason
        for ticket in current.tickets {
            answer(ticket, .cancelledAll(.notProved(remaining: remaining, words)))
        }
    }

    private func whyNotProved(_ current: CancelAll) -> String {
        if session.isLinkLost {
            return
                "the gateway has lost IB (1100): a global cancel is of no effect until it is back"
        }
        if !current.isSent { return "it was not sent: there is no connection (\(lastEnding))" }
        if let trouble = current.trouble { return trouble }
        guard let remaining = current.remaining else { return "open orders were not answered" }
        return "\(remaining.count) orders may still be executed"
    }
}
