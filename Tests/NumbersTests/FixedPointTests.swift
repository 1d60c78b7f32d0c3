import Numbers
import TestKit
import Testing

@Suite struct FixedPointTests {
    @Test(arguments: [
        ("0", 0), ("1", 100_000_000), ("-0.5", -50_000_000), ("4.05", 405_000_000),
        ("+2.", 200_000_000), (".25", 25_000_000), ("1e2", 10_000_000_000), ("5E-8", 5),
        ("92233720368.54775807", Int64.max), ("0.000000010000", 1),
    ])
    func textIsReadExactly(text: String, units: Int64) {
        #expect(Quantity(text)?.units == units)
    }

    @Test(arguments: [
        "", "-", ".", "1e", "1x", " 1", "1 ", "0x1", "92233720368.54775808", "1e11", "0.000000001",
        "1.2.3", "--1", "NaN", "1,000",
    ])
    func anythingElseIsNothing(text: String) { #expect(Quantity(text) == nil) }

    @Test func textOfSeededNumbersIsReadAsTheSameNumbers() {
        var dice = Dice(seed: 4)
        for _ in 0..<10_000 {
            let units = Int64(bitPattern: dice.next()) >> Int64(dice.below(64))
            let price = Price(units: units)
            #expect(Price(price.description) == price)
        }
    }

    @Test func costOfAPositionIsRoundedOnce() {
        #expect(Price("4.05")?.times(Quantity(-2), multiplier: 100) == Cash(-810))
        #expect(Price(units: 1).times(Quantity("0.5") ?? .zero) == Cash(units: 1))
        #expect(Price(units: -1).times(Quantity("0.5") ?? .zero) == Cash(units: -1))
        #expect(Price(90_000_000_000).times(Quantity(90_000_000_000)) == nil)
    }
}
