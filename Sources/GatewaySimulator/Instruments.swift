import Facts
import Market
import Numbers
import TWS

/// A stock or fund that there is, with how it moves.
struct Underlying: Hashable, Sendable {
    let symbol: String
    /// IB's own number of it.
    let contractID: Int
    let longName: String
    let primaryExchange: String
    /// About what it costs.
    let price: Double
    /// A year's, as a share of 1, at the money.
    let volatility: Double
    /// A year's dividends as a share of the price.
    let dividends: Double
    /// Between two strikes, in whole dollars.
    let strikeStep: Int

    /// The order is part of the numbers of options: new ones go at the end.
    static let all = [
        Underlying(
            symbol: "SPY", contractID: 756_733, longName: "SPDR S&P 500 ETF TRUST",
            primaryExchange: "ARCA", price: 600, volatility: 0.16, dividends: 0.012, strikeStep: 5),
        Underlying(
            symbol: "QQQ", contractID: 320_227_571, longName: "INVESCO QQQ TRUST SERIES 1",
            primaryExchange: "NASDAQ", price: 510, volatility: 0.21, dividends: 0.006,
            strikeStep: 5),
        Underlying(
            symbol: "IWM", contractID: 9_579_970, longName: "ISHARES RUSSELL 2000 ETF",
            primaryExchange: "ARCA", price: 230, volatility: 0.23, dividends: 0.011, strikeStep: 1),
        Underlying(
            symbol: "AAPL", contractID: 265_598, longName: "APPLE INC",
            primaryExchange: "NASDAQ", price: 235, volatility: 0.28, dividends: 0.004,
            strikeStep: 5),
    ]

    static let rate = 0.04
}

/// Something that is traded here: an underlying, or an option on it.
package struct Instrument: Hashable, Sendable {
    /// Which underlying, by its place in the table.
    let underlying: Int
    /// Nil for the underlying itself.
    let option: OptionTerms?

    struct OptionTerms: Hashable, Sendable {
        let expiry: CivilDate
        /// In whole dollars.
        let strike: Int
        let right: Right
    }

    var terms: Underlying { Underlying.all[underlying] }

    /// How many of the underlying one contract stands for.
    var multiplier: Int { option == nil ? 1 : 100 }

    /// The same for the same option, on every day.
    var contractID: Int {
        guard let option else { return terms.contractID }
        let day = Int(option.expiry.day - Self.firstDay)
        let place = ((underlying * 8_192 + day) * 1_024 + option.strike) * 2
        return Self.firstOptionID + place + (option.right == .call ? 0 : 1)
    }

    private static let firstOptionID = 700_000_000
    /// 2020-01-01.
    private static let firstDay: Int64 = 18_262

    init(underlying: Int, option: OptionTerms? = nil) {
        self.underlying = underlying
        self.option = option
    }

    /// The one with that number; nil where there is none.
    init?(contractID: Int) {
        if let place = Underlying.all.firstIndex(where: { $0.contractID == contractID }) {
            self.init(underlying: place)
            return
        }
        let place = contractID - Self.firstOptionID
        guard place >= 0, place / 16_777_216 < Underlying.all.count else { return nil }
        let terms = OptionTerms(
            expiry: CivilDate(day: Self.firstDay + Int64(place / 2_048 % 8_192)),
            strike: place / 2 % 1_024, right: place % 2 == 0 ? .call : .put)
        self.init(underlying: place / 16_777_216, option: terms)
        guard isPossible(terms) else { return nil }
    }

    /// Whether an exchange would have it: a strike above 0, an expiry on a trading day.
    private func isPossible(_ terms: OptionTerms) -> Bool {
        terms.strike > 0 && TradingHours.isTradingDay(terms.expiry)
    }

    /// As contract details tell it.
    var contract: Contract {
        guard let option else {
            var contract = Contract(id: contractID, symbol: terms.symbol, type: .stock)
            contract.primaryExchange = terms.primaryExchange
            contract.localSymbol = terms.symbol
            contract.tradingClass = terms.symbol == "AAPL" ? "NMS" : terms.symbol
            return contract
        }
        var contract = Contract.option(
            id: contractID, on: terms.symbol, expiry: option.expiry.compact,
            strike: Price(option.strike), right: option.right)
        contract.localSymbol = occSymbol(option)
        return contract
    }

    /// As positions and executions tell it, without where it may be traded.
    var heldContract: Contract {
        var contract = contract
        contract.exchange = option == nil ? contract.primaryExchange : ""
        contract.primaryExchange = ""
        return contract
    }

    /// Six places for the symbol, the day, the right, and the strike in thousandths.
    private func occSymbol(_ option: OptionTerms) -> String {
        let symbol = terms.symbol + String(repeating: " ", count: max(0, 6 - terms.symbol.count))
        let strike = String(option.strike * 1_000)
        return symbol + option.expiry.compact.dropFirst(2) + option.right.rawValue
            + String(repeating: "0", count: max(0, 8 - strike.count)) + strike
    }
}

/// Which options there are on a day, and what a contract that a client names may mean.
struct Listing {
    /// In New York.
    let date: CivilDate

    /// The next five Fridays, and the third Fridays of six months, in their order.
    var expiries: [CivilDate] {
        let friday = date.adding(days: Int64((5 - date.weekday + 7) % 7))
        let weekly = (0..<5).map { friday.adding(days: Int64($0) * 7) }
        let (year, month, _) = date.parts
        let monthly = (0..<Int64(6)).map { later in
            let first = CivilDate(
                year: year + (month - 1 + later) / 12, month: (month - 1 + later) % 12 + 1,
                date: 1)
            return first.adding(days: Int64((5 - first.weekday + 7) % 7) + 14)
        }
        return Set(weekly + monthly).filter { $0 >= date }.sorted()
    }

    /// From a fifth below to a fifth above what the underlying costs about.
    func strikes(of underlying: Underlying) -> [Int] {
        let (step, around) = (underlying.strikeStep, Int(underlying.price))
        let lowest = around * 4 / 5 / step * step
        return Array(stride(from: lowest, through: around * 6 / 5, by: step))
    }

    /// Everything that fits what is said of a contract; what is not said fits anything.
    func matching(_ contract: Contract) -> [Instrument] {
        if contract.id > 0 {
            return Instrument(contractID: contract.id).map { [$0] }?.filter(isListed) ?? []
        }
        return Underlying.all.indices.flatMap { place -> [Instrument] in
            let underlying = Underlying.all[place]
            guard underlying.symbol == contract.symbol || contract.symbol.isEmpty,
                !contract.symbol.isEmpty || !contract.localSymbol.isEmpty
            else { return [] }
            if contract.type == .stock {
                let stock = Instrument(underlying: place)
                return fits(stock, contract) ? [stock] : []
            }
            guard contract.type == .option else { return [] }
            return options(on: place, contract).filter { fits($0, contract) }
        }
    }

    private func options(on place: Int, _ contract: Contract) -> [Instrument] {
        let all = expiries
        let dates =
            CivilDate(compact: contract.expiry).map { [$0] }
            ?? all.filter { $0.compact.hasPrefix(contract.expiry) }
        let listed = strikes(of: Underlying.all[place])
        let strikes = contract.strike.map { [Int($0.units / unitsOfOne)] } ?? listed
        let rights = contract.right.map { [$0] } ?? Right.allCases
        return dates.flatMap { expiry in
            strikes.flatMap { strike in
                rights.map { right in
                    Instrument(
                        underlying: place,
                        option: .init(expiry: expiry, strike: strike, right: right))
                }
            }
        }
        .filter { Instrument(contractID: $0.contractID) == $0 && isListed($0) }
    }

    /// A strike between two is there too when it is asked for by itself, as are old expiries.
    func isListed(_ instrument: Instrument) -> Bool {
        guard let option = instrument.option else { return true }
        let around = Int(instrument.terms.price)
        return option.expiry >= date && (around / 2...around * 2).contains(option.strike)
    }

    private func fits(_ instrument: Instrument, _ contract: Contract) -> Bool {
        let own = instrument.contract
        return (contract.localSymbol.isEmpty || contract.localSymbol == own.localSymbol)
            && (contract.currency.isEmpty || contract.currency == own.currency)
            && (contract.multiplier.map { $0 == own.multiplier } ?? true)
            && (contract.strike.map { $0 == own.strike } ?? true)
    }
}
