package import Facts
import Machine

/// A question that has been put, or could not be put; none is waited for longer than `deadline`.
package struct Question<Value: Hashable & Sendable> {
    private let asked: Asked<Reading<Value>>?
    private let failure: String

    /// Puts the question on a thread of its own.
    package init(_ question: @escaping @Sendable () -> Reading<Value>) {
        do throws(MachineError) {
            asked = try Asked(question)
            failure = "no answer within \(Look.deadline)"
        } catch {
            asked = nil
            failure = error.description
        }
    }

    /// Waits for the answer; without one, it is unreadable.
    package func reading(by end: ContinuousClock.Instant) -> Reading<Value> {
        asked?.answer(by: end) ?? .unreadable(reason: failure)
    }
}

/// The value, or why there is none.
package func reading<Value: Hashable & Sendable, Failure: Error & CustomStringConvertible>(
    _ look: () throws(Failure) -> Value
) -> Reading<Value> {
    do throws(Failure) {
        return .present(try look())
    } catch {
        return .unreadable(reason: error.description)
    }
}
