import Numbers

extension FieldCoder {
    mutating func price(_ tick: inout PriceTick) {
        tickBegin("6", &tick.requestID, &tick.kind)
        quote(&tick.price)
        number(&tick.size, decimals: 0, unset: .empty)
        var attributes = tick.attributes.rawValue
        whole(&attributes)
        tick.attributes = PriceTick.Attributes(rawValue: attributes)
    }

    mutating func size(_ tick: inout SizeTick) {
        tickBegin("6", &tick.requestID, &tick.kind)
        number(&tick.size, decimals: 0, unset: .empty)
    }

    mutating func model(_ tick: inout ModelTick) {
        whole(&tick.requestID)
        whole(&tick.kind.number)
        flag(&tick.isPriceBased)
        models(&tick)
    }

    mutating func figure(_ tick: inout FigureTick) {
        tickBegin("6", &tick.requestID, &tick.kind)
        number(&tick.value)
    }

    mutating func text(_ tick: inout TextTick) {
        tickBegin("6", &tick.requestID, &tick.kind)
        text(&tick.text)
    }

    mutating func terms(_ terms: inout TickTerms) {
        whole(&terms.requestID)
        number(&terms.leastMove)
        text(&terms.bestQuoteExchange)
        whole(&terms.snapshotPermissions)
    }

    mutating func marketData(_ kind: inout MarketDataKind) {
        fixed("1")
        whole(&kind.requestID)
        whole(&kind.type)
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

    private mutating func estimate(_ value: inout Estimate, none: Double) {
        var number = value.value
        model(&number, none: none)
        if Self.isReading { value = Estimate(number) }
    }

    private mutating func models(_ tick: inout ModelTick) {
        estimate(&tick.volatility, none: -1)
        estimate(&tick.delta, none: -2)
        estimate(&tick.price, none: -1)
        estimate(&tick.dividends, none: -1)
        estimate(&tick.gamma, none: -2)
        estimate(&tick.vega, none: -2)
        estimate(&tick.theta, none: -2)
        estimate(&tick.underlyingPrice, none: -1)
    }
}
