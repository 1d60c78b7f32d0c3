import Facts
import Market
import Numbers
import TWS

/// What an instrument costs at a moment.
struct Quote: Hashable, Sendable {
    /// Nil when nobody buys; in cents.
    var bid: Price?
    var ask: Price
    var bidSize: Int
    var askSize: Int
    /// What the middle is, unrounded.
    var mark: Double
    /// Nil for an underlying.
    var model: BlackScholes?
    var volatility: Double
}

/// Prices that a seed decides: a walk for each underlying, and its options by a model.
///
/// What a day brings depends on the seed and on the date alone, whenever it is looked at.
struct SimulatedMarket: Hashable, Sendable {
    static let stepMs: Int64 = 250

    let seed: UInt64
    let isAlwaysOpen: Bool
    private(set) var now: Moment
    private var walks: [Walk]
    private var date: CivilDate

    fileprivate struct Walk: Hashable, Sendable {
        var numbers: SeededNumbers
        /// Of which steps of the day; the next one that is walked.
        var step: Int64
        var price: Double
        /// What a person made of it.
        var factor = 1.0
        var volatilityFactor = 1.0
    }

    init(seed: UInt64, isAlwaysOpen: Bool, at moment: Moment) {
        self.seed = seed
        self.isAlwaysOpen = isAlwaysOpen
        now = moment
        date = NewYork.local(moment.wallTime).date
        walks = []
        walks = Underlying.all.map { begin($0, on: date, Walk?.none) }
        _ = walk(to: moment)
    }

    /// Whether orders can be filled now.
    var isOpen: Bool { isAlwaysOpen || TradingHours.isOpen(at: now.wallTime) }

    /// The date in New York.
    var today: CivilDate { date }

    private func begin(_ underlying: Underlying, on date: CivilDate, _ old: Walk?) -> Walk {
        var numbers = SeededNumbers(seed: seed, of: "\(underlying.symbol) \(date.compact)")
        let price = underlying.price * (1 + 0.01 * numbers.normal())
        return Walk(
            numbers: numbers, step: 0, price: price, factor: old?.factor ?? 1,
            volatilityFactor: old?.volatilityFactor ?? 1)
    }

    /// - Returns: whether any price may have moved.
    mutating func advance(to moment: Moment) -> Bool {
        guard moment > now else { return false }
        now = moment
        let today = NewYork.local(moment.wallTime).date
        if today != date {
            date = today
            walks = zip(Underlying.all, walks).map { begin($0, on: today, $1) }
            _ = walk(to: moment)
            return true
        }
        return walk(to: moment)
    }

    private mutating func walk(to moment: Moment) -> Bool {
        let (day, second) = NewYork.local(moment.wallTime)
        guard isAlwaysOpen || TradingHours.isTradingDay(day) else { return false }
        let opens = isAlwaysOpen ? 0 : TradingHours.opens
        let closes = isAlwaysOpen ? 86_400 : TradingHours.closes
        let sinceOpen = min(second, closes) - opens
        guard sinceOpen >= 0 else { return false }
        let part = second < closes ? moment.ms % 1_000 : 0
        let step = (sinceOpen * 1_000 + part) / Self.stepMs
        guard step > walks[0].step else { return false }
        for place in walks.indices { walks[place].go(to: step, Underlying.all[place].volatility) }
        return true
    }

    /// Has an underlying cost so much from now on.
    mutating func set(_ place: Int, price: Double) {
        walks[place].factor = price / walks[place].price
    }

    /// Multiplies the volatility of all options on an underlying.
    mutating func set(_ place: Int, volatilityFactor: Double) {
        walks[place].volatilityFactor = volatilityFactor
    }

    /// What an underlying costs, unrounded.
    func spot(_ place: Int) -> Double { walks[place].price * walks[place].factor }

    func quote(_ instrument: Instrument) -> Quote {
        guard instrument.option != nil else {
            let spot = spot(instrument.underlying)
            let cents = (spot * 100).rounded()
            return Quote(
                bid: Self.cents(cents - 1), ask: Self.cents(cents + 1),
                bidSize: size(instrument, 300, 2), askSize: size(instrument, 300, 3), mark: spot,
                model: nil, volatility: instrument.terms.volatility)
        }
        let (model, volatility) = model(instrument, spot: spot(instrument.underlying))
        let half = max(0.01, model.price * 0.01)
        let bid = ((model.price - half) * 100).rounded(.down)
        let ask = max(1, ((model.price + half) * 100).rounded(.up))
        return Quote(
            bid: bid >= 1 ? Self.cents(bid) : nil, ask: Self.cents(ask),
            bidSize: size(instrument, 60, 2), askSize: size(instrument, 60, 3),
            mark: model.price, model: model, volatility: volatility)
    }

    /// What the model says of an option when its underlying costs so much.
    func model(_ instrument: Instrument, spot: Double) -> (BlackScholes, volatility: Double) {
        guard let option = instrument.option else {
            preconditionFailure("an underlying has no model")
        }
        let terms = instrument.terms
        let end = NewYork.time(option.expiry, secondOfDay: TradingHours.closes)
        let years = Double(Moment(end).ms - now.ms) / (365 * 86_400_000)
        // Lower strikes are dearer, and both wings: a parabola in the distance from the money.
        let distance = Double(option.strike) / spot - 1
        let smile = max(0.3, 1 - 1.2 * distance + 4 * distance * distance)
        let volatility = terms.volatility * smile * walks[instrument.underlying].volatilityFactor
        let model = BlackScholes(
            isCall: option.right == .call, spot: spot, strike: Double(option.strike),
            years: years, volatility: volatility, rate: Underlying.rate,
            dividends: terms.dividends)
        return (model, volatility)
    }

    /// How many are there at a price: it changes every second.
    private func size(_ instrument: Instrument, _ most: Int, _ side: UInt64) -> Int {
        var numbers = SeededNumbers(
            seed: seed &+ UInt64(now.ms / 1_000) &* 31 &+ side &+ UInt64(instrument.contractID))
        return 1 + numbers.below(most)
    }

    private static func cents(_ cents: Double) -> Price {
        Price(units: Int64(cents) * (unitsOfOne / 100))
    }
}

extension SimulatedMarket.Walk {
    /// Walks on; a year has 252 days of six and a half hours.
    fileprivate mutating func go(to last: Int64, _ volatility: Double) {
        let steps = 252 * 6.5 * 3_600_000 / Double(SimulatedMarket.stepMs)
        let scale = volatility / steps.squareRoot()
        while step < last {
            price *= 1 + scale * numbers.normal()
            step += 1
        }
    }
}
