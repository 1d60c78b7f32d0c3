/// One look at one thing outside.
///
/// Not knowing is a value of its own: what could not be read is neither there nor gone, and no
/// decision may take it for either.
package enum Reading<Value: Hashable & Sendable>: Hashable, Sendable {
    case present(Value)
    case absent
    case unreadable(reason: String)

    /// The value, when there is one.
    package var value: Value? {
        guard case .present(let value) = self else { return nil }
        return value
    }
}
