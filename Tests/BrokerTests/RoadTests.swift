import Broker
import BrokerKit
import Brokerage
import Numbers
import Synchronization
import TWS
import TestKit
import Testing

/// The whole road over a real socket: connect, read, place, fill, leave.
@Suite struct RoadTests {
    @Test func clientConnectsReadsPlacesAndIsFilled() async throws {
        var gateway = ModelGateway()
        gateway.positions = [position(3)]
        let stage = try Stage(gateway)
        defer { stage.end() }
        guard case .whole(let snapshot) = await stage.client.snapshot() else {
            return fail("unreadable")
        }
        #expect(snapshot.positions == [position(3)])
        #expect(snapshot.accounts == ["DU1234567"])
        let updates = stage.client.updates
        let answer = await stage.client.place(spy, limitOrder("first"))
        #expect(answer == .acknowledged(reference: "first", permanentID: 9_001))
        stage.server.tell(stage.server.model.withLock { $0.fill(9_001, Quantity(2)) })
        let filled = await updates.first {
            $0 == .intent(reference: "first", .resolved(.filled))
        }
        #expect(filled != nil)
        #expect(stage.client.close())
    }
}
