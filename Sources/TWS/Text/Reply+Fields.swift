import Numbers

extension FieldCoder {
    /// Every reply after its id.
    mutating func fields(of reply: inout Reply) {
        switch reply {
        case .price, .size, .model, .figure, .text, .terms, .marketData: tick(of: &reply)
        case .progress, .openOrder, .completedOrder, .execution, .commission, .orderBound:
            order(of: &reply)
        case .accountValue, .portfolio, .position, .positionOf, .summary, .valueOf, .profit,
            .positionProfit:
            account(of: &reply)
        case .contractDetails, .optionParameters: contract(of: &reply)
        case .openOrderEnd, .positionEnd: fixed("1")
        case .completedOrdersEnd: break
        case .snapshotEnd, .executionEnd, .positionOfEnd, .summaryEnd, .valueOfEnd,
            .contractDetailsEnd, .optionParametersEnd:
            end(of: &reply)
        case .notice, .nextOrderID, .managedAccounts, .currentTime, .accountTime, .accountEnd:
            session(of: &reply)
        }
    }

    /// The ends of what was asked for by number.
    private mutating func end(of reply: inout Reply) {
        // Of all these the parameters of options alone have no version.
        if case .optionParametersEnd = reply {} else { fixed("1") }
        switch reply {
        case .snapshotEnd(var id):
            whole(&id)
            reply = .snapshotEnd(requestID: id)
        case .executionEnd(var id):
            whole(&id)
            reply = .executionEnd(requestID: id)
        case .positionOfEnd(var id):
            whole(&id)
            reply = .positionOfEnd(requestID: id)
        case .summaryEnd(var id):
            whole(&id)
            reply = .summaryEnd(requestID: id)
        case .valueOfEnd(var id):
            whole(&id)
            reply = .valueOfEnd(requestID: id)
        case .contractDetailsEnd(var id):
            whole(&id)
            reply = .contractDetailsEnd(requestID: id)
        case .optionParametersEnd(var id):
            whole(&id)
            reply = .optionParametersEnd(requestID: id)
        default: refuse()
        }
    }

    private mutating func session(of reply: inout Reply) {
        switch reply {
        case .notice(var notice):
            fixed("2")
            noticeID(&notice.id)
            whole(&notice.code)
            escaped(&notice.text)
            escaped(&notice.rejectDetails)
            reply = .notice(notice)
        case .nextOrderID(var id):
            fixed("1")
            whole(&id)
            reply = .nextOrderID(id)
        case .managedAccounts(var accounts):
            fixed("1")
            var list = accounts.joined(separator: ",")
            text(&list)
            if Self.isReading { accounts = list.split(separator: ",").map(String.init) }
            reply = .managedAccounts(accounts)
        case .currentTime(var seconds):
            fixed("1")
            whole(&seconds)
            reply = .currentTime(epochSeconds: seconds)
        case .accountTime(var time):
            fixed("1")
            text(&time)
            reply = .accountTime(time)
        case .accountEnd(var account):
            fixed("1")
            text(&account)
            reply = .accountEnd(account: account)
        default: refuse()
        }
    }

    /// Old builds say the largest number for "about nothing".
    private mutating func noticeID(_ id: inout Int) {
        var number: Int64? = Int64(id)
        whole(&number, unset: .empty)
        id = Int(number ?? -1)
    }
}
