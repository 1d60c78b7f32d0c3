import Facts
import GatewaySimulator
import Numbers
import TWS
import Testing

/// A day with the simulated gateway, as its clients see it.
struct Day {
    var gateway: SimulatedGateway
    /// What was sent to each connection and not looked at yet.
    private var waiting: [Int: [Reply]] = [:]
    private(set) var closed: [Int] = []
    private(set) var disturbed: [Int: LinkFault] = [:]
    /// All that was sent, for comparing days.
    private(set) var all: [SimulatedGateway.Output] = []
    private var last = 0

    /// A Tuesday, an hour after the opening.
    static let start = Moment(WallTime(seconds: 1_795_534_200))

    init(
        seed: UInt64 = 7, start: Moment = Day.start,
        _ change: (inout SimulatedGateway.Settings) -> Void = { _ in }
    ) {
        var settings = SimulatedGateway.Settings(start: start)
        settings.seed = seed
        settings.messagesPerSecondMax = 100_000
        change(&settings)
        gateway = SimulatedGateway(settings)
    }

    private mutating func take(_ outputs: [SimulatedGateway.Output]) {
        all += outputs
        for output in outputs {
            switch output {
            case .send(let id, let reply): waiting[id, default: []].append(reply)
            case .close(let id): closed.append(id)
            case .disturb(let id, let fault): disturbed[id] = fault
            case .greet: break
            }
        }
    }

    /// A client that has started; what it was told at once is passed over.
    mutating func client(_ id: Int) -> Int {
        let connection = connection(id)
        _ = told(connection)
        return connection
    }

    /// A connection that has said who it is.
    mutating func connection(_ id: Int) -> Int {
        last += 1
        take(gateway.handle(.connected(last)))
        take(gateway.handle(.greeted(last, 157...178)))
        take(gateway.handle(.received(last, .start(clientID: id, capabilities: ""))))
        return last
    }

    mutating func end(_ connection: Int) { take(gateway.handle(.ended(connection))) }

    /// What a client was told since it was looked at last.
    mutating func told(_ connection: Int) -> [Reply] {
        defer { waiting[connection] = [] }
        return waiting[connection] ?? []
    }

    /// What a client is told after a request.
    mutating func ask(_ connection: Int, _ request: Request) -> [Reply] {
        take(gateway.handle(.received(connection, request)))
        return told(connection)
    }

    mutating func pass(seconds: Double) {
        let ms = Int64(seconds * 1_000)
        take(gateway.handle(.timePassed(gateway.now.adding(ms: ms))))
    }

    mutating func obey(_ line: String) throws {
        _ = try gateway.obey(line)
        take(gateway.taken())
    }

    /// Places an order and says what is told of it.
    mutating func place(
        _ connection: Int, _ id: Int, _ contract: Contract, _ order: Order
    ) -> [Reply] {
        var order = order
        order.id = id
        return ask(connection, .place(contract, order))
    }

    /// What the account holds of each instrument, by its number.
    mutating func held(_ connection: Int) -> [Int: HeldPosition] {
        var held: [Int: HeldPosition] = [:]
        for case .position(let position) in ask(connection, .positions) {
            held[position.contract.id] = position
        }
        return held
    }

    mutating func value(_ connection: Int, _ key: String) -> String? {
        let replies = ask(
            connection, .valuesOf(requestID: 9, account: "", model: "", withLedger: false))
        for case .valueOf(_, let value) in replies where value.key == key { return value.value }
        return nil
    }
}

extension Contract {
    static let spy = Contract(symbol: "SPY", type: .stock)
    static let call600 = Contract.option(on: "SPY", expiry: "20261218", strike: 600, right: .call)
    static let call610 = Contract.option(on: "SPY", expiry: "20261218", strike: 610, right: .call)
    static let put600 = Contract.option(on: "SPY", expiry: "20261218", strike: 600, right: .put)
}

extension Price {
    /// In cents.
    init(cents: Int64) { self.init(units: cents * 1_000_000) }
}

extension Price: ExpressibleByIntegerLiteral {
    /// A whole number of ones.
    public init(integerLiteral value: Int) { self.init(value) }
}

extension [Reply] {
    var notices: [Notice] {
        compactMap { if case .notice(let notice) = $0 { notice } else { nil } }
    }
    var codes: [Int] { notices.map(\.code) }
    var executions: [Execution] {
        compactMap { if case .execution(let execution) = $0 { execution } else { nil } }
    }
    var progress: [OrderProgress] {
        compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
    }
    var opens: [OpenOrder] {
        compactMap { if case .openOrder(let open) = $0 { open } else { nil } }
    }
    var commissions: [CommissionReport] {
        compactMap { if case .commission(let report) = $0 { report } else { nil } }
    }
    var statuses: [OrderStatus] { progress.map(\.status) }
    var completed: [CompletedOrder] {
        compactMap { if case .completedOrder(let order) = $0 { order } else { nil } }
    }
    func last(_ kind: TickKind) -> PriceTick? {
        var found: PriceTick?
        for case .price(let tick) in self where tick.kind == kind { found = tick }
        return found
    }
}
