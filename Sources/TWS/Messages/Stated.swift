/// A number as a message states it.
package enum Stated<Value: Hashable & Sendable>: Hashable, Sendable {
    case value(Value)
    /// Left open, or not computed.
    case unset
    case infinite

    /// The number, where one is stated.
    package var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }
}
