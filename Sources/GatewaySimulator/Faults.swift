/// What befalls a connection itself.
package enum LinkFault: Hashable, Sendable {
    /// It is torn down without an end.
    case reset
    /// It is ended as it should be.
    case finish
    /// From now on nothing comes and nothing is read, and it stays open.
    case silence
    /// So many bytes a second, until it is 0: then as fast as they go.
    case slow(Int)
    /// Half of the next frame, then the end.
    case halfFrame
    /// Bytes that are no frame.
    case garbage
}

/// What is wrong with the gateway at the moment.
struct Faults: Sendable {
    /// New connections are accepted and never answered.
    var isBlackHole = false
    /// Connections that are not answered any more.
    var silent: Set<Int> = []
    /// So many messages to come are sent twice.
    var duplicates = 0
    /// So many orders to come are forgotten: nothing is answered and nothing is done.
    var swallows = 0
    /// So many orders to come work, and are not told.
    var invisible = 0
    /// So many orders to come are refused with this.
    var rejects: [(code: Int, text: String)] = []
    /// Executions are told before the order is.
    var tellsFillsFirst = false
    /// So many order statuses to come are left out.
    var droppedStatuses = 0
    /// Other accounts are said than there are.
    var accounts: [String]?
    /// The gateway's clock goes wrong by so many seconds.
    var skewSeconds: Int64 = 0
    var fills = Fills.parts
    var isReadOnly = false
    var isLinkLost = false
    /// Orders that are filled while the link is lost, by permanent id.
    var owedFills: [Int64] = []
    /// When the link comes back, and whether subscriptions are lost then.
    var linkBack: (at: Moment, isEmpty: Bool)?

    /// How orders are filled.
    enum Fills: String, Hashable, Sendable, CaseIterable {
        /// What is there at the price, often in parts.
        case parts
        /// All at once.
        case whole
        case never
    }

    func isSilent(_ connection: Int) -> Bool { silent.contains(connection) }
}
