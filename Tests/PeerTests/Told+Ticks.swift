import Numbers
import TWS

extension Reply {
    func tickCalls(_ library: Library) -> Calls {
        switch self {
        case .price(let tick): tick.calls(library)
        case .size(let tick):
            Calls(
                "tickSize",
                [.whole(tick.requestID), .whole(tick.kind.number), .number(tick.size, library)])
        case .model(let tick): Calls("tickOptionComputation", tick.arguments(library))
        case .figure(let tick):
            Calls(
                "tickGeneric",
                [.whole(tick.requestID), .whole(tick.kind.number), .number(tick.value)])
        case .text(let tick):
            Calls(
                "tickString",
                [.whole(tick.requestID), .whole(tick.kind.number), .text(tick.text)])
        case .terms(let terms):
            Calls(
                "tickReqParams",
                [
                    .whole(terms.requestID), .number(terms.leastMove),
                    .text(terms.bestQuoteExchange), .whole(terms.snapshotPermissions),
                ])
        case .marketData(let data):
            Calls("marketDataType", [.whole(data.requestID), .whole(data.type)])
        case .snapshotEnd(let id): Calls("tickSnapshotEnd", [.whole(id)])
        default: preconditionFailure("no tick")
        }
    }
}

extension PriceTick {
    /// ib_async has price and size in one call; ibapi makes a tick of the size, for some kinds.
    fileprivate func calls(_ library: Library) -> Calls {
        let quote: [Told] = [
            .whole(requestID), .whole(kind.number), .number(price, none: .units(-unitsOfOne)),
        ]
        guard library == .ibapi else {
            return Calls("priceSizeTick", quote + [.number(size, library)])
        }
        let marks: Told = .object([
            "canAutoExecute": .truth(attributes.contains(.canAutoExecute)),
            "pastLimit": .truth(attributes.contains(.isPastLimit)),
            "preOpen": .truth(attributes.contains(.isBeforeOpen)),
        ])
        var calls = Calls("tickPrice", quote + [marks])
        let sizes = [1: 0, 2: 3, 4: 5, 66: 69, 67: 70, 68: 71]
        if let ofSize = sizes[kind.number] {
            calls.add("tickSize", [.whole(requestID), .whole(ofSize), .number(size, library)])
        }
        return calls
    }
}

extension ModelTick {
    fileprivate func arguments(_ library: Library) -> [Told] {
        func estimate(_ value: Estimate, none: Double) -> Told {
            value.value.map { .double($0) } ?? library.choose(.double(none), ibapi: .nothing)
        }
        return [
            .whole(requestID), .whole(kind.number), .whole(isPriceBased ? 1 : 0),
            estimate(volatility, none: -1), estimate(delta, none: -2), estimate(price, none: -1),
            estimate(dividends, none: -1), estimate(gamma, none: -2), estimate(vega, none: -2),
            estimate(theta, none: -2), estimate(underlyingPrice, none: -1),
        ]
    }
}
