import BrokerKit
import Brokerage
import Numbers
import TWS
import TestKit
import Testing

/// What holds of the machine whatever happens. The bench checks besides that each question is
/// answered once, and that no time is due that has passed.
@Suite struct MachineProperties {
    private enum Act: CaseIterable {
        case place, modify, cancel, cancelAll, snapshot, fill, drop, crash, notice, orderNotice
        case ignore, heed, roll, wait, end
    }

    private func step(_ act: Act, _ bench: inout Bench, _ dice: inout Dice, _ number: Int) {
        let open = bench.gateway.open.map(\.order)
        switch act {
        case .place:
            bench.gateway.acknowledges = !dice.oneIn(3)
            bench.ask(.place(spy, limitOrder("order-\(number)")))
        case .modify:
            guard let order = bench.machine.log.live.values.map(\.order).first else { return }
            var change = order
            change.limitPrice = Price(1 + dice.below(9))
            bench.ask(.modify(reference: order.reference, change))
        case .cancel: bench.ask(.cancel(.orderID(1 + dice.below(20))))
        case .cancelAll: bench.ask(.cancelAll(within: .seconds(5)))
        case .snapshot: bench.ask(.snapshot(within: .seconds(5)))
        case .fill:
            guard let id = open.first?.permanentID else { return }
            let replies = bench.gateway.fill(id, Quantity(1))
            bench.tell(dice.oneIn(3) ? replies.reversed() : replies + replies)
        case .drop: bench.drop()
        case .crash:
            bench = bench.restarted()
            bench.open()
        case .notice: bench.notice(dice.pick([100, 321, 326, 1100, 1101, 1102, 1300, 2103, 9_999]))
        case .orderNotice:
            bench.notice(
                dice.pick([103, 104, 105, 110, 135, 161, 201, 202, 399, 10_148, 4_711]),
                id: 1 + dice.below(20))
        case .ignore: bench.gateway.ignored = [dice.pick(ModelGateway.Kind.allCases)]
        case .heed: bench.gateway.ignored = []
        case .roll: bench.gateway.nextID = 1
        case .wait: bench.pass(.milliseconds(dice.below(8_000)))
        case .end: bench.gateway.obeysCancels.toggle()
        }
    }

    @Test func whateverHappensNothingIsSentTwiceAndEveryQuestionIsAnswered() {
        for seed in 0..<300 as Range<UInt64> {
            var (dice, bench) = (Dice(seed: seed), Bench(seed: seed))
            bench.open()
            for number in 0..<60 { step(dice.pick(Act.allCases), &bench, &dice, number) }
            let asked = bench.asked
            bench.pass(.seconds(60))
            #expect(Set(bench.answers.keys) == Set(1..<(asked + 1)), "seed \(seed)")
            let placed = bench.gateway.placed
            #expect(Set(placed.map(\.reference)).count == placed.count, "seed \(seed)")
            #expect(Set(placed.map(\.id)).count == placed.count, "seed \(seed)")
            for order in placed {
                let isWritten = bench.journal.contains { record in
                    if case .intent(order.reference, order.id, _, _) = record {
                        true
                    } else {
                        false
                    }
                }
                #expect(isWritten, "seed \(seed): \(order.reference)")
            }
        }
    }

    @Test func whenTheGatewayIsWellAgainEverythingIsKnown() {
        for seed in 0..<200 as Range<UInt64> {
            var (dice, bench) = (Dice(seed: seed), Bench(seed: seed))
            bench.open()
            for number in 0..<40 { step(dice.pick(Act.allCases), &bench, &dice, number) }
            bench.gateway.ignored = []
            bench.gateway.acknowledges = true
            bench.notice(1102)
            bench.drop()
            bench.pass(.seconds(200))
            #expect(bench.machine.isReady, "seed \(seed)")
            #expect(bench.machine.log.doubtful == [], "seed \(seed)")
            let open = Set(bench.gateway.open.map(\.order.permanentID))
            #expect(Set(bench.machine.book.openOrders.map(\.permanentID)) == open, "seed \(seed)")
            let mine = bench.machine.log.live.values.map(\.permanentID)
            #expect(Set(mine) == open, "seed \(seed)")
            let ticket = bench.ask(.snapshot(within: .seconds(5)))
            guard case .snapshot(.whole(let snapshot)) = bench.answers[ticket] else {
                fail("seed \(seed)")
                continue
            }
            #expect(snapshot.executions.count == bench.gateway.executions.count)
        }
    }
}
