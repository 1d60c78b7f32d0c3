import TWS

extension BrokerMachine {
    /// Which intent of ours an order or a fill is of: by its reference, where it has one.
    func reference(of orderID: Int, _ reference: String) -> String? {
        guard reference.isEmpty else { return log.live[reference] == nil ? nil : reference }
        return log.references[orderID]
    }

    /// The gateway has told an order of ours; `isLive`: by itself.
    mutating func confirm(
        _ reference: String, _ permanentID: Int64, _ open: OpenOrder? = nil, isLive: Bool
    ) {
        guard let intent = log.live[reference], intent.state != .written else { return }
        if intent.permanentID != 0, permanentID != 0, permanentID != intent.permanentID {
            return doubt(reference, "the gateway tells another order under its number")
        }
        let record = log.acknowledged(reference, permanentID, isLive: isLive)
        if let change = intent.change, let told = open?.order, change.isTold(by: told) {
            log.live[reference]?.order = change
            log.live[reference]?.change = nil
            if let asked = changing.removeValue(forKey: reference) {
                answer(
                    asked.ticket, .acknowledged(reference: reference, permanentID: permanentID))
            }
        }
        if record != nil || intent.state != .acknowledged { move(record, reference) }
        endIfOver(reference)
    }

    /// Ends an intent whose order has ended.
    private mutating func endIfOver(_ reference: String) {
        guard let intent = log.live[reference] else { return }
        // The status of an order that is filled at once may never come.
        if intent.isFilled(as: intent.permanentID, in: book) {
            book.ended(.permanent(intent.permanentID), .filled)
            return move(log.resolved(reference, .filled), reference)
        }
        let known = book.order(clientID: log.clientID, orderID: intent.orderID)
        guard let known, !known.status.mayExecute else { return }
        if intent.permanentID != 0, known.permanentID != intent.permanentID { return }
        move(log.resolved(reference, .init(known.status)), reference)
    }

    /// An intent has come to where it is now: says so, to whoever waits for it too.
    mutating func move(_ record: OrderRecord?, _ reference: String) {
        move(record.map { [$0] } ?? [], reference)
    }

    /// The same with as many records as it takes.
    mutating func move(_ records: [OrderRecord], _ reference: String) {
        if !records.isEmpty { actions.append(.note(records)) }
        publishState(reference)
        guard let state = log.state(of: reference) else { return }
        switch state {
        case .written, .sent, .doubtful: break
        case .acknowledged:
            guard let asked = placing.removeValue(forKey: reference) else { return }
            let id = log.live[reference]?.permanentID ?? 0
            answer(asked.ticket, .acknowledged(reference: reference, permanentID: id))
        case .resolved(let how): answerEnded(reference, how)
        }
    }

    private mutating func answerEnded(_ reference: String, _ how: Intent.Resolution) {
        for asked in [
            placing.removeValue(forKey: reference), changing.removeValue(forKey: reference),
        ] {
            guard let asked else { continue }
            switch how {
            case .notSent(let reason): answer(asked.ticket, .refused(reason))
            case .filled, .cancelled, .rejected, .absent, .gone, .ended, .settled:
                answer(asked.ticket, .ended(reference: reference, how))
            }
        }
        answerCancels()
    }

    /// Cancels whose order is not live any more are answered.
    private mutating func answerCancels() {
        for (orderID, asked) in cancelling where log.references[orderID] == nil {
            guard let known = book.order(clientID: log.clientID, orderID: orderID),
                !known.status.mayExecute
            else { continue }
            cancelling[orderID] = nil
            let isCancelled = known.status == .cancelled || known.status == .apiCancelled
            answer(asked.ticket, isCancelled ? .done : .cancelTooLate(known.status.word))
        }
    }

    mutating func publishState(_ reference: String) {
        guard let state = log.state(of: reference) else { return }
        publish(.intent(reference: reference, state))
    }

    /// What became of it has to be looked into.
    mutating func doubt(_ reference: String, _ reason: String) {
        guard log.live[reference] != nil else { return }
        log.doubt(reference, reason)
        doubtAt = moment.now
        publishState(reference)
    }

    /// The gateway says something about an order of ours, by its number.
    mutating func orderNoticed(_ notice: Notice, _ meaning: NoticeMeaning) {
        if meaning == .cancelTooLate {
            if let asked = cancelling.removeValue(forKey: notice.id) {
                answer(asked.ticket, .cancelTooLate("\(notice.code): \(notice.text)"))
            }
            doubtAt = moment.now
        }
        guard let reference = log.references[notice.id], let intent = log.live[reference] else {
            return
        }
        switch meaning {
        case .orderDead, .placeRefused, .requestFailed: refused(intent, notice, meaning)
        case .orderCancelled: cancelled(intent)
        case .duplicateOrderID, .pacing:
            ask(.orderIDs)
            refuseChange(intent, notice)
            guard intent.state != .acknowledged else { return doubt(reference, notice.words) }
            log.live[reference]?.isDenied = true
            doubt(reference, notice.words)
        case .orderFilled:
            refuseChange(intent, notice)
            doubt(reference, notice.words)
        case .doubtful: doubt(reference, notice.words)
        case .orderLives, .cancelTooLate, .information, .clientIDTaken, .linkLost, .linkBackEmpty,
            .linkBack, .socketMoved, .farmLost, .farmBack, .dataAdvisory, .dataEnded,
            .competingSession:
            break
        }
    }

    /// A new order is dead. Of one that lives a change is refused, or its life is in doubt.
    private mutating func refused(
        _ intent: Intent, _ notice: Notice, _ meaning: NoticeMeaning
    ) {
        if intent.change != nil, meaning != .orderDead || notice.code == 201 {
            refuseChange(intent, notice)
            return doubt(intent.reference, notice.words)
        }
        if intent.state == .acknowledged, meaning != .orderDead {
            return doubt(intent.reference, notice.words)
        }
        if intent.permanentID != 0 { book.ended(.permanent(intent.permanentID), .cancelled) }
        move(
            log.resolved(intent.reference, .rejected(code: notice.code, notice.text)),
            intent.reference)
    }

    private mutating func refuseChange(_ intent: Intent, _ notice: Notice) {
        log.live[intent.reference]?.change = nil
        if let asked = changing.removeValue(forKey: intent.reference) {
            answer(asked.ticket, .refused(notice.words))
        }
    }

    private mutating func cancelled(_ intent: Intent) {
        let own = book.order(clientID: log.clientID, orderID: intent.orderID)
        if let own { book.ended(own.key, .cancelled) }
        if let asked = cancelling.removeValue(forKey: intent.orderID) {
            answer(asked.ticket, .done)
        }
        move(log.resolved(intent.reference, .cancelled), intent.reference)
    }
}

extension Notice {
    /// Its number and text, for a person.
    fileprivate var words: String { "\(code): \(text)" }
}

extension Order {
    /// Whether an open order is this one, in what a change is made for.
    fileprivate func isTold(by told: Order) -> Bool {
        quantity == told.quantity && type == told.type && limitPrice == told.limitPrice
            && (auxiliaryPrice == nil || auxiliaryPrice == told.auxiliaryPrice)
            && timeInForce == told.timeInForce
    }
}
