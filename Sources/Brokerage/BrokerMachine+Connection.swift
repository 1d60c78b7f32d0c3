import TWS

extension BrokerMachine {
    /// What the connection wants done.
    mutating func perform(_ action: Session.Action) {
        switch action {
        case .openSocket: actions.append(.openSocket)
        case .sendHello:
            log.connected()
            actions.append(.sendHello)
        case .send(let request): pacer.add(.request(request), .first)
        case .sync: beginSurvey(isFull: true)
        case .freeze: break
        case .subscribeAgain: subscribeAgain()
        case .orderIDValid(let id):
            let highest = log.ids.highest
            if log.ids.told(next: id) { publish(.idsRolledBack(told: id, highest: highest)) }
        case .closeSocket(let ending): connectionEnded(ending)
        }
    }

    /// Nothing of it is left but what is written down; the next try comes by itself.
    private mutating func connectionEnded(_ ending: Session.Ending) {
        actions.append(.closeSocket)
        actions.append(.forgetQuotes)
        lastEnding = ending.words
        pacer.clear()
        (survey, owed, summaryID, hasPositions, doubtAt) = (nil, [:], nil, false, nil)
        steadyAt = nil
        writing = [:]
        for reference in log.disconnected() {
            move(
                log.resolved(reference, .notSent("the connection ended: \(lastEnding)")), reference)
        }
        for (reference, _) in changing { log.live[reference]?.change = nil }
        for reference in log.doubtful { publishState(reference) }
        refuseSnapshots("the connection ended: \(lastEnding)")
        if isWanted {
            nextTry = moment.now + reconnect.failed(ending, chance: chance())
        }
    }

    /// Everything that was waited for and is due.
    mutating func expire() {
        tell(.timePassed)
        if let due = nextTry, moment.now >= due {
            nextTry = nil
            tell(.openWanted)
        }
        if let due = steadyAt, moment.now >= due {
            steadyAt = nil
            reconnect.succeeded()
        }
        expireSurvey()
        expireAsked()
        pollCancelAll()
        beginWantedSurvey()
    }

    /// A gateway that answers nothing is given up; one that has lost IB may not be able to.
    private mutating func expireSurvey() {
        guard let late = survey, moment.now >= late.deadline else { return }
        guard session.isLinkLost else {
            let words = late.step?.words ?? "everything"
            return tell(.socketEnded("\(words) were not answered in time"))
        }
        survey = nil
        if !log.doubtful.isEmpty { doubtAt = moment.now }
    }

    private mutating func expireAsked() {
        for asked in snapshots where moment.now >= asked.deadline {
            answer(asked.ticket, .snapshot(.unreadable(reason: whyNotRead)))
        }
        snapshots.removeAll { moment.now >= $0.deadline }
        for (reference, asked) in placing where moment.now >= asked.deadline {
            expirePlacing(reference, asked)
        }
        for (reference, asked) in changing where moment.now >= asked.deadline {
            changing[reference] = nil
            log.live[reference]?.change = nil
            doubt(reference, "its change was not answered")
            answer(
                asked.ticket, .doubtful(reference: reference, "the change was not answered"))
        }
        for (orderID, asked) in cancelling where moment.now >= asked.deadline {
            cancelling[orderID] = nil
            answer(asked.ticket, .cancelSent)
        }
    }

    private mutating func expirePlacing(_ reference: String, _ asked: Asked) {
        placing[reference] = nil
        if log.state(of: reference) == .sent { doubt(reference, "it was not acknowledged in time") }
        answer(asked.ticket, .doubtful(reference: reference, "it was not acknowledged in time"))
    }

    /// Why there is no snapshot at its deadline.
    private var whyNotRead: String {
        if let step = survey?.step { return "\(step.words) were not answered in time" }
        switch session.state {
        case .disconnected: return "there is no connection: \(lastEnding)"
        case .connecting: return "the gateway did not take the connection in time"
        case .greeting: return "the gateway took the connection and said nothing"
        case .starting: return "the gateway did not say accounts and order ids in time"
        case .syncing, .ready: return "it took too long"
        }
    }

    /// Sends what may be sent now.
    mutating func flush() {
        for message in pacer.take(now: moment.now) {
            switch message {
            case .request(let request): actions.append(.send(request))
            case .order(let reference): sendOrder(reference)
            case .change(let reference): sendChange(reference)
            }
        }
    }

    mutating func ask(_ request: Request, _ urgency: Pacer<Outgoing>.Urgency = .orders) {
        pacer.add(.request(request), urgency)
    }

    /// Says how the connection stands, when that is another than before.
    mutating func tellLink() {
        let now = currentLink
        guard now != link else { return }
        link = now
        publish(.link(now))
    }

    private var currentLink: Link {
        switch session.state {
        case .disconnected:
            guard isWanted else { return .closed }
            return reconnect.isBroken ? .broken(lastEnding) : .waiting(lastEnding)
        case .connecting, .greeting, .starting: return .connecting
        case .syncing: return session.isLinkLost ? .lostIB : .syncing
        case .ready: return session.isLinkLost ? .lostIB : .ready
        }
    }

    /// The broker is closed: nobody waits any longer.
    mutating func giveUpWaiting(_ reason: String) {
        refuseSnapshots(reason)
        for (reference, asked) in placing {
            answer(asked.ticket, .doubtful(reference: reference, reason))
        }
        for (reference, asked) in changing {
            answer(asked.ticket, .doubtful(reference: reference, reason))
        }
        for asked in cancelling.values { answer(asked.ticket, .cancelSent) }
        (placing, changing, cancelling) = ([:], [:], [:])
        endCancelAll(reason)
    }
}

extension Session.Ending {
    /// In words, for a person.
    var words: String {
        switch self {
        case .tookTooLong(let state): "the gateway took too long (\(state.rawValue))"
        case .silent: "the gateway does not answer any more"
        case .wrongVersion(let version): "the gateway speaks server version \(version)"
        case .clientIDTaken: "the client id is in use (326)"
        case .wrongAccount(let accounts):
            "the gateway has other accounts: \(accounts.joined(separator: ", "))"
        case .moved(let text): "the gateway is moving: \(text)"
        case .wanted: "it was closed"
        case .ended(let reason): reason
        }
    }
}
