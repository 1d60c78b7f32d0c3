import BrokerKit
import Brokerage
import Numbers
import TWS
import TestKit
import Testing

/// The connection, and what waits for it.
@Suite struct LinkTests {
    private func ready() -> Bench {
        var bench = Bench()
        bench.open()
        return bench
    }

    @Test func everythingIsReadInItsOrderBeforeAnyOrderMayGo() {
        var bench = Bench()
        bench.gateway.ignored = [.time]
        bench.open()
        let early = bench.ask(.place(spy, limitOrder("one")))
        #expect(bench.answers[early] == .refused("what the account has is being read"))
        let first = RequestIDs.first
        let tags =
            bench.sent.lazy.compactMap { request -> String? in
                if case .summary(_, _, let tags) = request { tags } else { nil }
            }.first ?? ""
        let asked: [Request] = [
            .positions, .allOpenOrders,
            .executions(requestID: first, ExecutionFilter()), .completedOrders(apiOnly: false),
            .summary(requestID: first + 1, group: "All", tags: tags),
        ]
        #expect(bench.sent.filter { $0 != .currentTime }.dropFirst() == asked[...])
        bench.tell([.currentTime(epochSeconds: 1_800_000_000)])
        let later = bench.ask(.place(spy, limitOrder("one")))
        #expect(bench.answers[later] == .acknowledged(reference: "one", permanentID: 9_001))
    }

    @Test func whileIBIsAwayEntriesAreRefusedAndCancelsAreTried() {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        bench.notice(1100)
        let entry = bench.ask(.place(spy, limitOrder("two")))
        #expect(bench.answers[entry] == .refused("the gateway has lost IB (1100)"))
        bench.gateway.obeysCancels = false
        bench.ask(.cancel(.reference("one")))
        #expect(bench.sent.last == .cancel(orderID: 1, manualTime: ""))
        #expect(bench.isConnected)
        #expect(bench.opened == 1)
        bench.pass(.seconds(300))
        #expect(bench.isConnected)
    }

    @Test(arguments: [1101, 1102])
    func whenIBIsBackEverythingIsReadAgain(_ code: Int) {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        bench.ask(.subscribe(spy, genericTicks: ""))
        bench.notice(1100)
        _ = bench.gateway.fill(9_001, Quantity(2))
        bench.notice(code)
        #expect(bench.machine.log.state(of: "one") == .resolved(.filled))
        #expect(bench.sent.count { $0 == .allOpenOrders } == 2)
        let subscribed = bench.sent.count { if case .marketData = $0 { true } else { false } }
        #expect(subscribed == (code == 1101 ? 2 : 1))
        let entry = bench.ask(.place(spy, limitOrder("two")))
        #expect(bench.answers[entry] == .acknowledged(reference: "two", permanentID: 9_002))
    }

    @Test func fillWhileIBIsAwayIsTaken() {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        bench.notice(1100)
        bench.tell(bench.gateway.fill(9_001, Quantity(2)))
        #expect(bench.machine.book.executed(of: 9_001) == Quantity(2))
        #expect(bench.machine.log.state(of: "one") == .resolved(.filled))
    }

    @Test func clientIDThatIsTakenIsTriedAgainAsItIs() {
        var bench = Bench()
        bench.gateway.ignored = [.start]
        bench.open()
        bench.notice(326)
        #expect(!bench.isConnected)
        #expect(bench.updates.contains(.link(.waiting("the client id is in use (326)"))))
        bench.pass(.seconds(4))
        #expect(bench.opened == 1)
        bench.gateway.ignored = []
        bench.pass(.seconds(7))
        #expect(bench.machine.isReady)
        let ids = bench.sent.compactMap { request -> Int? in
            if case .start(let id, _) = request { id } else { nil }
        }
        #expect(ids == [10, 10])
    }

    @Test func anotherAccountIsNeverTradedIn() {
        var bench = Bench()
        bench.gateway.accounts = ["U7654321"]
        bench.open()
        #expect(!bench.isConnected)
        let reason = "the gateway has other accounts: U7654321"
        #expect(bench.updates.contains(.link(.waiting(reason))))
        let entry = bench.ask(.place(spy, limitOrder("one")))
        #expect(bench.answers[entry] == .refused("there is no connection"))
    }

    @Test func afterManyFailuresASingleTryIsMadeAndOneFailureClosesAgain() {
        var bench = Bench()
        bench.gateway.ignored = [.start]
        bench.open()
        while bench.opened < 5 || bench.isConnected { bench.pass(.seconds(1)) }
        #expect(bench.updates.last == .link(.broken("the gateway took too long (starting)")))
        let opened = bench.opened
        bench.pass(.seconds(29))
        #expect(bench.opened == opened)
        bench.pass(.seconds(43))
        #expect(bench.opened == opened + 1)
        #expect(!bench.isConnected)
        #expect(bench.updates.last == .link(.broken("the gateway took too long (starting)")))
        let probed = bench.opened
        bench.pass(.seconds(28))
        #expect(bench.opened == probed)
    }

    @Test func connectionsThatDoNotHoldAreFailuresToo() {
        var bench = ready()
        for _ in 0..<5 {
            bench.drop()
            while !bench.machine.isReady { bench.pass(.seconds(1)) }
        }
        bench.drop()
        #expect(bench.updates.last == .link(.broken("reset")))
        while !bench.machine.isReady { bench.pass(.seconds(1)) }
        bench.pass(.seconds(30))
        bench.drop()
        #expect(bench.updates.last == .link(.waiting("reset")))
    }

    @Test func cancelsGoBeforeTheOrdersThatWaitLonger() throws {
        var bench = Bench { $0.messagesPerSecond = 10 }
        bench.open()
        bench.pass(.seconds(10))
        bench.ask(.place(spy, limitOrder("first")))
        let before = bench.sent.count
        for number in 0..<30 { bench.ask(.place(spy, limitOrder("o\(number)"))) }
        bench.ask(.cancel(.reference("first")))
        bench.pass(.seconds(1))
        let sent = bench.sent[before...]
        let place = try #require(sent.firstIndex(of: .cancel(orderID: 1, manualTime: "")))
        #expect(place - before <= 10)
        #expect(sent.count <= 20)
    }

    @Test func ordersThatWaitWhenTheLinkIsLostAreNeverSent() {
        var bench = Bench { $0.messagesPerSecond = 10 }
        bench.open()
        bench.pass(.seconds(10))
        for number in 0..<30 { bench.ask(.place(spy, limitOrder("o\(number)"))) }
        let placed = bench.gateway.placed.count
        bench.notice(1100)
        bench.pass(.seconds(5))
        #expect(bench.gateway.placed.count == placed)
        let refused = bench.answers.values.count {
            $0 == .refused("the gateway has lost IB (1100)")
        }
        #expect(refused == 30 - placed)
    }

    @Test func heartbeatThatIsNotAnsweredEndsTheConnectionAndTheNextComesByItself() {
        var bench = ready()
        bench.gateway.ignored = [.time]
        bench.pass(.seconds(25))
        #expect(bench.updates.contains(.link(.waiting("the gateway does not answer any more"))))
        bench.gateway.ignored = []
        bench.pass(.seconds(5))
        #expect(bench.machine.isReady)
    }

    @Test func farmThatIsLostMakesQuotesOldAndNothingElse() {
        var bench = ready()
        bench.notice(2103)
        #expect(bench.updates.contains(.quotesStale(true)))
        bench.notice(2104)
        #expect(bench.updates.contains(.quotesStale(false)))
        #expect(bench.opened == 1)
        #expect(bench.machine.isReady)
    }

    @Test func closedBrokerTriesNothingAnyMore() {
        var bench = ready()
        bench.say(.closeWanted)
        #expect(!bench.isConnected)
        bench.pass(.seconds(300))
        #expect(bench.opened == 1)
        #expect(bench.machine.wake == nil)
        #expect(bench.updates.last == .link(.closed))
    }

    @Test func subscriptionsAreAskedForAgainOnTheNextConnection() {
        var bench = ready()
        let ticket = bench.ask(.subscribe(spy, genericTicks: "106"))
        guard case .subscribed(let id) = bench.answers[ticket] else { return fail("none") }
        bench.drop()
        bench.pass(.seconds(2))
        let ids = bench.sent.compactMap { request -> Int? in
            if case .marketData(let data) = request { data.requestID } else { nil }
        }
        #expect(ids == [id, id])
        bench.notice(200, id: id, "no security")
        #expect(bench.updates.last == .subscriptionEnded(requestID: id, "200: no security"))
    }
}
