package import Numbers
package import TWS

/// A gateway with its broker and market behind it: a state machine without socket or clock.
///
/// What happens goes in, what is sent comes out, and the same inputs at the same moments bring the
/// same outputs. Source of what a gateway answers: tws-protocol.md 2, 3 and 8.2.
package struct SimulatedGateway: Sendable {
    /// How it was set.
    package let settings: Settings
    var market: SimulatedMarket
    var accounts: [SimulatedAccount]
    /// By connection.
    var clients: [Int: SimulatedClient] = [:]
    /// In the order in which they came; those that are done stay until the day ends.
    var orders: [SimulatedOrder] = []
    var executions: [StoredExecution] = []
    /// The next order id of each client.
    var nextIDs: [Int: Int] = [:]
    /// When the id of a client that is gone may be used again.
    var freeAt: [Int: Moment] = [:]
    var permanentIDs: Int64
    var executionCount = 0
    var faults = Faults()
    /// Commissions that were not told yet, each with when it is.
    var owedCommissions: [(at: Moment, CommissionReport, OrderKey)] = []
    /// Values are told again every so often.
    var lastValues: Moment
    var lastProfit: Moment
    /// How large a part of an order is filled at once.
    var fillNumbers: SeededNumbers
    private var outputs: [Output] = []

    /// What a gateway is set to.
    package struct Settings: Hashable, Sendable {
        /// `DU…` are of a paper login, others of a live one; each begins with so much cash.
        package var accounts = ["DU1234567"]
        package var cash = Cash(1_000_000)
        package var seed: UInt64 = 1
        package var start: Moment
        /// Whether orders fill and prices move at night and on weekends too.
        package var isAlwaysOpen = false
        /// Refuses everything that could change an order.
        package var isReadOnly = false
        /// The client that is told of everybody's orders.
        package var masterClientID: Int?
        /// How long the id of a client that went away is still taken.
        package var clientIDHoldMs: Int64 = 0
        /// More in one second are refused, and in the end the connection is dropped.
        package var messagesPerSecondMax = 50
        /// Of the day in New York, in seconds, when the link to the broker is lost for a while;
        /// nil: never.
        package var resetAt: Int64? = 15 * 60
        package var resetSeconds: Int64 = 30

        package init(start: Moment) { self.start = start }
    }

    /// What has happened; connections have numbers, each used once.
    package enum Input: Hashable, Sendable {
        case connected(Int)
        /// Which server versions the client speaks.
        case greeted(Int, ClosedRange<Int>)
        case received(Int, Request)
        /// A frame that is no request that is known.
        case misread(Int, messageID: Int?)
        case ended(Int)
        case timePassed(Moment)
    }

    /// What is to be done, in this order.
    package enum Output: Hashable, Sendable {
        case greet(Int, TextCodec.Greeting)
        case send(Int, Reply)
        /// After what was sent before.
        case close(Int)
        /// Something that befalls the connection itself.
        case disturb(Int, LinkFault)
    }

    package init(_ settings: Settings) {
        self.settings = settings
        market = SimulatedMarket(
            seed: settings.seed, isAlwaysOpen: settings.isAlwaysOpen, at: settings.start)
        accounts = settings.accounts.map { SimulatedAccount(name: $0, cash: settings.cash) }
        permanentIDs = 1_000_000_000 + Int64(settings.seed % 1_000_000) * 1_000
        (lastValues, lastProfit) = (settings.start, settings.start)
        fillNumbers = SeededNumbers(seed: settings.seed, of: "fills")
        faults.isReadOnly = settings.isReadOnly
        beginDay()
    }

    /// What time it is there.
    package var now: Moment { market.now }

    /// Takes what has happened.
    package mutating func handle(_ input: Input) -> [Output] {
        switch input {
        case .connected(let connection): clients[connection] = SimulatedClient()
        case .greeted(let connection, let versions): greet(connection, versions)
        case .received(let connection, let request): receive(connection, request)
        case .misread(let connection, let id):
            guard clients[connection]?.isStarted == true, keepsPace(connection) else { break }
            notify(connection, Notice(code: 320, "Error reading request: message id \(id ?? -1)"))
        case .ended(let connection): forget(connection)
        case .timePassed(let moment): pass(to: moment)
        }
        return taken()
    }

    /// What there is to do after a person has changed something.
    package mutating func taken() -> [Output] {
        defer { outputs = [] }
        return outputs
    }

    // MARK: Sending

    mutating func emit(_ output: Output) { outputs.append(output) }

    mutating func send(_ connection: Int, _ reply: Reply) {
        guard clients[connection] != nil, !faults.isSilent(connection) else { return }
        outputs.append(.send(connection, reply))
        if faults.duplicates > 0 {
            faults.duplicates -= 1
            outputs.append(.send(connection, reply))
        }
    }

    mutating func notify(_ connection: Int, _ notice: Notice) {
        send(connection, .notice(notice))
    }

    /// To everybody who has started.
    mutating func announce(_ notice: Notice) {
        for (connection, client) in clients.sorted(by: { $0.key < $1.key }) where client.isStarted {
            notify(connection, notice)
        }
    }

    /// Whom an order of a client is told to: the client itself, and the master.
    func listeners(to clientID: Int) -> [Int] {
        clients.filter { _, client in
            client.isStarted
                && (client.id == clientID || client.id == settings.masterClientID)
        }
        .keys.sorted()
    }

    // MARK: Connections

    private mutating func greet(_ connection: Int, _ versions: ClosedRange<Int>) {
        guard !faults.isBlackHole else { return }
        guard versions.contains(TextCodec.serverVersion) else { return emit(.close(connection)) }
        clients[connection]?.isGreeted = true
        let text = now.gatewayText.replacing("-", with: " ") + " UTC"
        emit(
            .greet(
                connection,
                TextCodec.Greeting(serverVersion: TextCodec.serverVersion, time: text)))
    }

    private mutating func forget(_ connection: Int) {
        guard let client = clients.removeValue(forKey: connection) else { return }
        faults.silent.remove(connection)
        if let id = client.id, client.isStarted, settings.clientIDHoldMs > 0 {
            freeAt[id] = now.adding(ms: settings.clientIDHoldMs)
        }
    }

    mutating func start(_ connection: Int, clientID: Int) {
        let isTaken =
            clients.contains { $0.key != connection && $0.value.id == clientID }
            || (freeAt[clientID].map { $0 > now } ?? false)
        guard !isTaken else {
            notify(
                connection,
                Notice(
                    code: 326,
                    "Unable to connect as the client id is already in use. "
                        + "Retry with a unique client id."))
            return emit(.close(connection))
        }
        clients[connection]?.id = clientID
        clients[connection]?.isStarted = true
        send(connection, .managedAccounts(faults.accounts ?? accounts.map(\.name)))
        send(connection, .nextOrderID(nextID(of: clientID)))
        for (code, text) in [
            (2104, "Market data farm connection is OK:usfarm"),
            (2106, "HMDS data farm connection is OK:ushmds"),
            (2158, "Sec-def data farm connection is OK:secdefil"),
        ] {
            notify(connection, Notice(code: code, text))
        }
        if faults.isLinkLost { notify(connection, Self.linkLost) }
    }

    func nextID(of clientID: Int) -> Int { nextIDs[clientID] ?? 1 }

    static let linkLost = Notice(
        code: 1100,
        "Connectivity between IBKR and Trader Workstation has been lost.")
}

/// A connection, and what is told to it.
struct SimulatedClient: Sendable {
    /// Nil before it has said who it is.
    var id: Int?
    /// Whether it has been told which version is spoken.
    var isGreeted = false
    var isStarted = false
    var wantsPositions = false
    /// Which account's values are told, if any.
    var valuesOf: String?
    /// By request.
    var summaries: [Int: [String]] = [:]
    var quotes: [Int: QuoteSubscription] = [:]
    var profits: [Int: String] = [:]
    var positionProfits: [Int: (account: String, contractID: Int)] = [:]
    var wantsManualOrders = false
    /// How many messages came in which second.
    var pace: (second: Int64, count: Int) = (0, 0)
    /// How often it was told to go slower.
    var warnings = 0
    var dataType = 1
}

/// A subscription to quotes, and what was told last.
struct QuoteSubscription: Hashable, Sendable {
    let instrument: Instrument?
    let legs: [SimulatedOrder.Leg]
    var last: Quote?
}

/// An execution, with whose order it was.
struct StoredExecution: Hashable, Sendable {
    var execution: Execution
    var report: CommissionReport
    let key: OrderKey
    let at: Moment
}
