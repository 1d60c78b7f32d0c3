import func Glibc.erfc
import func Glibc.exp
import func Glibc.log

/// What a European option is worth, and how that moves: Black and Scholes with a dividend yield.
///
/// Volatility, rate and yield are a year's, as shares of 1. Greeks are as IB states them: vega for
/// one point of volatility (0.01), theta for one day.
package struct BlackScholes: Hashable, Sendable {
    /// Of one unit of the underlying.
    package let price: Double
    package let delta: Double
    package let gamma: Double
    package let vega: Double
    package let theta: Double

    /// `years`: until it expires; none or less than none is what it is worth when exercised.
    package init(
        isCall: Bool, spot: Double, strike: Double, years: Double, volatility: Double,
        rate: Double = 0, dividends: Double = 0
    ) {
        let sign = isCall ? 1.0 : -1
        guard years > 0, volatility > 0, spot > 0, strike > 0 else {
            price = max(0, sign * (spot - strike))
            delta = sign * (spot - strike) > 0 ? sign : 0
            (gamma, vega, theta) = (0, 0, 0)
            return
        }
        let root = years.squareRoot()
        let spread = volatility * root
        let drift = (rate - dividends + volatility * volatility / 2) * years
        let d1 = (log(spot / strike) + drift) / spread
        let d2 = d1 - spread
        let (held, owed) = (spot * exp(-dividends * years), strike * exp(-rate * years))
        let density = exp(-d1 * d1 / 2) / (2 * Double.pi).squareRoot()
        price = sign * (held * Self.normal(sign * d1) - owed * Self.normal(sign * d2))
        delta = sign * exp(-dividends * years) * Self.normal(sign * d1)
        gamma = exp(-dividends * years) * density / (spot * spread)
        vega = held * density * root / 100
        let decay = -held * density * volatility / (2 * root)
        let carry = dividends * held * Self.normal(sign * d1) - rate * owed * Self.normal(sign * d2)
        theta = (decay + sign * carry) / 365
    }

    /// The normal distribution up to x.
    private static func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
}
