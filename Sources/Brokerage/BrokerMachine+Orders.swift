import TWS

extension BrokerMachine {
    /// Somebody asks for something.
    mutating func wanted(_ want: Want, _ ticket: Int) {
        switch want {
        case .place(let contract, let order): place(contract, order, ticket)
        case .modify(let reference, let order): modify(reference, order, ticket)
        case .cancel(let name): cancel(name, ticket)
        case .cancelAll(let time): beginCancelAll(ticket, within: time)
        case .snapshot(let time): wantSnapshot(ticket, within: time)
        case .subscribe(let contract, let ticks): subscribe(contract, ticks, ticket)
        case .unsubscribe(let id): unsubscribe(id, ticket)
        case .settle(let reference): settle(reference, ticket)
        }
    }

    /// Why nothing new may be entered; nil when it may.
    var whyNoEntry: String? {
        if let journalFault { return "the journal of orders cannot be written: \(journalFault)" }
        if cancelAll != nil { return "all orders are being cancelled" }
        if session.isLinkLost { return "the gateway has lost IB (1100)" }
        switch session.state {
        case .ready: break
        case .syncing: return "what the account has is being read"
        case .disconnected, .connecting, .greeting, .starting: return "there is no connection"
        }
        let doubtful = log.doubtful
        guard doubtful.isEmpty else {
            return "it is not known what became of \(doubtful.joined(separator: ", "))"
        }
        return nil
    }

    private mutating func place(_ contract: Contract, _ order: Order, _ ticket: Int) {
        if let reason = whyNoEntry { return answer(ticket, .refused(reason)) }
        let account = settings.session.account
        var order = order
        if order.account.isEmpty { order.account = account }
        guard order.account == account else {
            return answer(ticket, .refused("the order is for account \(order.account)"))
        }
        guard !order.whatIf else { return answer(ticket, .refused("a what-if is no order")) }
        do throws(Refusal) {
            let record = try log.write(contract, order, at: moment.epochSeconds)
            guard case .intent(let reference, _, _, _) = record else { return }
            placing[reference] = Asked(
                ticket: ticket, deadline: moment.now + settings.acknowledgeMax)
            write(record, reference, isChange: false)
        } catch {
            answer(ticket, .refused(error.reason))
        }
    }

    private mutating func modify(_ reference: String, _ order: Order, _ ticket: Int) {
        if let reason = whyNoEntry { return answer(ticket, .refused(reason)) }
        var order = order
        order.account = settings.session.account
        do throws(Refusal) {
            let record = try log.writeChange(reference, order)
            changing[reference] = Asked(
                ticket: ticket, deadline: moment.now + settings.acknowledgeMax)
            write(record, reference, isChange: true)
        } catch {
            answer(ticket, .refused(error.reason))
        }
    }

    private mutating func write(_ record: OrderRecord, _ reference: String, isChange: Bool) {
        writes += 1
        writing[writes] = (reference, isChange)
        actions.append(.makeDurable([record], number: writes))
    }

    /// It is on the disk: now it may wait for its turn to be sent.
    mutating func written(_ number: Int) {
        guard let (reference, isChange) = writing.removeValue(forKey: number) else { return }
        let message: Outgoing =
            isChange ? .change(reference: reference) : .order(reference: reference)
        guard !pacer.add(message, .orders) else { return }
        drop(reference, isChange: isChange, "too many messages wait")
    }

    mutating func writingFailed(_ number: Int, _ reason: String) {
        journalFault = reason
        guard let (reference, isChange) = writing.removeValue(forKey: number) else { return }
        drop(reference, isChange: isChange, "it could not be written down: \(reason)")
    }

    /// It is not sent, for good.
    private mutating func drop(_ reference: String, isChange: Bool, _ reason: String) {
        guard isChange else {
            return move(log.resolved(reference, .notSent(reason)), reference)
        }
        log.live[reference]?.change = nil
        if let asked = changing.removeValue(forKey: reference) {
            answer(asked.ticket, .refused(reason))
        }
    }

    /// Its turn has come; what has happened since it was written down may forbid it.
    mutating func sendOrder(_ reference: String) {
        guard let intent = log.live[reference], intent.state == .written else { return }
        if let reason = whyNoEntry { return drop(reference, isChange: false, reason) }
        log.sent(reference)
        actions.append(.send(.place(intent.contract, intent.order)))
        publishState(reference)
    }

    mutating func sendChange(_ reference: String) {
        guard let intent = log.live[reference], let change = intent.change else { return }
        if let reason = whyNoEntry { return drop(reference, isChange: true, reason) }
        // A combo may have been told otherwise than it was placed, and counts as told.
        let known = book.orders[.permanent(intent.permanentID)]?.contract ?? intent.contract
        actions.append(.send(.place(known, change)))
    }

    private mutating func cancel(_ name: Want.OrderName, _ ticket: Int) {
        let orderID: Int?
        switch name {
        case .orderID(let id): orderID = id
        case .reference(let reference): orderID = log.live[reference]?.orderID
        }
        guard let orderID else { return answer(ticket, .cancelTooLate("no such order is open")) }
        guard session.state == .syncing || session.state == .ready else {
            return answer(ticket, .refused("there is no connection"))
        }
        if let reference = log.references[orderID], log.state(of: reference) == .written {
            drop(reference, isChange: false, "it was cancelled before it was sent")
            return answer(ticket, .done)
        }
        if let earlier = cancelling[orderID] { answer(earlier.ticket, .cancelSent) }
        cancelling[orderID] = Asked(ticket: ticket, deadline: moment.now + settings.acknowledgeMax)
        ask(.cancel(orderID: orderID, manualTime: ""), .first)
    }

    private mutating func wantSnapshot(_ ticket: Int, within time: Duration) {
        guard isWanted else {
            return answer(ticket, .snapshot(.unreadable(reason: "the broker is closed")))
        }
        if session.state == .disconnected, nextTry != nil {
            let reason = "there is no connection: \(lastEnding)"
            return answer(ticket, .snapshot(.unreadable(reason: reason)))
        }
        snapshots.append(Asked(ticket: ticket, deadline: moment.now + time))
    }

    private mutating func settle(_ reference: String, _ ticket: Int) {
        guard log.doubtful.contains(reference) else {
            return answer(ticket, .refused("\(reference) is not in doubt"))
        }
        move(log.resolved(reference, .settled), reference)
        answer(ticket, .done)
    }
}
