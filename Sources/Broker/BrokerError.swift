package import Brokerage
package import Machine

/// Why a broker could not start.
package enum BrokerError: Error, Hashable, Sendable {
    /// A file or a thread that the machine would not give.
    case machine(MachineError)
    /// A line of the journal of orders is damaged: what it says may be an order that is open.
    case journalDamaged(path: String, JournalDamage)
    /// Another process has the journal: it is the same client.
    case journalTaken(path: String)
}
