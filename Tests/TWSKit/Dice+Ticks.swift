import Numbers
import TWS
import TestKit

extension Dice {
    mutating func tick(like kind: Reply) -> Reply {
        switch kind {
        case .size:
            var tick = SizeTick()
            (tick.requestID, tick.kind, tick.size) = (whole(), TickKind(below(90)), maybe())
            return .size(tick)
        case .model: return .model(model())
        case .figure:
            var tick = FigureTick()
            (tick.requestID, tick.kind, tick.value) = (whole(), TickKind(below(90)), maybe())
            return .figure(tick)
        case .text:
            var tick = TextTick()
            (tick.requestID, tick.kind, tick.text) = (whole(), TickKind(below(90)), word())
            return .text(tick)
        case .terms:
            var terms = TickTerms()
            (terms.requestID, terms.leastMove, terms.bestQuoteExchange) = (whole(), maybe(), word())
            terms.snapshotPermissions = below(8)
            return .terms(terms)
        case .marketData:
            var data = MarketDataKind()
            (data.requestID, data.type) = (whole(), 1 + below(4))
            return .marketData(data)
        default: return .price(price())
        }
    }

    private mutating func price() -> PriceTick {
        var tick = PriceTick()
        tick.requestID = whole()
        // Those of which a size is made of its own, and some others.
        tick.kind = pick([1, 2, 4, 66, 67, 68, 9, 37].map { TickKind($0) })
        tick.price = maybe()
        tick.size = maybe()
        tick.attributes = PriceTick.Attributes(rawValue: below(8))
        return tick
    }

    private mutating func model() -> ModelTick {
        var tick = ModelTick()
        tick.requestID = whole()
        tick.kind = TickKind(pick([10, 11, 12, 13, 53, 83]))
        tick.isPriceBased = flag()
        tick.volatility = estimate()
        tick.delta = estimate()
        tick.price = estimate()
        tick.dividends = estimate()
        tick.gamma = estimate()
        tick.vega = estimate()
        tick.theta = estimate()
        tick.underlyingPrice = estimate()
        return tick
    }

    /// From 0 on, of as many digits as binary floating point has; a few are whole.
    private mutating func estimate() -> Estimate {
        if oneIn(4) { return Estimate(nil) }
        let share = Double(next() >> 11) / Double(1 << 53)
        return Estimate(pick([share, share * 600, Double(below(100)), share / 1e9]))
    }
}
