import BrokerKit
import Brokerage
import Numbers
import TWS
import TestKit
import Testing

/// An order is sent once, whatever happens to the connection or the program.
@Suite struct IntentTests {
    /// Where an order is found that nobody acknowledged.
    enum Place: CaseIterable { case open, executed, completed, nowhere }

    private func ready(_ change: (inout BrokerMachine.Settings) -> Void = { _ in }) -> Bench {
        var bench = Bench([], change)
        bench.open()
        return bench
    }

    /// An order that the gateway has, and nobody was told of.
    private func unacknowledged(_ place: Place) -> Bench {
        var bench = ready()
        bench.gateway.acknowledges = false
        bench.arrives = place != .nowhere
        bench.ask(.place(spy, limitOrder("one")))
        bench.arrives = true
        switch place {
        case .open, .nowhere: break
        case .executed:
            _ = bench.gateway.fill(9_001, Quantity(2))
            bench.gateway.completed = []
        case .completed: _ = bench.gateway.end(9_001, .cancelled)
        }
        return bench
    }

    private func expected(_ place: Place) -> Intent.State {
        switch place {
        case .open: .acknowledged
        case .executed: .resolved(.filled)
        case .completed: .resolved(.cancelled)
        case .nowhere: .resolved(.absent)
        }
    }

    @Test func orderIsOnTheDiskBeforeItIsSent() {
        var bench = ready()
        bench.diskStops = true
        bench.ask(.place(spy, limitOrder("one")))
        #expect(bench.journal.count == 1)
        #expect(bench.gateway.placed.isEmpty)
        bench.say(.written(1))
        #expect(bench.gateway.placed.map(\.reference) == ["one"])
        #expect(bench.answers[1] == .acknowledged(reference: "one", permanentID: 9_001))
    }

    @Test func whatCannotBeWrittenDownIsNotSent() {
        var bench = ready()
        bench.diskStops = true
        let ticket = bench.ask(.place(spy, limitOrder("one")))
        bench.say(.writingFailed(1, "disk full"))
        #expect(bench.answers[ticket] == .refused("it could not be written down: disk full"))
        let next = bench.ask(.place(spy, limitOrder("two")))
        guard case .refused = bench.answers[next] else { return fail("it was taken") }
        #expect(bench.gateway.placed.isEmpty)
    }

    @Test(arguments: Place.allCases)
    func lostLinkIsResolvedByReference(_ place: Place) {
        var bench = unacknowledged(place)
        bench.drop()
        guard case .doubtful = bench.machine.log.state(of: "one") else {
            return fail("it is not in doubt")
        }
        bench.pass(.seconds(9))
        #expect(bench.machine.log.state(of: "one") == expected(place))
        #expect(bench.gateway.placed.count <= 1)
    }

    @Test(arguments: Place.allCases)
    func crashBetweenSendAndAnswerIsResolvedByReference(_ place: Place) {
        var bench = unacknowledged(place).restarted()
        bench.open()
        bench.pass(.seconds(9))
        #expect(bench.machine.log.state(of: "one") == expected(place))
        #expect(bench.gateway.placed.count <= 1)
    }

    @Test func crashBetweenJournalAndSendLeavesNothingToSendAgain() {
        var bench = ready()
        bench.diskStops = true
        bench.ask(.place(spy, limitOrder("one")))
        bench = bench.restarted()
        bench.open()
        let early = bench.ask(.place(spy, limitOrder("two")))
        #expect(bench.answers[early] == .refused("it is not known what became of one"))
        bench.pass(.seconds(4))
        #expect(bench.machine.log.state(of: "one") == .resolved(.absent))
        #expect(bench.gateway.placed.isEmpty)
        let later = bench.ask(.place(spy, limitOrder("two")))
        #expect(bench.answers[later] == .acknowledged(reference: "two", permanentID: 9_001))
    }

    @Test func absenceIsBelievedOnlyTheSecondTime() {
        var bench = unacknowledged(.nowhere)
        bench.drop()
        bench.pass(.seconds(2))
        #expect(bench.machine.log.doubtful == ["one"])
        bench.pass(.seconds(4))
        #expect(bench.machine.log.doubtful == [])
    }

    @Test func absenceOfAnOrderOfAnEarlierDayProvesNothing() {
        var bench = unacknowledged(.nowhere)
        bench.now += .seconds(86_400)
        bench = bench.restarted()
        bench.gateway.acknowledges = true
        bench.open()
        bench.pass(.seconds(120))
        #expect(bench.machine.log.doubtful == ["one"])
        let refused = bench.ask(.place(spy, limitOrder("two")))
        guard case .refused = bench.answers[refused] else { return fail("taken") }
        let settled = bench.ask(.settle(reference: "one"))
        #expect(bench.answers[settled] == .done)
        let placed = bench.ask(.place(spy, limitOrder("two")))
        #expect(bench.answers[placed] == .acknowledged(reference: "two", permanentID: 9_001))
    }

    @Test func referenceIsUsedOnceForGood() {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        bench = bench.restarted()
        bench.open()
        let ticket = bench.ask(.place(spy, limitOrder("one")))
        #expect(bench.answers[ticket] == .refused("the reference one was used before"))
        bench.ask(.cancel(.reference("one")))
        bench = bench.restarted()
        bench.open()
        let later = bench.ask(.place(spy, limitOrder("one")))
        #expect(bench.answers[later] == .refused("the reference one was used before"))
    }

    @Test func nothingIsSentTwiceOverTwentyLostLinks() {
        for seed in 0..<40 as Range<UInt64> {
            var (dice, bench, wanted) = (Dice(seed: seed), Bench(seed: seed), 0)
            bench.open()
            for _ in 0..<20 {
                bench.gateway.acknowledges = !dice.oneIn(2)
                bench.arrives = !dice.oneIn(3)
                for _ in 0..<3 {
                    bench.ask(.place(spy, limitOrder("order-\(wanted)")))
                    wanted += 1
                }
                bench.arrives = true
                for open in bench.gateway.open where dice.oneIn(3) {
                    _ = bench.gateway.fill(open.order.permanentID, Quantity(1 + dice.below(2)))
                }
                if dice.oneIn(4) { bench = bench.restarted() } else { bench.drop() }
                bench.gateway.nextID = max(1, bench.gateway.nextID - dice.below(4))
                bench.open()
                bench.pass(.seconds(100))
                #expect(bench.machine.log.doubtful == [])
            }
            let references = bench.gateway.placed.map(\.reference)
            #expect(references.count == Set(references).count)
            let ids = bench.gateway.placed.map(\.id)
            #expect(ids.count == Set(ids).count)
            #expect(references.count > 10)
        }
    }

    @Test func idsThatRollBackAreToldAndNeverUsedAgain() {
        var bench = ready()
        for number in 0..<3 { bench.ask(.place(spy, limitOrder("a\(number)"))) }
        bench = bench.restarted()
        (bench.gateway.nextID, bench.gateway.open) = (1, [])
        bench.open()
        #expect(bench.updates.contains(.idsRolledBack(told: 1, highest: 3)))
        bench.ask(.place(spy, limitOrder("next")))
        #expect(bench.gateway.placed.map(\.id) == [1, 2, 3, 4])
    }

    @Test func orderThatIsNotAcknowledgedInTimeIsInDoubtAndFound() {
        var bench = ready()
        bench.gateway.acknowledges = false
        let ticket = bench.ask(.place(spy, limitOrder("one")))
        bench.gateway.ignored = [.openOrders]
        bench.pass(.seconds(10))
        guard case .doubtful = bench.answers[ticket] else { return fail("not in doubt") }
        bench.gateway.ignored = []
        bench.tell(bench.gateway.replies(to: .allOpenOrders))
        #expect(bench.machine.log.state(of: "one") == .acknowledged)
    }

    @Test func unknownCodeLeavesTheOrderAndHasItLookedAt() {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        bench.gateway.ignored = [.positions]
        bench.notice(4_711, id: 1, "what is that")
        #expect(bench.machine.log.state(of: "one") == .doubtful("4711: what is that"))
        #expect(bench.machine.book.openOrders.count == 1)
        bench.gateway.ignored = []
        bench.tell([.positionEnd])
        #expect(bench.machine.log.state(of: "one") == .acknowledged)
    }

    @Test(arguments: [
        (201, Intent.State.resolved(.rejected(code: 201, "no"))),
        (110, .resolved(.rejected(code: 110, "no"))), (399, .sent), (10349, .sent),
        (202, .resolved(.cancelled)),
    ])
    func noticeOnANewOrderMeansWhatItsCodeSays(_ code: Int, _ state: Intent.State) {
        var bench = ready()
        bench.gateway.acknowledges = false
        bench.ask(.place(spy, limitOrder("one")))
        bench.notice(code, id: 1, "no")
        #expect(bench.machine.log.state(of: "one") == state)
    }

    @Test func duplicateIDIsLookedForBeforeItIsBelieved() {
        var bench = ready()
        bench.arrives = false
        bench.ask(.place(spy, limitOrder("one")))
        bench.arrives = true
        bench.notice(103, id: 1, "Duplicate order id")
        #expect(bench.machine.log.doubtful == ["one"])
        bench.pass(.seconds(4))
        #expect(bench.machine.log.state(of: "one") == .resolved(.absent))
        #expect(bench.sent.contains(.orderIDs))
    }

    @Test(arguments: [105, 110])
    func changeThatIsRefusedLeavesTheOrderAlive(_ code: Int) {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        bench.arrives = false
        var change = limitOrder("one")
        change.limitPrice = Price("4.013")
        let ticket = bench.ask(.modify(reference: "one", change))
        bench.arrives = true
        bench.notice(code, id: 1, "no")
        #expect(bench.answers[ticket] == .refused("\(code): no"))
        #expect(bench.machine.log.state(of: "one") == .acknowledged)
        #expect(bench.machine.book.openOrders.first?.order?.limitPrice == Price(4))
    }

    @Test func changeIsAnsweredWhenTheGatewayTellsIt() {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        var change = limitOrder("one")
        change.limitPrice = Price(5)
        let ticket = bench.ask(.modify(reference: "one", change))
        #expect(bench.answers[ticket] == .acknowledged(reference: "one", permanentID: 9_001))
        #expect(bench.machine.book.openOrders.first?.order?.limitPrice == Price(5))
        #expect(bench.gateway.placed.count == 1)
        #expect(bench.journal.contains { if case .change = $0 { true } else { false } })
    }

    @Test func changeOfAnOrderThatWasFilledIsRefusedAndTheFillIsFound() {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        _ = bench.gateway.fill(9_001, Quantity(2))
        bench.arrives = false
        let ticket = bench.ask(.modify(reference: "one", limitOrder("one", 3)))
        bench.arrives = true
        bench.notice(104, id: 1, "filled")
        #expect(bench.answers[ticket] == .refused("104: filled"))
        #expect(bench.machine.log.state(of: "one") == .resolved(.filled))
    }

    @Test(arguments: [161, 10_147, 10_148, 135])
    func cancelThatIsTooLateIsAnsweredAndTheEndIsLookedFor(_ code: Int) {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        _ = bench.gateway.fill(9_001, Quantity(2))
        bench.gateway.obeysCancels = false
        let ticket = bench.ask(.cancel(.reference("one")))
        bench.notice(code, id: 1, "state: Filled")
        #expect(bench.answers[ticket] == .cancelTooLate("\(code): state: Filled"))
        #expect(bench.machine.log.state(of: "one") == .resolved(.filled))
    }

    @Test func cancelIsAnsweredWhenTheOrderIsCancelled() {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        let ticket = bench.ask(.cancel(.reference("one")))
        #expect(bench.answers[ticket] == .done)
        #expect(bench.machine.log.state(of: "one") == .resolved(.cancelled))
    }

    @Test func cancelThatNobodyAnswersIsSaidToBeSent() {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        bench.gateway.obeysCancels = false
        let ticket = bench.ask(.cancel(.orderID(1)))
        bench.pass(.seconds(10))
        #expect(bench.answers[ticket] == .cancelSent)
        #expect(bench.machine.log.state(of: "one") == .acknowledged)
    }

    @Test func fillsOfTheWholeEndAnOrderWhoseStatusNeverComes() {
        for isTold in [true, false] {
            var bench = ready()
            bench.gateway.acknowledges = isTold
            let ticket = bench.ask(.place(spy, limitOrder("one")))
            let fills = (0..<2).map {
                ModelGateway.fill(of: bench.gateway.open[0], Quantity(1), number: $0)
            }
            bench.tell([.execution(fills[0])])
            #expect(bench.machine.log.state(of: "one") == .acknowledged)
            #expect(bench.answers[ticket] == .acknowledged(reference: "one", permanentID: 9_001))
            bench.tell([.execution(fills[1])])
            #expect(bench.machine.log.state(of: "one") == .resolved(.filled))
            #expect(bench.machine.book.openOrders.isEmpty)
        }
    }

    @Test func comboIsNotFilledWhenItsLegsAre() {
        var bench = ready()
        let combo = Contract.combo(
            on: "SPY", [ComboLeg(contractID: 1, .buy), ComboLeg(contractID: 2, .sell)])
        bench.gateway.acknowledges = false
        bench.ask(.place(combo, limitOrder("one", 1)))
        var leg = ModelGateway.fill(of: bench.gateway.open[0], Quantity(1), number: 1)
        let own = leg
        (leg.contract, leg.id) = (spy, "leg.01")
        bench.tell([.execution(leg)])
        #expect(bench.machine.log.state(of: "one") == .acknowledged)
        bench.tell([.execution(own)])
        #expect(bench.machine.log.state(of: "one") == .resolved(.filled))
    }

    @Test func orderForAnotherAccountIsRefused() {
        var bench = ready()
        var order = limitOrder("one")
        order.account = "U1"
        let ticket = bench.ask(.place(spy, order))
        #expect(bench.answers[ticket] == .refused("the order is for account U1"))
    }
}

/// An order that was taken for ended and is in a list of open orders.
@Suite struct ReopenedTests {
    @Test(arguments: [201, 202])
    func orderThatAListHasIsOpenWhateverWasSaidOfIt(_ code: Int) {
        var bench = Bench()
        bench.open()
        bench.ask(.place(spy, limitOrder("one")))
        bench.notice(code, id: 1, "dead")
        guard case .resolved = bench.machine.log.state(of: "one") else { return fail("alive") }
        #expect(bench.machine.book.openOrders.isEmpty)
        bench.ask(.snapshot(within: .seconds(5)))
        #expect(bench.machine.log.state(of: "one") == .acknowledged)
        #expect(bench.machine.book.openOrders.count == 1)
        var later = bench.restarted()
        #expect(later.machine.log.state(of: "one") == .acknowledged)
        later.open()
        later.ask(.cancel(.reference("one")))
        #expect(later.gateway.open.isEmpty)
    }

    @Test func orderThatWasCalledAbsentAndComesAfterAllIsOursAgain() {
        var bench = Bench()
        bench.open()
        bench.gateway.acknowledges = false
        bench.ask(.place(spy, limitOrder("one")))
        let hidden = bench.gateway.open
        bench.gateway.open = []
        bench.drop()
        bench.pass(.seconds(9))
        #expect(bench.machine.log.state(of: "one") == .resolved(.absent))
        bench.gateway.open = hidden
        bench.tell(hidden.flatMap { bench.gateway.told($0) })
        #expect(bench.machine.log.state(of: "one") == .acknowledged)
    }
}
