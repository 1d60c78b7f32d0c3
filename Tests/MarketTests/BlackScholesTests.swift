import Market
import TestKit
import Testing

@Suite struct BlackScholesTests {
    private let call = BlackScholes(
        isCall: true, spot: 100, strike: 100, years: 1, volatility: 0.2, rate: 0.05)
    private let put = BlackScholes(
        isCall: false, spot: 100, strike: 100, years: 1, volatility: 0.2, rate: 0.05)

    /// Figures of any textbook: Hull, Options, Futures, and Other Derivatives, for these terms.
    @Test func figuresAreThoseOfTheTextbook() {
        #expect(abs(call.price - 10.4506) < 0.0001)
        #expect(abs(put.price - 5.5735) < 0.0001)
        #expect(abs(call.delta - 0.6368) < 0.0001)
        #expect(abs(put.delta + 0.3632) < 0.0001)
        #expect(abs(call.gamma - 0.018762) < 0.000001)
        #expect(abs(call.vega - 0.375240) < 0.000001)
        #expect(abs(call.theta * 365 + 6.4140) < 0.0001)
        #expect(abs(put.theta * 365 + 1.6579) < 0.0001)
    }

    @Test func greeksAreTheSlopesOfThePrice() {
        var dice = Dice(seed: 6)
        for _ in 0..<500 {
            let spot = 50 + Double(dice.below(1_000)) / 10
            let years = 0.02 + Double(dice.below(200)) / 100
            let volatility = 0.1 + Double(dice.below(60)) / 100
            let isCall = dice.below(2) == 0
            func price(_ spot: Double, _ volatility: Double, _ years: Double) -> BlackScholes {
                BlackScholes(
                    isCall: isCall, spot: spot, strike: 100, years: years,
                    volatility: volatility, rate: 0.04, dividends: 0.012)
            }
            let (here, step) = (price(spot, volatility, years), 0.001)
            let (up, down) = (
                price(spot + step, volatility, years), price(spot - step, volatility, years)
            )
            #expect(abs((up.price - down.price) / (2 * step) - here.delta) < 1e-4)
            #expect(abs((up.delta - down.delta) / (2 * step) - here.gamma) < 1e-4)
            let (more, less) = (
                price(spot, volatility + 1e-5, years), price(spot, volatility - 1e-5, years)
            )
            #expect(abs((more.price - less.price) / 2e-5 / 100 - here.vega) < 1e-4)
            let (later, sooner) = (
                price(spot, volatility, years - 1e-6), price(spot, volatility, years + 1e-6)
            )
            #expect(abs((later.price - sooner.price) / 2e-6 / 365 - here.theta) < 1e-4)
        }
    }

    @Test func anExpiredOptionIsWorthWhatItIsExercisedFor() {
        let call = BlackScholes(isCall: true, spot: 105, strike: 100, years: 0, volatility: 0.2)
        let put = BlackScholes(isCall: false, spot: 105, strike: 100, years: 0, volatility: 0.2)
        #expect((call.price, call.delta) == (5, 1))
        #expect((put.price, put.delta) == (0, 0))
    }
}
