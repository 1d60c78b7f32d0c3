import BrokerKit
import Brokerage
import Numbers
import TWS
import TestKit
import Testing

/// A snapshot is whole, or it is unreadable with the reason.
@Suite struct SnapshotTests {
    private func ready(_ change: (inout ModelGateway) -> Void = { _ in }) -> Bench {
        var bench = Bench()
        change(&bench.gateway)
        bench.open()
        return bench
    }

    private func reading(_ bench: Bench, _ ticket: Int) -> SnapshotReading? {
        guard case .snapshot(let reading) = bench.answers[ticket] else { return nil }
        return reading
    }

    private func reason(_ bench: Bench, _ ticket: Int) -> String? {
        guard case .unreadable(let reason) = reading(bench, ticket) else { return nil }
        return reason
    }

    @Test func snapshotHasEverythingThatTheGatewayTells() throws {
        var open = OpenOrder()
        (open.contract, open.order) = (spy, limitOrder("theirs"))
        (open.order.permanentID, open.order.clientID, open.order.id) = (77, 3, 5)
        open.state.status = .preSubmitted
        let fill = ModelGateway.fill(of: open, Quantity(1), number: 1)
        var bench = ready {
            $0.positions = [position(3)]
            $0.open = [open]
            $0.executions = [fill]
        }
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        guard case .whole(let snapshot) = reading(bench, ticket) else {
            return fail("\(String(describing: bench.answers[ticket]))")
        }
        #expect(snapshot.positions == [position(3)])
        #expect(snapshot.openOrders.map(\.permanentID) == [77])
        #expect(snapshot.openOrders.first?.filled == Quantity(1))
        #expect(snapshot.executions.map(\.id) == [fill.id])
        #expect(snapshot.serverTime == 1_800_000_000)
        #expect(snapshot.values.map(\.key) == ["NetLiquidation"])
    }

    @Test(arguments: ModelGateway.Kind.allCases)
    func questionThatIsNotAnsweredIsNeverToldAsEmpty(_ kind: ModelGateway.Kind) {
        var bench = Bench()
        bench.gateway.ignored = [kind]
        bench.open()
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        bench.pass(.seconds(6))
        #expect(reason(bench, ticket)?.isEmpty == false)
    }

    @Test func reasonNamesTheQuestionThatWasNotAnswered() {
        var bench = ready()
        bench.gateway.ignored = [.executions]
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        bench.pass(.seconds(4))
        #expect(bench.answers[ticket] == nil)
        bench.pass(.seconds(1))
        #expect(reason(bench, ticket) == "executions were not answered in time")
    }

    @Test func questionThatIsRefusedSaysWhy() {
        var bench = ready()
        bench.gateway.ignored = [.openOrders]
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        bench.notice(321, "read-only")
        #expect(reason(bench, ticket) == "open orders were refused (321): read-only")
    }

    @Test func messageThatCannotBeReadMakesTheSnapshotUnreadable() {
        var bench = ready()
        bench.gateway.ignored = [.openOrders]
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        bench.say(.misfit(messageID: 5))
        bench.tell([.openOrderEnd])
        #expect(reason(bench, ticket) == "a message of kind 5 could not be read")
    }

    @Test func whatChangesMeanwhileMakesItBeginAgain() {
        var bench = ready { $0.positions = [position(3)] }
        bench.gateway.ignored = [.executions]
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        bench.gateway.ignored = []
        bench.gateway.positions = [position(4)]
        bench.tell([.position(position(4))])
        let id =
            bench.sent.compactMap { request -> Int? in
                if case .executions(let id, _) = request { id } else { nil }
            }.last ?? 0
        bench.tell([.executionEnd(requestID: id)])
        guard case .whole(let snapshot) = reading(bench, ticket) else {
            return fail("unreadable")
        }
        #expect(snapshot.positions == [position(4)])
        #expect(bench.sent.count { $0 == .positions } == 3, "at the start, and twice for it")
    }

    @Test func whatNeverHoldsStillIsUnreadableAfterThreeTries() {
        var bench = ready { $0.positions = [position(3)] }
        bench.gateway.ignored = [.completed]
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        for quantity in 4...6 {
            #expect(bench.answers[ticket] == nil)
            bench.tell([.position(position(quantity)), .completedOrdersEnd])
        }
        #expect(
            reason(bench, ticket) == "a position changed while it was read, 3 times in a row")
    }

    @Test func fillMeanwhileMakesItBeginAgain() {
        var bench = ready()
        bench.ask(.place(spy, limitOrder("one")))
        bench.gateway.ignored = [.summary]
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        bench.gateway.ignored = []
        bench.tell(bench.gateway.fill(9_001, Quantity(1)))
        let id =
            bench.sent.compactMap { request -> Int? in
                if case .summary(let id, _, _) = request { id } else { nil }
            }.last ?? 0
        bench.tell([.summaryEnd(requestID: id)])
        guard case .whole(let snapshot) = reading(bench, ticket) else {
            return fail("unreadable")
        }
        #expect(snapshot.executions.count == 1)
        #expect(snapshot.openOrders.first?.filled == Quantity(1))
    }

    @Test func positionThatVanishedIsToldAsFlat() {
        var bench = ready { $0.positions = [position(3)] }
        bench.gateway.positions = []
        bench.ask(.snapshot(within: .seconds(5)))
        #expect(bench.machine.book.positions.isEmpty)
        #expect(bench.updates.contains(.position(position(0))))
    }

    @Test func endThatWasOwedToAnEarlierQuestionEndsNoLaterOne() {
        var bench = ready()
        bench.gateway.ignored = [.openOrders]
        let ticket = bench.ask(.snapshot(within: .seconds(60)))
        bench.notice(1100)
        bench.notice(1102)
        var open = OpenOrder()
        (open.contract, open.order, open.state.status) = (spy, limitOrder("x"), .submitted)
        (open.order.permanentID, open.order.clientID) = (77, 3)
        bench.tell([.openOrderEnd])
        #expect(bench.answers[ticket] == nil)
        bench.tell([.openOrder(open), .openOrderEnd])
        guard case .whole(let snapshot) = reading(bench, ticket) else {
            return fail("\(String(describing: bench.answers[ticket]))")
        }
        #expect(snapshot.openOrders.map(\.permanentID) == [77])
    }

    @Test func withoutAConnectionTheReasonIsSaidAtOnce() {
        var bench = ready()
        bench.drop()
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        #expect(reason(bench, ticket) == "there is no connection: reset")
    }

    @Test func whileIBIsAwayNothingIsRead() {
        var bench = ready { $0.positions = [position(3)] }
        bench.notice(1100)
        let ticket = bench.ask(.snapshot(within: .seconds(5)))
        #expect(reason(bench, ticket) == "the gateway has lost IB (1100)")
    }

    @Test func whatAGatewayDoesInAnyOrderASnapshotIsAnsweredOnceAndInTime() {
        var dice = Dice(seed: 21)
        for round in 0..<150 {
            var bench = Bench(seed: UInt64(round))
            bench.gateway.positions = [position(1)]
            bench.open()
            var asked: [(ticket: Int, at: Duration)] = []
            for _ in 0..<25 {
                switch dice.below(9) {
                case 0: bench.drop()
                case 1: bench.notice(dice.pick([1100, 1101, 1102, 2103, 2104, 326, 9_999]))
                case 2: bench.gateway.ignored = [dice.pick(ModelGateway.Kind.allCases)]
                case 3: bench.gateway.ignored = []
                case 4: bench.tell([.position(position(dice.below(3)))])
                case 5: bench.tell([.openOrderEnd, .positionEnd])
                default: asked.append((bench.ask(.snapshot(within: .seconds(5))), bench.now))
                }
                bench.pass(.milliseconds(dice.below(4_000)))
                for item in asked where bench.now - item.at > .seconds(5) {
                    #expect(bench.answers[item.ticket] != nil)
                }
            }
        }
    }
}
