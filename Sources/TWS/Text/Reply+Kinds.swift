import Numbers

extension FieldReader {
    /// The rest of a message of this kind; nil for a kind that nobody here knows.
    mutating func reply(_ id: Int) -> Reply? {
        switch id {
        case 1: .price(read(PriceTick()) { $0.price(&$1) })
        case 2: .size(read(SizeTick()) { $0.size(&$1) })
        case 3: .progress(read(OrderProgress()) { $0.progress(&$1) })
        case 4: .notice(read(Notice()) { $0.notice(&$1) })
        case 5: .openOrder(read(OpenOrder()) { $0.openOrder(&$1) })
        case 6: .accountValue(read(AccountValue()) { $0.accountValue(&$1) })
        case 7: .portfolio(read(PortfolioItem()) { $0.portfolio(&$1) })
        case 10: .contractDetails(read(ContractDetails()) { $0.contractDetails(&$1) })
        case 11: .execution(read(Execution()) { $0.execution(&$1) })
        case 21: .model(read(ModelTick()) { $0.model(&$1) })
        case 45: .figure(read(FigureTick()) { $0.figure(&$1) })
        case 46: .text(read(TextTick()) { $0.text(&$1) })
        case 58: .marketData(read(MarketDataKind()) { $0.marketData(&$1) })
        case 59: .commission(read(CommissionReport()) { $0.commission(&$1) })
        case 61: .position(read(HeldPosition()) { $0.position(&$1) })
        case 75: .optionParameters(read(OptionParameters()) { $0.optionParameters(&$1) })
        case 81: .terms(read(TickTerms()) { $0.terms(&$1) })
        case 100: .orderBound(read(BoundOrder()) { $0.bound(&$1) })
        case 101: .completedOrder(read(CompletedOrder()) { $0.completedOrder(&$1) })
        default: numberedReply(id)
        }
    }

    /// Those that tell which request they answer.
    private mutating func numberedReply(_ id: Int) -> Reply? {
        switch id {
        case 63:
            numbered(AccountValue()) {
                $0.summary(&$1, &$2)
            } as: {
                .summary(requestID: $0, $1)
            }
        case 71:
            numbered(HeldPosition()) {
                $0.positionOf(&$1, &$2)
            } as: {
                .positionOf(requestID: $0, $1)
            }
        case 73:
            numbered(AccountValue()) {
                $0.valueOf(&$1, &$2)
            } as: {
                .valueOf(requestID: $0, $1)
            }
        case 94:
            numbered(Profit()) {
                $0.profit(&$1, &$2)
            } as: {
                .profit(requestID: $0, $1)
            }
        case 95:
            numbered(PositionProfit()) {
                $0.positionProfit(&$1, &$2)
            } as: {
                .positionProfit(requestID: $0, $1)
            }
        case 52: .contractDetailsEnd(requestID: read(0) { $0.versioned("1", &$1) })
        case 55: .executionEnd(requestID: read(0) { $0.versioned("1", &$1) })
        case 57: .snapshotEnd(requestID: read(0) { $0.versioned("1", &$1) })
        case 64: .summaryEnd(requestID: read(0) { $0.versioned("1", &$1) })
        case 72: .positionOfEnd(requestID: read(0) { $0.versioned("1", &$1) })
        case 74: .valueOfEnd(requestID: read(0) { $0.versioned("1", &$1) })
        case 76: .optionParametersEnd(requestID: read(0) { $0.whole(&$1) })
        default: sessionReply(id)
        }
    }

    private mutating func sessionReply(_ id: Int) -> Reply? {
        switch id {
        case 8: .accountTime(read("") { $0.versioned("1", &$1) })
        case 9: .nextOrderID(read(0) { $0.versioned("1", &$1) })
        case 15: .managedAccounts(read([]) { $0.accounts(&$1) })
        case 49: .currentTime(epochSeconds: read(0) { $0.currentTime(&$1) })
        case 53: end(.openOrderEnd)
        case 54: .accountEnd(account: read("") { $0.versioned("1", &$1) })
        case 62: end(.positionEnd)
        case 102: .completedOrdersEnd
        default: nil
        }
    }

    private mutating func end(_ reply: Reply) -> Reply {
        fixed("1")
        return reply
    }

    private mutating func read<Value>(
        _ empty: Value, _ fields: (inout Self, inout Value) -> Void
    ) -> Value {
        var value = empty
        fields(&self, &value)
        return value
    }

    private mutating func numbered<Value>(
        _ empty: Value, _ fields: (inout Self, inout Int, inout Value) -> Void,
        as reply: (Int, Value) -> Reply
    ) -> Reply {
        var (id, value) = (0, empty)
        fields(&self, &id, &value)
        return reply(id, value)
    }
}

extension FieldWriter {
    /// A message after its kind.
    mutating func reply(_ reply: Reply) {
        switch reply {
        case .price(var value): price(&value)
        case .size(var value): size(&value)
        case .progress(var value): progress(&value)
        case .notice(var value): notice(&value)
        case .openOrder(var value): openOrder(&value)
        case .accountValue(var value): accountValue(&value)
        case .portfolio(var value): portfolio(&value)
        case .contractDetails(var value): contractDetails(&value)
        case .execution(var value): execution(&value)
        case .model(var value): model(&value)
        case .figure(var value): figure(&value)
        case .text(var value): text(&value)
        case .marketData(var value): marketData(&value)
        case .commission(var value): commission(&value)
        case .position(var value): position(&value)
        case .optionParameters(var value): optionParameters(&value)
        case .terms(var value): terms(&value)
        case .orderBound(var value): bound(&value)
        case .completedOrder(var value): completedOrder(&value)
        case .summary(var id, var value): summary(&id, &value)
        case .positionOf(var id, var value): positionOf(&id, &value)
        case .valueOf(var id, var value): valueOf(&id, &value)
        case .profit(var id, var value): profit(&id, &value)
        case .positionProfit(var id, var value): positionProfit(&id, &value)
        case .contractDetailsEnd(var id),
            .executionEnd(var id),
            .snapshotEnd(var id),
            .summaryEnd(var id),
            .positionOfEnd(var id),
            .valueOfEnd(var id),
            .nextOrderID(var id):
            versioned("1", &id)
        case .optionParametersEnd(var id): whole(&id)
        case .accountTime(var text), .accountEnd(var text): versioned("1", &text)
        case .managedAccounts(var accounts): self.accounts(&accounts)
        case .currentTime(var seconds): currentTime(&seconds)
        case .openOrderEnd, .positionEnd: fixed("1")
        case .completedOrdersEnd: break
        }
    }
}
