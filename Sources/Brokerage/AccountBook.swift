package import Numbers
package import TWS

/// What is known of the accounts of a login, from what a gateway said.
///
/// Replies come early, twice, late or not at all. The last word holds for positions and figures; a
/// fill counts once; an order that has ended stays so.
package struct AccountBook: Hashable, Sendable {
    /// As a full list told them, with what came since; what is flat is not here.
    package private(set) var positions: [PositionKey: HeldPosition] = [:]
    package private(set) var values: [ValueKey: AccountValue] = [:]
    package internal(set) var orders: [OrderKey: KnownOrder] = [:]
    /// By the part of its id that no correction changes.
    package private(set) var executions: [String: Execution] = [:]
    package private(set) var commissions: [String: CommissionReport] = [:]
    /// Orders that are done, today, by permanent id.
    package private(set) var completed: [Int64: CompletedOrder] = [:]
    /// Which permanent id an order of a client has that was told without one.
    var permanentIDs: [OrderKey: Int64] = [:]

    package init() {}

    /// Whose position in what.
    package struct PositionKey: Hashable, Sendable {
        let account: String
        let contractID: Int
        /// Where the gateway says no number.
        let symbol: String

        package init(_ position: HeldPosition) {
            account = position.account
            contractID = position.contract.id
            symbol = contractID == 0 ? position.contract.localSymbol : ""
        }
    }

    /// Which figure of which account.
    package struct ValueKey: Hashable, Sendable {
        let account: String
        let key: String
        let currency: String

        package init(_ value: AccountValue) {
            (account, key, currency) = (value.account, value.key, value.currency)
        }
    }

    /// - Returns: whether it is news. A quantity of 0 takes the position out.
    package mutating func took(_ position: HeldPosition) -> Bool {
        let key = PositionKey(position)
        guard position.quantity != .zero else { return positions.removeValue(forKey: key) != nil }
        return positions.updateValue(position, forKey: key)?.quantity != position.quantity
    }

    /// A full list was read: what it does not have is not there.
    mutating func replacePositions(_ list: [PositionKey: HeldPosition]) { positions = list }

    /// - Returns: whether it is news.
    package mutating func took(_ value: AccountValue) -> Bool {
        values.updateValue(value, forKey: ValueKey(value)) != value
    }

    /// A fill came, or a correction of one; how often the same one comes does not matter.
    package mutating func took(_ execution: Execution) -> ExecutionNews {
        let name = ExecutionName(execution.id)
        guard let known = executions[name.base] else {
            executions[name.base] = execution
            return .new
        }
        guard name.correction > ExecutionName(known.id).correction else { return .known }
        executions[name.base] = execution
        return .corrects(known)
    }

    /// What a report of a fill was.
    package enum ExecutionNews: Hashable, Sendable {
        /// Never seen; seen before; or in place of this one.
        case new
        case known
        case corrects(Execution)
    }

    /// - Returns: whether it is news. It may come before its fill, or never.
    package mutating func took(_ report: CommissionReport) -> Bool {
        let base = ExecutionName(report.executionID).base
        defer { commissions[base] = report }
        return commissions[base] != report
    }

    /// An order that is done. One that is in the book ends with it.
    package mutating func took(_ order: CompletedOrder) {
        let id = order.order.permanentID
        completed[id] = order
        guard orders[.permanent(id)] != nil else { return }
        orders[.permanent(id)]?.status = order.status
        if let filled = order.filled { orders[.permanent(id)]?.filled = filled }
        orders[.permanent(id)]?.isGone = true
    }

    /// The fills of an order, corrections in place of what they correct.
    ///
    /// A combo has fills of its legs besides its own; they are here too.
    package func fills(of permanentID: Int64) -> [Execution] {
        executions.values.filter { $0.permanentID == permanentID && permanentID != 0 }
            .sorted { $0.id < $1.id }
    }

    /// How much of an order was executed, by its fills: those of a combo itself, not of its legs.
    ///
    /// `isCombo`: what is known of the order; nil where only its fills tell.
    package func executed(of permanentID: Int64, isCombo: Bool? = nil) -> Quantity {
        let fills = fills(of: permanentID)
        let isCombo =
            isCombo ?? orders[.permanent(permanentID)]?.order.map { _ in
                orders[.permanent(permanentID)]?.contract.type == .combo
            } ?? fills.contains { $0.contract.type == .combo }
        return fills.filter { ($0.contract.type == .combo) == isCombo }
            .reduce(.zero) { $0 + $1.quantity }
    }
}
