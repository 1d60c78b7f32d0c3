import BrokerKit
import Brokerage
import Numbers
import Synchronization
import TWS
import TestKit
import Testing

@testable import Broker

/// Who subscribes is told everything in order, or that something was lost.
@Suite struct UpdateTests {
    @Test func subscriberThatIsTooSlowIsToldHowMuchItLost() async {
        let hub = UpdateHub()
        let updates = Updates(subscriber: hub.subscribe(waitingMax: 4))
        for number in 1...7 { hub.tell(.subscriptionEnded(requestID: number, "")) }
        hub.end()
        var told: [Update] = []
        for await update in updates { told.append(update) }
        #expect(
            told == [.lost(3)] + (4...7).map { .subscriptionEnded(requestID: $0, "") })
    }

    @Test func quotesAreToldOnceHoweverOftenTheyChange() async {
        let hub = UpdateHub()
        let updates = Updates(subscriber: hub.subscribe(waitingMax: 4))
        for _ in 0..<100 { hub.tell(.quotes) }
        hub.tell(.quotesStale(true))
        hub.end()
        var told: [Update] = []
        for await update in updates { told.append(update) }
        #expect(told == [.quotesStale(true), .quotes])
    }

    @Test func taskThatIsCancelledIsToldNothingMore() async {
        let hub = UpdateHub()
        let updates = Updates(subscriber: hub.subscribe(waitingMax: 4))
        let waiting = Task { await updates.first { _ in true } }
        waiting.cancel()
        #expect(await waiting.value == nil)
    }

    @Test func subscriberThatIsLetGoOfIsForgotten() {
        let hub = UpdateHub()
        for _ in 0..<10 { _ = Updates(subscriber: hub.subscribe(waitingMax: 1)) }
        let kept = hub.subscribe(waitingMax: 1)
        hub.tell(.quotes)
        #expect(hub.count == 1)
        withExtendedLifetime(kept) {}
    }

    @Test func whoWaitsWhenTheBrokerIsClosedIsAnswered() async throws {
        var gateway = ModelGateway()
        gateway.ignored = [.positions]
        let stage = try Stage(gateway)
        defer { stage.end() }
        let client = stage.client
        async let reading = client.snapshot(within: .seconds(60))
        while !stage.server.model.withLock({ $0.heard.contains(.positions) }) {
            await Task.yield()
        }
        #expect(client.close())
        guard case .unreadable = await reading else { return fail("it was read") }
        let after = await client.place(spy, limitOrder("late"))
        #expect(after == .refused("the broker is closed"))
    }

    @Test func ticksComeToTheBoardOfTheirSubscription() async throws {
        let stage = try Stage()
        defer { stage.end() }
        _ = await stage.client.snapshot()
        let id = try #require(await stage.client.subscribe(spy))
        let updates = stage.client.updates
        var tick = PriceTick()
        (tick.requestID, tick.kind, tick.price) = (id, .bid, Price(4))
        stage.server.tell([.price(tick)])
        #expect(await updates.first { $0 == .quotes } != nil)
        #expect(stage.client.quote(id)?.bid == Price(4))
        await stage.client.unsubscribe(id)
        #expect(stage.client.quote(id) == nil)
    }
}
