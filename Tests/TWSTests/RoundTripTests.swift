import Numbers
import TWSKit
import TestKit
import Testing

@testable import TWS

/// What one side puts down the other reads as the same, whatever it is.
@Suite struct RoundTripTests {
    private func read(_ bytes: [UInt8]) throws -> Decoded<Reply> {
        try bytes.dropFirst(4).withUnsafeBytes { try TextCodec.reply($0) }
    }

    @Test func everyRequestIsReadAsItWasSent() throws {
        for request in Request.all {
            let bytes = try #require(TextCodec.bytes(of: request))
            #expect(try TWSTests.request(bytes) == .message(request))
        }
    }

    @Test func everyReplyIsReadAsItWasSent() throws {
        #expect(Set(Reply.every.map(\.messageID)).count == 39)
        for reply in Reply.every {
            let bytes = try #require(TextCodec.bytes(of: reply))
            #expect(try read(bytes) == .message(reply), "\(fields(bytes))")
        }
    }

    @Test func seededRepliesAreReadAsTheyWereSent() throws {
        var dice = Dice(seed: 5)
        for kind in Reply.every {
            for _ in 0..<50 {
                let reply = dice.reply(like: kind)
                let bytes = try #require(TextCodec.bytes(of: reply))
                #expect(try read(bytes) == .message(reply), "\(fields(bytes))")
            }
        }
    }

    @Test func seededOrdersArriveAtTheGatewayAndComeBackAsTheyWere() throws {
        var dice = Dice(seed: 6)
        for _ in 0..<1_000 {
            let (contract, order) = dice.order()
            let sent = try #require(TextCodec.bytes(of: .place(contract, order)))
            #expect(try request(sent) == .message(.place(contract, order)))
            let open = dice.told(contract, order)
            let told = try #require(TextCodec.bytes(of: .openOrder(open)))
            #expect(try read(told) == .message(.openOrder(open)), "\(fields(told))")
        }
    }

    /// A client that modifies an order sends back what it was told, our words for none as well.
    @Test func whatAGatewayTellsOfAnOrderIsReadWhenItIsSentBack() throws {
        var order = Order(.buy, Quantity(1), .limit)
        order.conditions.all = [Condition(.margin(isMore: true, percent: 30))]
        let sent = try #require(TextCodec.bytes(of: .place(Contract(), order)))
        var echoed = fields(sent)
        for (place, spelling) in [
            (24, "?"), (47, "0"), (63, "0"), (64, "None"), (67, "0"), (93, "30.0"), (96, "None"),
        ] { echoed[place] = spelling }
        echoed.insert(contentsOf: ["5", "", "", "", "?", "0", "0", ""], at: 66)
        let bytes: [UInt8] = [0, 0, 0, 0] + echoed.flatMap { Array($0.utf8) + [0] }
        #expect(try request(bytes) == .message(.place(Contract(), order)))
    }

    @Test func fieldsOfAPlainOrderAreAsManyAsAGatewaySends() throws {
        let plain = try #require(TextCodec.bytes(of: .place(Contract(), Order())))
        #expect(fields(plain).count == 114)
        let open = try #require(TextCodec.bytes(of: .openOrder(OpenOrder())))
        #expect(fields(open).count == 135)
        var combo = OpenOrder()
        combo.contract.legs = Array(repeating: ComboLeg(), count: 4)
        #expect(fields(try #require(TextCodec.bytes(of: .openOrder(combo)))).count == 167)
        #expect(fields(open)[12] == "")
        #expect(fields(open)[7] == "?")
        #expect(fields(open)[61] == "None")
        #expect(fields(open)[111] == "None")
    }

    @Test func exactCountsOfRepliesAreThoseThatOthersDemand() throws {
        let counts = [
            1: 7, 2: 5, 3: 12, 4: 6, 6: 6, 7: 20, 8: 3, 9: 3, 10: 40, 11: 32, 15: 3, 21: 12,
            45: 5, 46: 5, 49: 3, 52: 3, 53: 2, 54: 3, 55: 3, 57: 3, 58: 4, 59: 8, 61: 16, 62: 2,
            63: 7, 64: 3, 71: 18, 72: 3, 73: 8, 74: 3, 81: 5, 94: 5, 95: 7, 100: 4, 102: 1,
        ]
        for reply in Reply.every {
            let id = reply.messageID
            guard let count = counts[id] else { continue }
            let bytes = try #require(TextCodec.bytes(of: reply))
            #expect(fields(bytes).count == count, "\(id)")
        }
    }
}
