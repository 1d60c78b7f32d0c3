import Numbers
import TestKit
import Testing

@testable import TWS

/// What a gateway says, as recorded or as tws-protocol.md (2.3 to 2.6) lays it out.
@Suite struct ReplyTests {
    private func message(_ fields: String) throws -> Reply {
        guard case .message(let reply) = try reply(fields) else {
            throw MisfitError(messageID: nil, field: 0, reason: .badWord, bytes: [])
        }
        return reply
    }

    @Test func positionOfAnOptionIsRead() throws {
        let read = try message(
            "61|3|DU1234567|700000001|SPY|OPT|20261218|600.0|C|100||USD|"
                + "SPY   261218C00600000|SPY|-2|404.2|")
        guard case .position(let held) = read else { Issue.record("\(read)"); return }
        #expect(held.account == "DU1234567")
        #expect(held.contract.strike == Price(600))
        #expect(held.contract.right == .call)
        #expect(held.contract.multiplier == Quantity(100))
        #expect(held.contract.localSymbol == "SPY   261218C00600000")
        #expect(held.quantity == Quantity(-2))
        #expect(held.averageCost == Cash("404.2"))
    }

    @Test(arguments: [
        "", "2147483647", "9223372036854775807", "-9223372036854775808",
        "1.7976931348623157E308", "1.7976931348623157e+308", "NaN",
    ])
    func everySpellingOfUnsetIsUnset(spelling: String) throws {
        guard case .price(let tick) = try message("1|6|1000|1|4.05|\(spelling)|1|") else { return }
        #expect(tick.size == nil)
        guard case .profit(_, let profit) = try message("94|7|\(spelling)|1.5|-2|") else { return }
        #expect(profit.daily == nil)
        #expect(profit.unrealized == Cash("1.5"))
        #expect(profit.realized == Cash(-2))
    }

    @Test func priceOfMinusOneIsNoQuote() throws {
        guard case .price(let tick) = try message("1|6|1000|2|-1.0|0|0|") else { return }
        #expect(tick.price == nil)
    }

    @Test func whatAModelDidNotComputeIsNothing() throws {
        let read = try message("21|1000|13|0|0.1834|-2|4.05|-1|-2|0.55|-0.125|601.25|")
        guard case .model(let tick) = read else { Issue.record("\(read)"); return }
        #expect(tick.volatility.value == 0.1834)
        #expect(tick.delta.value == nil)
        #expect(tick.dividends.value == nil)
        #expect(tick.gamma.value == nil)
        #expect(tick.theta.value == -0.125)
        #expect(tick.underlyingPrice.value == 601.25)
    }

    @Test func numbersOfJavaAreReadWithTheirExponent() throws {
        guard case .profit(_, let profit) = try message("94|7|1.23456789E7|1.0E-4|-5.5E2|")
        else { return }
        #expect(profit.daily == Cash("12345678.9"))
        #expect(profit.unrealized == Cash("0.0001"))
        #expect(profit.realized == Cash(-550))
    }

    @Test func textBeyondASCIIStandsEscaped() throws {
        let whole = try message("4|2|-1|2104|caf\\u00e9 \\ud83d\\ude00 \\u12||")
        #expect(whole == .notice(Notice(code: 2104, "café 😀 \\u12")))
    }

    @Test func unknownKindIsToldApartFromAMisfit() throws {
        #expect(try reply("205|a|b|") == .unknown(messageID: 205))
        #expect(
            throws: MisfitError(
                messageID: nil, field: 0, reason: .badNumber, bytes: Array("abc\0".utf8))
        ) { _ = try reply("abc|") }
    }

    @Test func misfitKeepsItsKindItsPlaceAndItsBytes() throws {
        let cut = "3|101|Submitted|0|"
        #expect(
            throws: MisfitError(
                messageID: 3, field: 4, reason: .missing,
                bytes: cut.utf8.map { $0 == 0x7c ? 0 : $0 })
        ) { _ = try reply(cut) }
        #expect(throws: MisfitError.self) { _ = try reply("9|1|x|") }
        #expect(throws: MisfitError.self) { _ = try reply("9|1|5|6|") }
        #expect(throws: MisfitError.self) { _ = try reply("9|1||") }
    }
}
