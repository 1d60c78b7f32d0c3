import TWS

/// One reading of everything, a question after the other: most answers do not say which question
/// they belong to.
struct Survey: Sendable {
    /// How often a reading is begun anew because something changed meanwhile.
    static let attemptsMax = 3
    /// Which figures of an account are asked for.
    static let tags = """
        AccountType,NetLiquidation,TotalCashValue,SettledCash,BuyingPower,EquityWithLoanValue,\
        GrossPositionValue,InitMarginReq,MaintMarginReq,AvailableFunds,ExcessLiquidity,Cushion
        """

    /// What is asked, in this order.
    enum Step: String, CaseIterable {
        case positions, openOrders, executions, completedOrders, summary, currentTime

        var words: String {
            switch self {
            case .positions: "positions"
            case .openOrders: "open orders"
            case .executions: "executions"
            case .completedOrders: "completed orders"
            case .summary: "the account's figures"
            case .currentTime: "the time"
            }
        }
    }

    /// Still to be answered; the first one is asked.
    var steps: [Step]
    /// Whether everything is read, or open orders alone.
    let isFull: Bool
    let deadline: Duration
    var attempt = 1
    /// Of the step that has one.
    var requestID = 0
    var positions: [AccountBook.PositionKey: HeldPosition] = [:]
    var listed: Set<OrderKey> = []
    var executions: Set<String> = []
    var values: Set<AccountBook.ValueKey> = []
    var completed: Set<Int64> = []
    var serverTime: Int64 = 0
    /// What changed while it was read; nil while it is consistent.
    var change: String?
    /// Why it is not whole, whatever ends it.
    var flaw: String?
    /// Whose snapshots this will be.
    var tickets: [Int] = []

    init(isFull: Bool, until deadline: Duration) {
        steps = isFull ? Step.allCases : [.openOrders]
        self.isFull = isFull
        self.deadline = deadline
    }

    var step: Step? { steps.first }

    /// Something came that was read before: what was read is not of one moment.
    mutating func changed(_ what: String, after step: Step? = nil) {
        guard isFull, change == nil else { return }
        if let step, steps.contains(step) { return }
        change = what
    }

    /// What was read.
    func snapshot(of accounts: [String], _ book: AccountBook) -> Snapshot {
        var snapshot = Snapshot()
        snapshot.accounts = accounts.sorted()
        snapshot.positions = positions.values.sorted {
            ($0.account, $0.contract.id, $0.contract.localSymbol)
                < ($1.account, $1.contract.id, $1.contract.localSymbol)
        }
        snapshot.values = values.compactMap { book.values[$0] }.sorted {
            ($0.account, $0.key, $0.currency) < ($1.account, $1.key, $1.currency)
        }
        snapshot.openOrders = book.openOrders.filter { listed.contains($0.key) }
        snapshot.executions = executions.compactMap { book.executions[$0] }
            .sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        snapshot.completed = completed.sorted().compactMap { book.completed[$0] }
        snapshot.serverTime = serverTime
        return snapshot
    }
}
