package import Numbers

/// What has to be so before an order becomes active, or goes.
package struct Conditions: Hashable, Sendable {
    /// In the order in which they are joined.
    package var all: [Condition] = []
    package var ignoreRegularHours = false
    /// Whether the order is cancelled when they hold; else it becomes active.
    package var cancelOrder = false
}

/// One condition, and how it is joined to the next.
package struct Condition: Hashable, Sendable {
    /// Whether both this one and the next have to hold; else one of them is enough.
    package var isAnd = true
    package var what = What.time(isMore: true, "")

    /// The kinds that IB knows, without its numbers.
    package enum What: Hashable, Sendable {
        case price(isMore: Bool, Price, contractID: Int, exchange: String, triggerMethod: Int)
        case time(isMore: Bool, String)
        case margin(isMore: Bool, percent: Int)
        case execution(type: String, exchange: String, symbol: String)
        case volume(isMore: Bool, Int, contractID: Int, exchange: String)
        case percentChange(isMore: Bool, Ratio, contractID: Int, exchange: String)
    }

    package init() {}

    package init(_ what: What, isAnd: Bool = true) {
        self.what = what
        self.isAnd = isAnd
    }
}
