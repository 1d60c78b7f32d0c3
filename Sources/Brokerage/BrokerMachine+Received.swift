import Numbers
import TWS

extension BrokerMachine {
    /// The gateway said something that is no tick.
    mutating func received(_ reply: Reply) {
        switch reply {
        case .position(let position): received(position)
        case .positionEnd: ended(.positions)
        case .openOrder(let open): received(open)
        case .openOrderEnd: ended(.openOrders)
        case .progress(let progress): received(progress)
        case .execution(let execution): received(execution)
        case .executionEnd(let id): ended(.executions, requestID: id)
        case .commission(let report):
            if book.took(report) { publish(.commission(report)) }
        case .completedOrder(let order):
            book.took(order)
            survey?.completed.insert(order.order.permanentID)
        case .completedOrdersEnd: ended(.completedOrders)
        case .summary(let id, let value):
            guard id == summaryID else { return }
            survey?.values.insert(AccountBook.ValueKey(value))
            if book.took(value) { publish(.value(value)) }
        case .summaryEnd(let id): ended(.summary, requestID: id)
        case .accountValue(let value):
            if book.took(value) { publish(.value(value)) }
        case .currentTime(let seconds):
            tell(.received(reply))
            guard survey?.step == .currentTime else { return }
            survey?.serverTime = seconds
            finishStep()
        case .orderBound(let bound): book.took(bound)
        case .notice(let notice):
            tell(.received(reply))
            received(notice)
        case .managedAccounts, .nextOrderID: tell(.received(reply))
        case .price, .size, .model, .figure, .text, .terms, .marketData, .snapshotEnd,
            .accountTime, .accountEnd, .portfolio, .positionOf, .positionOfEnd, .valueOf,
            .valueOfEnd, .profit, .positionProfit, .contractDetails, .contractDetailsEnd,
            .optionParameters, .optionParametersEnd:
            break
        }
    }

    private mutating func received(_ position: HeldPosition) {
        let isNews = book.took(position)
        if survey?.step == .positions {
            let key = AccountBook.PositionKey(position)
            survey?.positions[key] = position.quantity == .zero ? nil : position
        } else if isNews {
            survey?.changed("a position")
        }
        if isNews { publish(.position(position)) }
    }

    private mutating func received(_ open: OpenOrder) {
        // The order is large: it is looked at where it is.
        guard !open.order.whatIf else { return }
        saw(open.order.id)
        let isListed = survey?.step == .openOrders
        let news = book.took(open, isListed: isListed)
        list(
            open.order.permanentID, open.order.clientID, open.order.id, isNews: news != nil)
        if let news { publish(.order(news)) }
        if news?.mayExecute == true, log.ended[open.order.reference] != nil {
            doubtAt = moment.now
        }
        guard open.order.clientID == log.clientID,
            let reference = reference(of: open.order.id, open.order.reference)
        else { return }
        confirm(reference, open.order.permanentID, open, isLive: !isListed)
    }

    private mutating func received(_ progress: OrderProgress) {
        saw(progress.orderID)
        let isListed = survey?.step == .openOrders
        let news = book.took(progress, isListed: isListed)
        list(progress.permanentID, progress.clientID, progress.orderID, isNews: news != nil)
        if let news { publish(.order(news)) }
        guard progress.clientID == log.clientID, let reference = log.references[progress.orderID]
        else { return }
        confirm(reference, progress.permanentID, isLive: !isListed)
    }

    /// An order was told, in the list that is being read or besides.
    private mutating func list(
        _ permanentID: Int64, _ clientID: Int, _ orderID: Int, isNews: Bool
    ) {
        if survey?.step == .openOrders {
            survey?.listed.insert(book.key(of: permanentID, clientID, orderID))
        } else if isNews {
            survey?.changed("an order", after: .openOrders)
        }
    }

    private mutating func received(_ execution: Execution) {
        saw(execution.orderID)
        let news = book.took(execution)
        if survey?.isFull == true {
            survey?.executions.insert(ExecutionName(execution.id).base)
            if news != .known, execution.requestID != survey?.requestID {
                survey?.changed("an execution")
            }
        }
        switch news {
        case .new: publish(.execution(execution))
        case .corrects(let earlier): publish(.corrected(earlier, execution))
        case .known: break
        }
        guard execution.clientID == log.clientID,
            let reference = reference(of: execution.orderID, execution.orderReference)
        else { return }
        confirm(
            reference, execution.permanentID, isLive: execution.requestID != survey?.requestID)
    }

    /// A number that was used, by whomever, is not given out.
    private mutating func saw(_ orderID: Int) {
        if !RequestIDs.isRequest(orderID) { log.ids.saw(orderID) }
    }

    private mutating func received(_ notice: Notice) {
        let meaning = settings.notices.meaning(of: notice.code)
        publish(.notice(notice, meaning))
        if RequestIDs.isRequest(notice.id) {
            requestNoticed(notice, meaning)
        } else if notice.id > 0 {
            orderNoticed(notice, meaning)
        } else if meaning == .requestFailed {
            // It does not say which request; the one that is open is the likeliest.
            refused(notice)
        }
    }

    private mutating func requestNoticed(_ notice: Notice, _ meaning: NoticeMeaning) {
        guard meaning == .requestFailed || meaning == .dataEnded else { return }
        if survey?.requestID == notice.id { return refused(notice) }
        guard subscriptions.removeValue(forKey: notice.id) != nil else { return }
        actions.append(.removeQuote(requestID: notice.id))
        publish(.subscriptionEnded(requestID: notice.id, "\(notice.code): \(notice.text)"))
    }
}
