import BrokerKit
import Brokerage
import Numbers
import TWS
import TestKit
import Testing

/// What is known of the account, whatever the order in which it is told.
@Suite struct BookTests {
    private func open(_ id: Int64 = 9_001, orderID: Int = 1, _ quantity: Int = 2) -> OpenOrder {
        var open = OpenOrder()
        (open.contract, open.order) = (spy, limitOrder("one", quantity))
        (open.order.permanentID, open.order.id, open.order.clientID) = (id, orderID, 10)
        open.state.status = .submitted
        return open
    }

    private func progress(_ id: Int64, orderID: Int = 1, _ status: OrderStatus) -> OrderProgress {
        var progress = OrderProgress()
        (progress.permanentID, progress.orderID, progress.clientID) = (id, orderID, 10)
        progress.status = status
        return progress
    }

    private func fill(_ id: String, _ quantity: Int, of open: OpenOrder) -> Execution {
        var fill = ModelGateway.fill(of: open, Quantity(quantity), number: 0)
        fill.id = id
        return fill
    }

    @Test func fillBeforeItsOrderCountsOnceTheOrderIsKnown() {
        var book = AccountBook()
        #expect(book.took(fill("a.01.01", 2, of: open())) == .new)
        #expect(book.executed(of: 9_001) == Quantity(2))
        #expect(book.took(open())?.permanentID == 9_001)
        #expect(book.executed(of: 9_001) == Quantity(2))
    }

    @Test func fillThatIsToldTwiceCountsOnce() {
        var book = AccountBook()
        #expect(book.took(fill("a.01.01", 2, of: open())) == .new)
        #expect(book.took(fill("a.01.01", 2, of: open())) == .known)
        #expect(book.executed(of: 9_001) == Quantity(2))
    }

    @Test func correctionTakesThePlaceOfItsFillInWhateverOrderTheyCome() {
        let (first, second) = (fill("a.01.01", 2, of: open()), fill("a.01.02", 1, of: open()))
        var book = AccountBook()
        _ = book.took(first)
        #expect(book.took(second) == .corrects(first))
        #expect(book.took(first) == .known)
        #expect(book.executed(of: 9_001) == Quantity(1))
        var other = AccountBook()
        _ = other.took(second)
        #expect(other.took(first) == .known)
        #expect(other.executed(of: 9_001) == Quantity(1))
    }

    @Test func tenthCorrectionIsLaterThanTheNinth() {
        var book = AccountBook()
        _ = book.took(fill("a.01.9", 9, of: open()))
        _ = book.took(fill("a.01.10", 10, of: open()))
        #expect(book.executed(of: 9_001) == Quantity(10))
    }

    @Test func comboIsFilledByItsOwnFillsAndNotByThoseOfItsLegs() {
        var combo = open()
        combo.contract = .combo(on: "SPY", [ComboLeg(contractID: 1, .buy)])
        var book = AccountBook()
        _ = book.took(fill("leg1.01", 2, of: open()))
        _ = book.took(fill("leg2.01", 2, of: open()))
        _ = book.took(fill("bag.01", 2, of: combo))
        #expect(book.executed(of: 9_001) == Quantity(2))
        #expect(book.fills(of: 9_001).count == 3)
    }

    @Test func orderThatHasEndedDoesNotComeBackByALateWord() {
        var book = AccountBook()
        _ = book.took(open())
        _ = book.took(progress(9_001, .cancelled))
        _ = book.took(progress(9_001, .submitted))
        #expect(book.openOrders.isEmpty)
        #expect(book.orders[.permanent(9_001)]?.status == .cancelled)
        _ = book.took(progress(9_001, .filled))
        #expect(book.orders[.permanent(9_001)]?.status == .filled)
    }

    @Test func orderToldWithoutAPermanentIDIsTheSameOrderWithIt() {
        var book = AccountBook()
        _ = book.took(progress(0, .pendingSubmit))
        _ = book.took(progress(9_001, .submitted))
        #expect(book.orders.count == 1)
        #expect(book.order(clientID: 10, orderID: 1)?.permanentID == 9_001)
    }

    @Test func numberThatIsUsedAgainIsAnotherOrder() {
        var book = AccountBook()
        _ = book.took(open(9_001))
        _ = book.took(fill("a.01.01", 2, of: open(9_001)))
        _ = book.took(open(9_002))
        #expect(book.orders.count == 2)
        #expect(book.executed(of: 9_002) == .zero)
        #expect(book.order(clientID: 10, orderID: 1)?.permanentID == 9_002)
    }

    @Test(arguments: [
        (OrderStatus.pendingCancel, true), (.inactive, true), (.apiPending, true),
        (.preSubmitted, true), (.other("Odd"), true), (.apiCancelled, false), (.cancelled, false),
        (.filled, false),
    ])
    func whatMayStillBeExecutedIsOpen(_ status: OrderStatus, _ isOpen: Bool) {
        var book = AccountBook()
        _ = book.took(open())
        _ = book.took(progress(9_001, status))
        #expect(book.openOrders.isEmpty == !isOpen)
    }

    @Test func openOrderSaysNothingOfWhatIsFilled() {
        var book = AccountBook()
        var half = progress(9_001, .submitted)
        half.filled = Quantity(1)
        _ = book.took(half)
        #expect(book.took(open())?.filled == Quantity(1))
    }

    @Test func flatPositionIsNone() {
        var book = AccountBook()
        var news = book.took(position(3))
        #expect(news)
        news = book.took(position(3))
        #expect(!news)
        news = book.took(position(0))
        #expect(news)
        #expect(book.positions.isEmpty)
    }

    @Test func bookIsTheSameWhateverTheOrderAndHoweverOftenItIsTold() {
        let fills = [("a.1.01", 1), ("a.1.02", 2), ("b.1.01", 3), ("c.1.03", 4), ("c.1.01", 9)]
            .map { fill($0.0, $0.1, of: open()) }
        var dice = Dice(seed: 4)
        for _ in 0..<500 {
            var told = (fills + fills).shuffled(using: &dice)
            var book = AccountBook()
            if dice.oneIn(2) { _ = book.took(open()) }
            while let next = told.popLast() { _ = book.took(next) }
            _ = book.took(open())
            #expect(book.executed(of: 9_001) == Quantity(2 + 3 + 4))
            #expect(book.executions.count == 3)
        }
    }
}
