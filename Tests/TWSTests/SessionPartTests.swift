import TWS
import TestKit
import Testing

@Suite struct OrderIDTests {
    @Test func noIDIsGivenOutBeforeTheGatewayHasSaidWhereItIs() {
        var ids = OrderIDs(highest: 41)
        #expect(ids.next() == nil)
        let hasRolledBack = ids.told(next: 100)
        #expect(!hasRolledBack)
        #expect(ids.next() == 100)
        #expect(ids.next() == 101)
    }

    @Test func gatewayThatRollsBackIsNoticedAndNoIDIsUsedTwice() {
        var ids = OrderIDs(highest: 0)
        _ = ids.told(next: 38_099)
        let used = (0..<5).compactMap { _ in ids.next() }
        ids.forget()
        #expect(ids.next() == nil)
        var restarted = OrderIDs(highest: ids.highest)
        let hasRolledBack = restarted.told(next: 38_099)
        #expect(hasRolledBack)
        #expect(!used.contains(restarted.next() ?? 0))
    }

    @Test func idsOfOthersThatWereSeenAreNotUsed() {
        var ids = OrderIDs(highest: 0)
        _ = ids.told(next: 5)
        ids.saw(1_000)
        #expect(ids.next() == 1_001)
    }

    @Test func idsEndBeforeTheyDoNotFit() {
        var ids = OrderIDs(highest: OrderIDs.idMax - 1)
        _ = ids.told(next: 1)
        #expect(ids.next() == OrderIDs.idMax)
        #expect(ids.next() == nil)
    }

    @Test func idsOfRequestsAndOfOrdersAreToldApart() {
        var requests = RequestIDs()
        let id = requests.next()
        #expect(RequestIDs.isRequest(id))
        #expect(!RequestIDs.isRequest(38_099))
    }
}

@Suite struct PacerTests {
    @Test func cancelsGoBeforeWhatWaitedLonger() {
        var pacer = Pacer<String>(perSecond: 1, burst: 2, now: .zero)
        for number in 0..<5 { pacer.add("data \(number)", .rest) }
        pacer.add("order", .orders)
        pacer.add("cancel", .first)
        #expect(pacer.take(now: .zero) == ["cancel", "order"])
        #expect(pacer.untilNext(now: .zero) == .seconds(1))
        #expect(pacer.take(now: .milliseconds(999)) == [])
        #expect(pacer.take(now: .milliseconds(1_000)) == ["data 0"])
    }

    @Test func noSecondHasMoreMessagesThanItMay() {
        var dice = Dice(seed: 3)
        var pacer = Pacer<Int>(perSecond: 40, burst: 5, now: .zero)
        var (sent, now) = ([Int](), 0)
        for number in 0..<1_500 {
            pacer.add(number, dice.pick(Pacer<Int>.Urgency.allCases))
            now += dice.below(40)
            sent += pacer.take(now: .milliseconds(now)).map { _ in now }
        }
        for start in sent {
            let inSecond = sent.count { ($0 >= start) && ($0 < start + 1_000) }
            #expect(inSecond <= 46)
        }
        #expect(sent.count > 700)
    }

    @Test func fullQueueSaysSoAndStillTakesACancel() {
        var pacer = Pacer<Int>(now: .zero)
        for number in 0..<Pacer<Int>.waitingMax { pacer.add(number, .rest) }
        let hadRoom = (pacer.add(-1, .rest), pacer.add(-2, .first))
        #expect(hadRoom == (false, true))
        #expect(pacer.take(now: .zero).first == -2)
    }
}
