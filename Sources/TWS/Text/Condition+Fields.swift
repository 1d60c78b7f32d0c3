import Numbers

extension FieldCoder {
    /// A count, each condition, and what holds for all where there is one.
    mutating func conditions(_ conditions: inout Conditions) {
        list(&conditions.all, Condition()) { coder, condition in coder.condition(&condition) }
        guard !conditions.all.isEmpty else { return }
        flag(&conditions.ignoreRegularHours)
        flag(&conditions.cancelOrder)
    }

    private mutating func condition(_ condition: inout Condition) {
        var (number, joined) = (condition.what.number, condition.isAnd ? "a" : "o")
        whole(&number)
        text(&joined)
        condition.isAnd = joined != "o"
        if Self.isReading {
            guard let empty = Condition.What(number: number) else { return refuse() }
            condition.what = empty
        }
        switch condition.what {
        case .price(var isMore, var price, var contractID, var exchange, var method):
            flag(&isMore)
            self.number(&price)
            place(&contractID, &exchange)
            whole(&method)
            condition.what = .price(
                isMore: isMore, price, contractID: contractID, exchange: exchange,
                triggerMethod: method)
        case .time(var isMore, var time):
            flag(&isMore)
            text(&time)
            condition.what = .time(isMore: isMore, time)
        case .margin(var isMore, var percent):
            flag(&isMore)
            self.percent(&percent)
            condition.what = .margin(isMore: isMore, percent: percent)
        case .execution(var type, var exchange, var symbol):
            text(&type)
            text(&exchange)
            text(&symbol)
            condition.what = .execution(type: type, exchange: exchange, symbol: symbol)
        case .volume(var isMore, var volume, var contractID, var exchange):
            flag(&isMore)
            whole(&volume)
            place(&contractID, &exchange)
            condition.what = .volume(
                isMore: isMore, volume, contractID: contractID, exchange: exchange)
        case .percentChange(var isMore, var change, var contractID, var exchange):
            flag(&isMore)
            self.number(&change)
            place(&contractID, &exchange)
            condition.what = .percentChange(
                isMore: isMore, change, contractID: contractID, exchange: exchange)
        }
    }

    /// ibapi sends back as `30.0` what it was told as `30`.
    private mutating func percent(_ percent: inout Int) {
        guard Self.isReading else { return whole(&percent) }
        var ratio = Ratio.zero
        number(&ratio, decimals: 0)
        percent = Int(ratio.units / unitsOfOne)
        if ratio != Ratio(percent) { refuse() }
    }

    private mutating func place(_ contractID: inout Int, _ exchange: inout String) {
        whole(&contractID)
        text(&exchange)
    }
}

extension Condition.What {
    /// IB's number for this kind.
    package var number: Int {
        switch self {
        case .price: 1
        case .time: 3
        case .margin: 4
        case .execution: 5
        case .volume: 6
        case .percentChange: 7
        }
    }

    /// The kind of this number, with nothing in it.
    fileprivate init?(number: Int) {
        switch number {
        case 1: self = .price(isMore: false, .zero, contractID: 0, exchange: "", triggerMethod: 0)
        case 3: self = .time(isMore: false, "")
        case 4: self = .margin(isMore: false, percent: 0)
        case 5: self = .execution(type: "", exchange: "", symbol: "")
        case 6: self = .volume(isMore: false, 0, contractID: 0, exchange: "")
        case 7: self = .percentChange(isMore: false, .zero, contractID: 0, exchange: "")
        default: return nil
        }
    }
}
