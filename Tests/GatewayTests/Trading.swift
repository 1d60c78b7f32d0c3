import Broker
import Brokerage
import Numbers
import SimulatorKit
import TWS
import TestKit
import Testing

/// A client of ours, a simulator, and what has happened so far.
final class Trading: Sendable {
    let simulator: RunningSimulator
    let folder: ScratchFolder
    let client: IBClient
    let updates: Updates

    init(
        _ simulator: RunningSimulator, folder: ScratchFolder = ScratchFolder(),
        clientID: Int = 10, account: String = "DU1234567",
        _ change: (inout IBClient.Settings) -> Void = { _ in }
    ) throws {
        self.simulator = simulator
        self.folder = folder
        var settings = IBClient.Settings(
            port: simulator.port, clientID: clientID, account: account,
            journal: folder.path + "/orders-\(clientID).journal")
        settings.machine.messagesPerSecond = 1_000
        settings.machine.steadyMin = .zero
        change(&settings)
        client = try IBClient(settings)
        updates = client.updates
        try client.start()
    }

    /// The same, once it is ready: before that it refuses entries.
    static func ready(
        _ simulator: RunningSimulator, folder: ScratchFolder = ScratchFolder(),
        _ change: (inout IBClient.Settings) -> Void = { _ in }
    ) async throws -> Trading {
        let trading = try Trading(simulator, folder: folder, change)
        _ = try await trading.snapshot()
        return trading
    }

    func end() {
        client.close()
        simulator.end()
    }

    /// What is at the broker, once it can be read.
    func snapshot(within time: Duration = .seconds(20)) async throws -> Snapshot {
        let end = ContinuousClock.now + time
        while true {
            switch await client.snapshot() {
            case .whole(let snapshot): return snapshot
            case .unreadable(let reason):
                try #require(ContinuousClock.now < end, "\(reason)")
            }
        }
    }

    /// Places a limit order for a call at 600.
    func place(
        _ reference: String, _ action: Action = .buy, _ quantity: Int = 1, at limit: Int
    ) async -> Answer {
        var order = Order(
            action, Quantity(quantity), .limit, limitPrice: Price(units: Int64(limit) * 1_000_000))
        order.reference = reference
        order.account = "DU1234567"
        return await client.place(.call600, order)
    }
}

extension Contract {
    static let call600 = Contract.option(on: "SPY", expiry: "20261218", strike: 600, right: .call)
}

extension Price: ExpressibleByIntegerLiteral {
    /// A whole number of ones.
    public init(integerLiteral value: Int) { self.init(value) }
}

extension Updates {
    /// The first update that is so; nil when the broker ends before.
    func first(_ isMeant: (Update) -> Bool) async -> Update? {
        for await update in self where isMeant(update) { return update }
        return nil
    }
}

extension Answer {
    var isAcknowledged: Bool {
        if case .acknowledged = self { true } else { false }
    }
}
