import Broker
import BrokerKit
import Brokerage
import Glibc
import TWS
import TestKit

/// A gateway on loopback, and a client of it with a journal of its own.
final class Stage: Sendable {
    let server: GatewayServer
    let client: IBClient
    let folder: ScratchFolder

    /// `folder`: where an earlier client left its journal.
    init(
        _ gateway: ModelGateway = ModelGateway(), folder: ScratchFolder = ScratchFolder(),
        _ change: (inout IBClient.Settings) -> Void = { _ in }
    ) throws {
        server = try GatewayServer(gateway)
        self.folder = folder
        var settings = Self.settings(server.port, folder)
        change(&settings)
        client = try IBClient(settings)
        try client.start()
    }

    static func settings(_ port: UInt16, _ folder: ScratchFolder) -> IBClient.Settings {
        IBClient.Settings(
            port: port, clientID: 10, account: "DU1234567",
            journal: folder.path + "/orders-10.journal")
    }

    func end() {
        client.close()
        server.end()
    }
}

/// Seconds since 1970.
func now() -> Int64 { Int64(time(nil)) }

extension Updates {
    /// The first update that is so; nil when the broker ends before.
    func first(_ isMeant: (Update) -> Bool) async -> Update? {
        for await update in self where isMeant(update) { return update }
        return nil
    }
}
