import Brokerage
import Numbers
import TWS
import TestKit
import Testing

/// The quotes of subscriptions.
@Suite struct QuoteBoardTests {
    private func tick(_ id: Int, _ kind: TickKind, _ price: Int?) -> PriceTick {
        var tick = PriceTick()
        (tick.requestID, tick.kind, tick.size) = (id, kind, Quantity(5))
        tick.price = price.map { Price($0) }
        return tick
    }

    @Test func lastPriceOfEachKindHoldsWithItsSizeAndTime() {
        var board = QuoteBoard()
        board.add(requestID: 7)
        board.took(tick(7, .bid, 3), at: .seconds(1))
        board.took(tick(7, .ask, 4), at: .seconds(2))
        board.took(tick(7, .ask, nil), at: .seconds(3))
        var size = SizeTick()
        (size.requestID, size.kind, size.size) = (7, .bidSize, Quantity(9))
        board.took(size, at: .seconds(4))
        let quote = board[7]
        #expect(quote?.bid == Price(3))
        #expect(quote?.ask == nil, "no quote is no price")
        #expect(quote?.bidSize == Quantity(9))
        #expect(quote?.heard == .seconds(4))
    }

    @Test func modelIsThatOfTheMiddle() {
        var board = QuoteBoard()
        board.add(requestID: 7)
        var tick = ModelTick()
        (tick.requestID, tick.kind, tick.delta) = (7, .bidModel, Estimate(0.1))
        board.took(tick, at: .zero)
        #expect(board[7]?.model.delta.value == nil)
        tick.kind = .model
        board.took(tick, at: .zero)
        #expect(board[7]?.model.delta.value == 0.1)
    }

    @Test func ticksOfNoSubscriptionAreCountedAndChangeNothing() {
        var board = QuoteBoard()
        board.took(tick(8, .bid, 3), at: .zero)
        #expect(board.strange == 1)
        #expect(board[8] == nil)
    }

    @Test func afterTheConnectionNothingHoldsAndSubscriptionsStay() {
        var board = QuoteBoard()
        board.add(requestID: 7)
        board.took(tick(7, .bid, 3), at: .zero)
        board.forgetAll()
        #expect(board[7]?.bid == nil)
        #expect(board[7]?.requestID == 7)
    }

    @Test func seededSubscriptionsComeAndGoAndEachKeepsItsOwn() {
        var (dice, board, expected) = (Dice(seed: 8), QuoteBoard(), [Int: Int]())
        for round in 0..<5_000 {
            let id = dice.below(40)
            switch dice.below(4) {
            case 0:
                board.remove(requestID: id)
                expected[id] = nil
            case 1:
                board.add(requestID: id)
                expected[id] = expected[id] ?? 0
            default:
                board.took(tick(id, .last, round), at: .zero)
                if expected[id] != nil { expected[id] = round }
            }
            for other in 0..<40 {
                #expect((board[other]?.last ?? .zero) == Price(expected[other] ?? 0))
                #expect((board[other] == nil) == (expected[other] == nil))
            }
        }
    }
}
