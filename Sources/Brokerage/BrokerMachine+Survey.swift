import Numbers
import TWS

extension BrokerMachine {
    /// Begins to read, for all who wait for a snapshot; a reading in progress is given up.
    mutating func beginSurvey(isFull: Bool, attempt: Int = 1) {
        var new = Survey(isFull: isFull, until: moment.now + settings.session.syncMax)
        new.attempt = attempt
        new.tickets = isFull ? snapshots.map(\.ticket) : []
        survey = new
        doubtAt = nil
        if isFull { log.beginReading() }
        askStep()
    }

    /// Begins a reading that somebody waits for, when nothing else is read.
    mutating func beginWantedSurvey() {
        guard session.state == .ready, survey == nil else { return }
        if session.isLinkLost { refuseSnapshots("the gateway has lost IB (1100)") }
        let isDoubtDue = doubtAt.map { moment.now >= $0 } ?? false
        guard !snapshots.isEmpty || isDoubtDue && !session.isLinkLost else { return }
        beginSurvey(isFull: true)
    }

    private mutating func askStep() {
        guard let step = survey?.step else { return }
        switch step {
        case .positions:
            // Asked again without that, it would be a subscription twice.
            if hasPositions { ask(.cancelPositions) }
            hasPositions = true
            owe(.positions, .positions)
        case .openOrders: owe(.openOrders, .allOpenOrders)
        case .completedOrders: owe(.completedOrders, .completedOrders(apiOnly: false))
        case .executions:
            let id = requests.next()
            survey?.requestID = id
            ask(.executions(requestID: id, ExecutionFilter()))
        case .summary:
            if let summaryID { ask(.cancelSummary(requestID: summaryID)) }
            let id = requests.next()
            survey?.requestID = id
            summaryID = id
            ask(.summary(requestID: id, group: "All", tags: Survey.tags))
        case .currentTime: ask(.currentTime)
        }
    }

    private mutating func owe(_ step: Survey.Step, _ request: Request) {
        owed[step, default: 0] += 1
        ask(request)
    }

    /// A list that does not say which question it answers has ended. It counts when it is the last
    /// one that is owed: an earlier one may have been made before the question.
    mutating func ended(_ step: Survey.Step) {
        let left = max(0, (owed[step] ?? 0) - 1)
        owed[step] = left
        guard survey?.step == step, left == 0 else { return }
        finishStep()
    }

    /// The answer to the question of this number has ended.
    mutating func ended(_ step: Survey.Step, requestID: Int) {
        guard survey?.step == step, survey?.requestID == requestID else { return }
        finishStep()
    }

    mutating func finishStep() {
        guard let step = survey?.steps.removeFirst() else { return }
        switch step {
        case .positions: replacePositions()
        case .openOrders:
            for gone in book.closeList(of: survey?.listed ?? []) {
                var gone = gone
                gone.isGone = true
                publish(.order(gone))
            }
        case .executions, .completedOrders, .summary, .currentTime: break
        }
        if survey?.steps.isEmpty == true { finishSurvey() } else { askStep() }
    }

    private mutating func replacePositions() {
        let list = survey?.positions ?? [:]
        for (key, known) in book.positions where list[key] == nil {
            var flat = known
            flat.quantity = .zero
            publish(.position(flat))
        }
        book.replacePositions(list)
    }

    private mutating func finishSurvey() {
        guard let done = survey else { return }
        survey = nil
        guard done.isFull else {
            return done.flaw.map { cancelAllUnread($0) } ?? cancelAllRead(done)
        }
        // What a message said that nobody could read may be what is missing.
        guard done.flaw == nil else {
            doubtAt = moment.now + settings.doubtEvery
            return answerSnapshots(done)
        }
        let news = log.resolve(with: book, listed: done.listed, dayBegan: dayBegan)
        for item in news { move(item.records, item.reference) }
        if !log.doubtful.isEmpty {
            let isOpen = log.doubtful.contains { log.live[$0]?.absences == 1 }
            doubtAt = moment.now + (isOpen ? settings.doubtAgain : settings.doubtEvery)
        }
        if session.state == .syncing { becomeReady() }
        answerSnapshots(done)
    }

    private mutating func becomeReady() {
        let isNewConnection = steadyAt == nil
        tell(.synced)
        steadyAt = moment.now + settings.steadyMin
        if isNewConnection { subscribeAgain() }
    }

    private mutating func answerSnapshots(_ done: Survey) {
        let waiting = snapshots.filter { done.tickets.contains($0.ticket) }
        guard !waiting.isEmpty else { return }
        if let flaw = done.flaw { return refuseSnapshots(flaw) }
        if let change = done.change {
            guard done.attempt >= Survey.attemptsMax else {
                return beginSurvey(isFull: true, attempt: done.attempt + 1)
            }
            let reason = "\(change) changed while it was read, \(done.attempt) times in a row"
            return refuseSnapshots(reason)
        }
        if session.isLinkLost { return refuseSnapshots("the gateway has lost IB (1100)") }
        let snapshot = done.snapshot(of: session.accounts, book)
        for asked in waiting { answer(asked.ticket, .snapshot(.whole(snapshot))) }
        snapshots.removeAll { done.tickets.contains($0.ticket) }
    }

    /// Whoever waits for a snapshot is told that there is none.
    mutating func refuseSnapshots(_ reason: String) {
        for asked in snapshots {
            answer(asked.ticket, .snapshot(.unreadable(reason: reason)))
        }
        snapshots = []
    }

    /// A message could not be read: a list that it may have been of is not whole.
    mutating func misfit(_ messageID: Int?) {
        let ticks = [1, 2, 21, 45, 46, 57, 58, 81]
        guard !ticks.contains(messageID ?? 0) else { return }
        let kind = messageID.map { "of kind \($0) " } ?? ""
        let reason = "a message \(kind)could not be read"
        publish(.misfit(reason))
        guard session.state == .ready else { return tell(.socketEnded(reason)) }
        survey?.flaw = reason
        if survey == nil { doubtAt = moment.now }
    }

    /// The gateway refused the question that is open.
    ///
    /// Its answer stays owed: a refusal without a number may be of something else. The next reading
    /// waits for both, and where the first never comes the connection is begun anew.
    mutating func refused(_ notice: Notice) {
        guard let step = survey?.step else { return }
        let reason = "\(step.words) were refused (\(notice.code)): \(notice.text)"
        guard session.state == .ready else { return tell(.socketEnded(reason)) }
        let isFull = survey?.isFull ?? true
        survey = nil
        if isFull { refuseSnapshots(reason) } else { cancelAllUnread(reason) }
        if !log.doubtful.isEmpty { doubtAt = moment.now + settings.doubtEvery }
    }
}
