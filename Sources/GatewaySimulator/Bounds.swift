import Numbers

/// How large numbers may be: so that no product of them is past what fixed point holds.
enum Bounds {
    /// Of an order or a position, legs counted.
    static let quantityMax = Quantity(50_000)
    static let priceMax = Price(10_000)
    /// Of an account, and of one contract that is held.
    static let cashMax = Cash(1_000_000_000)
    static let costMax = Cash(1_000_000)
    static let legsMax = 8
    static let ratioMax = 100
    /// How long may pass at once, in seconds.
    static let passMax = 86_400
}
