import Numbers
package import TWS

/// An order that we mean to place: written down before it is sent, and sent once at most.
package struct Intent: Hashable, Sendable {
    /// Unique for good: it comes back in open orders, executions and completed orders.
    package let reference: String
    package let orderID: Int
    /// Seconds since 1970, by the host's clock.
    package let writtenAt: Int64
    package let contract: Contract
    /// As it is wanted; a change that was taken is in it.
    package internal(set) var order: Order
    /// A change that was sent and not answered.
    package internal(set) var change: Order?
    /// 0 until the gateway has told it.
    package internal(set) var permanentID: Int64 = 0
    package internal(set) var state = State.written
    /// On which connection it was sent, counted from 1; 0 before this start of the program.
    var connection = 0
    /// The gateway said that it did not take it, so that not to find it is no wonder.
    var isDenied = false
    /// How many readings in a row did not have it.
    var absences = 0

    /// How far it is known to have come.
    package enum State: Hashable, Sendable {
        /// On the disk, and not sent.
        case written
        case sent
        /// The gateway has told it: what becomes of it comes by itself.
        case acknowledged
        /// What became of it is not known: nothing new is entered before it is.
        case doubtful(String)
        case resolved(Resolution)
    }

    /// How an intent ended. None of these may be executed any more.
    package enum Resolution: Hashable, Sendable {
        case filled
        case cancelled
        case rejected(code: Int, String)
        /// It never left this program.
        case notSent(String)
        /// It was sent, and never arrived: no list of the day has it.
        case absent
        /// It was open and is no more; what was executed is in the executions of its day.
        case gone
        /// With a status of another word.
        case ended(String)
        /// A person said so.
        case settled
    }
}

extension Intent.Resolution {
    /// In words, for a person.
    package var words: String {
        switch self {
        case .filled: "filled"
        case .cancelled: "cancelled"
        case .rejected(let code, let text): "rejected (\(code)): \(text)"
        case .notSent(let reason): "not sent: \(reason)"
        case .absent: "sent, and never arrived"
        case .gone: "not open any more"
        case .ended(let word): "ended: \(word)"
        case .settled: "settled by a person"
        }
    }

    /// What a status means, for an order that is not open any more.
    init(_ status: OrderStatus) {
        switch status {
        case .filled: self = .filled
        case .cancelled, .apiCancelled: self = .cancelled
        case .apiPending, .pendingSubmit, .preSubmitted, .submitted, .pendingCancel, .inactive,
            .other:
            self = .ended(status.word)
        }
    }
}
