import Broker
import BrokerKit
import Brokerage
import Glibc
import Synchronization
import TWS
import TestKit
import Testing

/// A look at the account by a program that runs no Task.
@Suite struct ReadOnceTests {
    private func readOnce(
        _ server: GatewayServer, within time: Duration = .seconds(5)
    ) -> SnapshotReading {
        IBClient.readOnce(
            IBClient.Settings(port: server.port, clientID: 12, account: "DU1234567"), within: time)
    }

    private func reason(_ reading: SnapshotReading) -> String? {
        if case .unreadable(let reason) = reading { reason } else { nil }
    }

    @Test func accountIsReadAndTheConnectionIsLeftGracefully() throws {
        var gateway = ModelGateway()
        gateway.positions = [position(3)]
        let server = try GatewayServer(gateway)
        defer { server.end() }
        guard case .whole(let snapshot) = readOnce(server) else { return fail("unreadable") }
        #expect(snapshot.positions == [position(3)])
        #expect(server.manners.withLock { $0.endedGracefully } == 1)
    }

    @Test(arguments: [1, 2, 3, 5, 64])
    func framesCutAnywhereReadTheSame(_ pieceBytes: Int) throws {
        var gateway = ModelGateway()
        gateway.positions = [position(3)]
        var open = OpenOrder()
        (open.contract, open.order, open.state.status) = (spy, limitOrder("x"), .submitted)
        open.order.permanentID = 77
        gateway.open = [open]
        let server = try GatewayServer(gateway)
        defer { server.end() }
        guard case .whole(let expected) = readOnce(server) else { return fail("unreadable") }
        server.manners.withLock { $0.pieceBytes = pieceBytes }
        #expect(readOnce(server) == .whole(expected))
        #expect(expected.openOrders.map(\.permanentID) == [77])
    }

    @Test func gatewayThatTakesConnectionsAndSaysNothingIsUnreadable() throws {
        let server = try GatewayServer()
        defer { server.end() }
        server.manners.withLock { $0.isMute = true }
        let reading = readOnce(server, within: .milliseconds(300))
        #expect(reason(reading) == "the gateway took the connection and said nothing")
    }

    @Test func portThatNobodyListensAtIsUnreadableAtOnce() throws {
        let server = try GatewayServer()
        server.end()
        server.awaitEnd()
        let reading = readOnce(server)
        // Told as it ends, or on the way to the next try.
        #expect(reason(reading)?.hasSuffix(": cannot connect: Connection refused") == true)
    }

    @Test(arguments: [
        "positions", "allOpenOrders", "completedOrders", "currentTime",
    ])
    func connectionThatEndsMeanwhileIsNeverReadAsEmpty(_ at: String) throws {
        let server = try GatewayServer()
        defer { server.end() }
        server.manners.withLock { $0.dropsAt = { "\($0)".hasPrefix(at) } }
        let reading = readOnce(server)
        #expect(reason(reading)?.hasPrefix("the connection ended: ") == true)
    }

    @Test func halfAFrameAndThenTheEndIsUnreadable() throws {
        var gateway = ModelGateway()
        gateway.ignored = [.openOrders]
        let server = try GatewayServer(gateway)
        defer { server.end() }
        server.manners.withLock { manners in
            manners.saysBefore = { request in
                request == .allOpenOrders ? ([0, 0, 0, 9, 0x35, 0x33], true) : nil
            }
        }
        let reading = readOnce(server)
        #expect(reason(reading) == "the connection ended: the gateway has closed the connection")
    }

    @Test func streamThatIsNoStreamOfFramesIsUnreadable() throws {
        let server = try GatewayServer()
        defer { server.end() }
        server.manners.withLock { manners in
            manners.saysBefore = { request in
                request == .positions ? ([0xff, 0xff, 0xff, 0xff], false) : nil
            }
        }
        #expect(reason(readOnce(server))?.contains("the stream is broken") == true)
    }

    @Test func anotherAccountIsUnreadable() throws {
        var gateway = ModelGateway()
        gateway.accounts = ["U7654321"]
        let server = try GatewayServer(gateway)
        defer { server.end() }
        let words = "the connection ended: the gateway has other accounts: U7654321"
        #expect(reason(readOnce(server)) == words)
    }

    @Test func everythingIsCancelledByAThreadThatRunsNoTask() throws {
        var gateway = ModelGateway()
        var open = OpenOrder()
        (open.contract, open.order, open.state.status) = (spy, limitOrder("x"), .submitted)
        (open.order.permanentID, open.order.clientID) = (77, 3)
        gateway.open = [open]
        let server = try GatewayServer(gateway)
        defer { server.end() }
        let client = try IBClient(
            IBClient.Settings(port: server.port, clientID: 14, account: "DU1234567"))
        try client.start()
        defer { client.close() }
        #expect(client.cancelAllBlocking(within: .seconds(10)) == .proved)
        #expect(server.model.withLock { $0.open.isEmpty })
    }
}
