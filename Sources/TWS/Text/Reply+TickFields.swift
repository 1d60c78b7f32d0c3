import Numbers

extension FieldCoder {
    mutating func tick(of reply: inout Reply) {
        switch reply {
        case .price(var tick):
            tickBegin("6", &tick.requestID, &tick.kind)
            quote(&tick.price)
            number(&tick.size, decimals: 0, unset: .empty)
            var attributes = tick.attributes.rawValue
            whole(&attributes)
            tick.attributes = PriceTick.Attributes(rawValue: attributes)
            reply = .price(tick)
        case .size(var tick):
            tickBegin("6", &tick.requestID, &tick.kind)
            number(&tick.size, decimals: 0, unset: .empty)
            reply = .size(tick)
        case .model(var tick):
            whole(&tick.requestID)
            whole(&tick.kind.number)
            flag(&tick.isPriceBased)
            models(&tick)
            reply = .model(tick)
        case .figure(var tick):
            tickBegin("6", &tick.requestID, &tick.kind)
            number(&tick.value)
            reply = .figure(tick)
        case .text(var tick):
            tickBegin("6", &tick.requestID, &tick.kind)
            text(&tick.text)
            reply = .text(tick)
        case .terms(var terms):
            whole(&terms.requestID)
            number(&terms.leastMove)
            text(&terms.bestQuoteExchange)
            whole(&terms.snapshotPermissions)
            reply = .terms(terms)
        case .marketData(var kind):
            fixed("1")
            whole(&kind.requestID)
            whole(&kind.type)
            reply = .marketData(kind)
        default: refuse()
        }
    }

    private mutating func tickBegin(
        _ version: StaticString, _ requestID: inout Int, _ kind: inout TickKind
    ) {
        fixed(version)
        whole(&requestID)
        whole(&kind.number)
    }

    /// No quote is spelled as -1.
    private mutating func quote(_ price: inout Price?) {
        var spelled = price ?? Price(-1)
        number(&spelled)
        price = spelled == Price(-1) ? nil : spelled
    }

    private mutating func models(_ tick: inout ModelTick) {
        model(&tick.volatility, none: -1)
        model(&tick.delta, none: -2)
        model(&tick.price, none: -1)
        model(&tick.dividends, none: -1)
        model(&tick.gamma, none: -2)
        model(&tick.vega, none: -2)
        model(&tick.theta, none: -2)
        model(&tick.underlyingPrice, none: -1)
    }
}
