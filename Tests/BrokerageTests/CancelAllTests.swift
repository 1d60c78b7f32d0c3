import BrokerKit
import Brokerage
import Numbers
import TWS
import TestKit
import Testing

/// A global cancel is proved by a list that has nothing open, or says what remains.
@Suite struct CancelAllTests {
    private func ready() -> Bench {
        var bench = Bench()
        bench.open()
        bench.ask(.place(spy, limitOrder("one")))
        return bench
    }

    private func theirs() -> OpenOrder {
        var open = OpenOrder()
        (open.contract, open.order, open.state.status) = (spy, limitOrder("x"), .submitted)
        (open.order.permanentID, open.order.clientID) = (77, 3)
        return open
    }

    private func remaining(_ bench: Bench, _ ticket: Int) -> (ids: [Int64], reason: String)? {
        guard case .cancelledAll(.notProved(let orders, let reason)) = bench.answers[ticket]
        else { return nil }
        return (orders.map(\.permanentID), reason)
    }

    @Test func listWithoutOpenOrdersAfterItProvesIt() {
        var bench = ready()
        bench.gateway.open.append(theirs())
        let ticket = bench.ask(.cancelAll(within: .seconds(10)))
        #expect(bench.answers[ticket] == .cancelledAll(.proved))
        #expect(bench.machine.log.state(of: "one") == .resolved(.cancelled))
        let asked = bench.sent.lastIndex(of: .cancelAll) ?? .max
        #expect(asked < bench.sent.lastIndex(of: .allOpenOrders) ?? 0)
    }

    @Test func howOursEndedIsReadWhenNobodySaidSo() {
        var bench = ready()
        bench.gateway.obeysCancels = false
        _ = bench.gateway.end(9_001, .cancelled)
        let ticket = bench.ask(.cancelAll(within: .seconds(10)))
        #expect(bench.answers[ticket] == .cancelledAll(.proved))
        #expect(bench.machine.log.state(of: "one") == .resolved(.cancelled))
    }

    @Test func whatIsNotCancelledIsNamed() {
        var bench = ready()
        bench.gateway.obeysCancels = false
        bench.gateway.open.append(theirs())
        let ticket = bench.ask(.cancelAll(within: .seconds(10)))
        bench.pass(.seconds(9))
        #expect(bench.answers[ticket] == nil)
        bench.pass(.seconds(1))
        #expect(remaining(bench, ticket)?.ids == [77, 9_001])
        #expect(remaining(bench, ticket)?.reason == "2 orders may still be executed")
        #expect(bench.sent.count { $0 == .cancel(orderID: 1, manualTime: "") } == 1)
        #expect(bench.sent.count { $0 == .allOpenOrders } > 8)
    }

    @Test func orderThatWaitsForItsCancelIsNotGone() {
        var bench = ready()
        bench.gateway.obeysCancels = false
        bench.gateway.open[0].state.status = .pendingCancel
        let ticket = bench.ask(.cancelAll(within: .seconds(10)))
        bench.pass(.seconds(10))
        #expect(remaining(bench, ticket)?.ids == [9_001])
    }

    @Test func listThatIsNotAnsweredProvesNothing() {
        var bench = ready()
        bench.gateway.ignored = [.openOrders]
        let ticket = bench.ask(.cancelAll(within: .seconds(10)))
        bench.pass(.seconds(10))
        #expect(remaining(bench, ticket)?.reason == "open orders were not answered")
    }

    @Test func whileIBIsAwayItIsSaidToBeOfNoEffect() {
        var bench = ready()
        bench.notice(1100)
        bench.gateway.open = []
        let ticket = bench.ask(.cancelAll(within: .seconds(10)))
        bench.pass(.seconds(10))
        let words =
            "the gateway has lost IB (1100): a global cancel is of no effect until it is back"
        #expect(remaining(bench, ticket)?.reason == words)
    }

    @Test func whenIBIsBackInTimeItIsSentAgainAndProved() {
        var bench = ready()
        bench.notice(1100)
        bench.gateway.obeysCancels = false
        let ticket = bench.ask(.cancelAll(within: .seconds(10)))
        bench.pass(.seconds(3))
        bench.gateway.obeysCancels = true
        bench.notice(1102)
        #expect(bench.sent.count { $0 == .cancelAll } == 2)
        bench.pass(.seconds(2))
        #expect(bench.answers[ticket] == .cancelledAll(.proved))
    }

    @Test func withoutAConnectionItIsSentOnTheNextOne() {
        var bench = ready()
        bench.drop()
        let ticket = bench.ask(.cancelAll(within: .seconds(10)))
        bench.pass(.seconds(3))
        #expect(bench.answers[ticket] == .cancelledAll(.proved))
    }

    @Test func whileItIsNotProvedNothingIsEntered() {
        var bench = ready()
        bench.gateway.obeysCancels = false
        bench.ask(.cancelAll(within: .seconds(10)))
        let entry = bench.ask(.place(spy, limitOrder("two")))
        #expect(bench.answers[entry] == .refused("all orders are being cancelled"))
    }

    @Test func orderThatWasSentAndNotAcknowledgedIsNotProvedToBeGone() {
        var bench = Bench()
        bench.open()
        bench.arrives = false
        bench.ask(.place(spy, limitOrder("one")))
        bench.arrives = true
        let ticket = bench.ask(.cancelAll(within: .seconds(8)))
        bench.pass(.seconds(8))
        #expect(remaining(bench, ticket)?.reason == "it is not known what became of one")
    }

    @Test func itGoesBeforeEverythingThatWaits() {
        var bench = Bench { $0.messagesPerSecond = 10 }
        bench.open()
        bench.pass(.seconds(10))
        for number in 0..<30 { bench.ask(.place(spy, limitOrder("o\(number)"))) }
        let placed = bench.gateway.placed.count
        let ticket = bench.ask(.cancelAll(within: .seconds(10)))
        bench.pass(.seconds(10))
        #expect(bench.gateway.placed.count == placed)
        #expect(bench.answers[ticket] == .cancelledAll(.proved))
    }
}
