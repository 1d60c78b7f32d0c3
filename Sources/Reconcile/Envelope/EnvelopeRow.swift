/// One value of the envelope, and which of two such values is the stricter.
struct EnvelopeRow {
    enum Order {
        /// Less is stricter; none at all is no limit.
        case less
        /// More is stricter: how long, how many of what has to go well.
        case more
        /// `true` is stricter.
        case truth
        /// The later word of those that may stand there; none at all is the last.
        case word
        /// Fewer items are stricter; none at all is anything.
        case list
        /// Neither is: the account, and its mode.
        case none
    }

    let path: [String]
    let order: Order

    var place: String { path.joined(separator: ".") }

    private init(_ place: String, _ order: Order) {
        path = place.split(separator: ".").map(String.init)
        self.order = order
    }

    static let identity = ["config.ib.account", "config.ib.mode"]

    /// All there are. A limit that the schema takes and that is missing here is found by a test.
    static let table: [EnvelopeRow] =
        identity.map { EnvelopeRow($0, .none) } + [
            EnvelopeRow("dry_run", .truth),
            EnvelopeRow("limits.breaker.failures", .less),
            EnvelopeRow("limits.breaker.open_for", .more),
            EnvelopeRow("limits.breaker.successes", .more),
            EnvelopeRow("limits.breaker.within", .more),
            EnvelopeRow("limits.correlated_max", .less),
            EnvelopeRow("limits.daily_loss_max", .less),
            EnvelopeRow("limits.drawdown_max", .less),
            EnvelopeRow("limits.order_quantity_max", .less),
            EnvelopeRow("limits.orders_per_day_max", .less),
            EnvelopeRow("limits.portfolio.delta_max", .less),
            EnvelopeRow("limits.portfolio.gamma_max", .less),
            EnvelopeRow("limits.position_max", .less),
            EnvelopeRow("limits.positions_max", .less),
            EnvelopeRow("limits.symbol.delta_max", .less),
            EnvelopeRow("limits.symbol.positions_max", .less),
            EnvelopeRow("limits.symbols", .list),
            EnvelopeRow("trading.state", .word),
        ]

    static func row(_ place: String) -> EnvelopeRow? { table.first { $0.place == place } }

    /// What the change does; nil for two spellings of one value.
    func direction(from before: String?, to after: String?) -> Envelope.Direction? {
        if before == after { return nil }
        switch compare(before, after) {
        case .same: return nil
        case .first: return .loosens
        case .second: return .tightens
        case .neither: return .differs
        }
    }

    /// The stricter of two; the first where neither is.
    func stricter(_ first: String?, _ second: String?) -> String? {
        if order == .list, let first, let second {
            let kept = Self.items(first).intersection(Self.items(second))
            return kept.sorted().joined(separator: ",")
        }
        return compare(first, second) == .second ? second : first
    }

    private enum Stricter { case first, second, same, neither }

    private func compare(_ first: String?, _ second: String?) -> Stricter {
        switch order {
        case .none: first == second ? .same : .neither
        // Where nobody says, no order is sent: promise 5.
        case .truth: Self.least(first == "false" ? 1 : 0, second == "false" ? 1 : 0)
        case .word: Self.least(-rank(first), -rank(second))
        case .list: compareLists(first, second)
        case .less, .more: compareAmounts(first, second)
        }
    }

    private static func least(_ first: Int, _ second: Int) -> Stricter {
        first == second ? .same : first < second ? .first : .second
    }

    /// The place of a word among those that may stand there.
    private func rank(_ text: String?) -> Int {
        guard case .word(let words)? = Schema.desired.scalar(at: path) else { return 0 }
        return text.flatMap { words.firstIndex(of: $0) } ?? words.count - 1
    }

    private func compareLists(_ first: String?, _ second: String?) -> Stricter {
        guard let first else { return second == nil ? .same : .second }
        guard let second else { return .first }
        let (one, two) = (Self.items(first), Self.items(second))
        if one == two { return .same }
        return one.isSubset(of: two) ? .first : two.isSubset(of: one) ? .second : .neither
    }

    private static func items(_ text: String) -> Set<Substring> { Set(text.split(separator: ",")) }

    private func compareAmounts(_ first: String?, _ second: String?) -> Stricter {
        guard let first else { return second == nil ? .same : .second }
        guard let second else { return .first }
        guard let scalar = Schema.desired.scalar(at: path), let one = scalar.amount(first),
            let two = scalar.amount(second), Self.areOfOneKind(first, second)
        else { return first == second ? .same : .neither }
        return order == .more ? Self.least(-one, -two) : Self.least(one, two)
    }

    /// Money of two currencies cannot be compared.
    private static func areOfOneKind(_ first: String, _ second: String) -> Bool {
        Money(first)?.currency == Money(second)?.currency
    }
}
