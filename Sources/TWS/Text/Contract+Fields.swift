import Numbers

/// How a message spells what a contract leaves open.
struct ContractSpelling {
    var strike = UnsetNumber.zero
    var strikeDecimals = 1
    var noRight: StaticString = ""

    /// Requests, positions and executions.
    static let usual = ContractSpelling()
    /// Open and completed orders.
    static let order = ContractSpelling(strikeDecimals: 0, noRight: "?")
    static let details = ContractSpelling(strikeDecimals: 0)
}

extension FieldCoder {
    /// `CONTRACT12` of requests.
    mutating func contract12(_ contract: inout Contract) {
        whole(&contract.id)
        contractTerms(&contract, .usual)
        text(&contract.exchange)
        text(&contract.primaryExchange)
        contractNames(&contract)
    }

    /// `CONTRACT11` of orders, positions and executions: without the primary exchange.
    mutating func contract11(_ contract: inout Contract, _ spelling: ContractSpelling = .usual) {
        whole(&contract.id)
        contractTerms(&contract, spelling)
        text(&contract.exchange)
        contractNames(&contract)
    }

    /// From the symbol to the multiplier.
    mutating func contractTerms(_ contract: inout Contract, _ spelling: ContractSpelling) {
        text(&contract.symbol)
        text(&contract.type.word)
        text(&contract.expiry)
        strike(&contract.strike, spelling)
        right(&contract.right, spelling)
        number(&contract.multiplier, decimals: 0, unset: .empty)
    }

    /// A strike of 0 is none.
    mutating func strike(_ strike: inout Price?, _ spelling: ContractSpelling) {
        number(
            &strike, decimals: strike == nil ? spelling.strikeDecimals : 1, unset: spelling.strike)
        if Self.isReading, strike == .zero { strike = nil }
    }

    mutating func right(_ right: inout Right?, _ spelling: ContractSpelling) {
        var word = right?.rawValue ?? ""
        text(&word, none: spelling.noRight)
        guard Self.isReading else { return }
        switch word {
        case "C", "CALL": right = .call
        case "P", "PUT": right = .put
        case "", "?", "0", "None": right = nil
        default: refuse()
        }
    }

    private mutating func contractNames(_ contract: inout Contract) {
        text(&contract.currency)
        text(&contract.localSymbol)
        text(&contract.tradingClass)
    }

    /// The legs of a combo with all that an order says of them.
    mutating func legs(_ legs: inout [ComboLeg]) {
        list(&legs, ComboLeg()) { coder, leg in
            coder.whole(&leg.contractID)
            coder.whole(&leg.ratio)
            coder.action(&leg.action)
            coder.text(&leg.exchange)
            coder.whole(&leg.openClose)
            coder.whole(&leg.shortSaleSlot)
            coder.text(&leg.designatedLocation)
            coder.whole(&leg.exemptCode)
        }
    }

    /// The legs as a request for market data names them.
    mutating func shortLegs(_ legs: inout [ComboLeg]) {
        list(&legs, ComboLeg()) { coder, leg in
            coder.whole(&leg.contractID)
            coder.whole(&leg.ratio)
            coder.action(&leg.action)
            coder.text(&leg.exchange)
        }
    }

    mutating func deltaNeutral(_ value: inout DeltaNeutral?) {
        var isPresent = value != nil
        flag(&isPresent)
        if Self.isReading { value = isPresent ? DeltaNeutral() : nil }
        guard var present = value else { return }
        whole(&present.contractID)
        number(&present.delta)
        number(&present.price)
        value = present
    }

    mutating func tags(_ tags: inout [TagValue]) {
        list(&tags, TagValue()) { coder, tag in
            coder.text(&tag.tag)
            coder.text(&tag.value)
        }
    }

    /// A count, then that many items.
    mutating func list<Item>(
        _ items: inout [Item], _ empty: Item, _ fields: (inout Self, inout Item) -> Void
    ) {
        var count = items.count
        self.count(&count)
        if Self.isReading { items = Array(repeating: empty, count: count) }
        for index in items.indices { fields(&self, &items[index]) }
    }

    mutating func action(_ action: inout Action) {
        var word = action.rawValue
        text(&word)
        guard Self.isReading else { return }
        if let known = Action(rawValue: word) { action = known } else { refuse() }
    }
}
