import Market
import Numbers
import TWS

/// What an account has, and what it has made of it.
struct SimulatedAccount: Hashable, Sendable {
    let name: String
    var cash: Cash
    /// By contract id, so that lists come in one order; what is none is not there.
    private(set) var holdings: [Int: Holding] = [:]
    /// Closed since the day began.
    private(set) var realized = Cash.zero
    /// What all was worth when the day began.
    var valueAtStart = Cash.zero

    struct Holding: Hashable, Sendable {
        let instrument: Instrument
        var quantity: Quantity
        /// Of one contract: price by multiplier, with commission.
        var averageCost: Cash
        var realized = Cash.zero
    }

    init(name: String, cash: Cash) {
        self.name = name
        self.cash = cash
    }

    /// In the order of their numbers.
    var inOrder: [Holding] { holdings.sorted { $0.key < $1.key }.map(\.value) }

    func holding(_ instrument: Instrument) -> Holding? { holdings[instrument.contractID] }

    /// Lays down what is held, whatever was; none of it takes it away.
    mutating func hold(_ instrument: Instrument, _ quantity: Quantity, at cost: Cash) {
        holdings[instrument.contractID] =
            quantity == .zero
            ? nil : Holding(instrument: instrument, quantity: quantity, averageCost: cost)
    }

    /// Books a fill with what it costs.
    ///
    /// `quantity`: below 0 where it was sold. `price`: of one unit.
    ///
    /// - Returns: what it realised; nil where it closed nothing.
    mutating func book(
        _ instrument: Instrument, _ quantity: Quantity, at price: Price, commission: Cash
    ) -> Cash? {
        let multiplier = instrument.multiplier
        let paid = price.times(quantity, multiplier: multiplier) ?? .zero
        cash -= paid + commission
        let old = holdings[instrument.contractID]
        let held = old?.quantity ?? .zero
        let isOpening = held == .zero || (held > .zero) == (quantity > .zero)
        if isOpening {
            let before = Self.cost(old?.averageCost ?? .zero, held)
            hold(
                instrument, held + quantity,
                at: Self.average(before + paid + commission, held + quantity))
            holdings[instrument.contractID]?.realized = old?.realized ?? .zero
            return nil
        }
        let closed = min(held.magnitude, quantity.magnitude)
        let each = old?.averageCost ?? .zero
        let signed = held > .zero ? closed : -closed
        let proceeds = price.times(signed, multiplier: multiplier) ?? .zero
        let gain = proceeds - Self.cost(each, signed) - commission
        realized += gain
        let rest = held + quantity
        let isTurned = rest != .zero && (rest > .zero) != (held > .zero)
        hold(
            instrument, rest,
            at: isTurned ? (price.times(Quantity(multiplier)) ?? .zero) : each)
        holdings[instrument.contractID]?.realized = (old?.realized ?? .zero) + gain
        return gain
    }

    /// A new day has begun, and all is worth so much.
    mutating func beginDay(worth value: Cash) {
        realized = .zero
        valueAtStart = value
        for id in holdings.keys { holdings[id]?.realized = .zero }
    }

    /// What so much costs at an average.
    static func cost(_ average: Cash, _ quantity: Quantity) -> Cash {
        Price(units: average.units).times(quantity) ?? .zero
    }

    private static func average(_ cost: Cash, _ quantity: Quantity) -> Cash {
        guard quantity != .zero else { return .zero }
        return Cash(
            units: Int64(Int128(cost.units) * Int128(unitsOfOne) / Int128(quantity.units)))
    }
}

/// What an account is worth and has to keep, at the prices of a moment.
struct Valuation: Hashable, Sendable {
    var stocks = Cash.zero
    var options = Cash.zero
    var unrealized = Cash.zero
    var maintenance = Cash.zero
    let cash: Cash

    /// All of it.
    var net: Cash { cash + stocks + options }
    var initial: Cash { Cash(units: maintenance.units / 4 * 5) }
    var available: Cash { net - initial }
    var excess: Cash { net - maintenance }
    var gross: Cash { Cash(units: stocks.magnitude.units + options.magnitude.units) }

    /// `further`: what would be held besides.
    init(
        _ account: SimulatedAccount, _ market: SimulatedMarket,
        with further: [(Instrument, Quantity)] = []
    ) {
        cash = account.cash
        var held: [(Instrument, Quantity)] = further
        for holding in account.inOrder {
            let (instrument, quantity) = (holding.instrument, holding.quantity)
            held.append((instrument, quantity))
            let worth = Self.worth(instrument, quantity, market.quote(instrument).mark)
            if instrument.option == nil { stocks += worth } else { options += worth }
            unrealized += worth - SimulatedAccount.cost(holding.averageCost, quantity)
        }
        maintenance = Self.worst(held, market)
    }

    static func worth(_ instrument: Instrument, _ quantity: Quantity, _ mark: Double) -> Cash {
        let price = Price(rounding: (mark * 10_000).rounded() / 10_000) ?? .zero
        return price.times(quantity, multiplier: instrument.multiplier) ?? .zero
    }

    /// The most that could be lost while each underlying moves by up to 15 %, as risk-based margin
    /// reckons it; all underlyings at their worst together.
    private static func worst(
        _ held: [(Instrument, Quantity)], _ market: SimulatedMarket
    ) -> Cash {
        var sum = 0.0
        for place in Underlying.all.indices {
            let own = held.filter { $0.0.underlying == place }
            guard !own.isEmpty else { continue }
            let spot = market.spot(place)
            let losses = (-5...5).map { move -> Double in
                let moved = spot * (1 + Double(move) * 0.03)
                return own.reduce(0.0) { loss, item in
                    let (instrument, quantity) = item
                    let now = market.quote(instrument).mark
                    let then =
                        instrument.option == nil
                        ? moved : market.model(instrument, spot: moved).0.price
                    let size = quantity.asDouble * Double(instrument.multiplier)
                    return loss + (now - then) * size
                }
            }
            sum += max(0, losses.max() ?? 0)
        }
        // What is past all reckoning is more than anybody has.
        return Cash(rounding: (sum * 100).rounded() / 100) ?? Bounds.cashMax
    }
}
