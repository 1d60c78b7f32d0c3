/// What may stand at one place of desired state.
///
/// `Schema.desired` is the one table of them: the reader checks by it, and the JSON Schema for
/// editors and `docs/desired.md` are made from it.
package indirect enum Shape: Hashable, Sendable {
    /// One text, number or truth value.
    case scalar(Scalar)
    /// Any number of the same, in order.
    case list(Shape)
    /// Keys of a closed list, each with a shape of its own.
    case map([Field])
    /// Names that whoever writes desired state chooses, each standing for the same shape.
    case table(names: Scalar, Shape)
}

/// One key of a closed mapping.
package struct Field: Hashable, Sendable {
    /// As it is written.
    package let key: String
    package let shape: Shape
    /// What it means, as one sentence.
    package let summary: String
    /// What holds where it is left out, as it would be written; nil where nothing does.
    package let standard: String?
    /// Whether its mapping means nothing without it: with what to write, for the fault.
    package let needed: String?
    /// Whether it has to stand there as soon as a unit reads a part that it belongs to.
    package let isNeededWhenRead: Bool
    /// The key was removed: what stands in its place now. Such a name is never used again.
    package let successor: String?

    init(
        _ key: String, _ shape: Shape, _ summary: String, standard: String? = nil,
        needed: String? = nil, whenRead: Bool = false
    ) {
        self.key = key
        self.shape = shape
        self.summary = summary
        self.standard = standard
        self.needed = needed
        isNeededWhenRead = whenRead
        successor = nil
    }

    init(_ key: String, _ scalar: Scalar, _ summary: String, standard: String? = nil) {
        self.init(key, .scalar(scalar), summary, standard: standard)
    }

    /// A key that once was, and what to write instead.
    init(_ key: String, removed successor: String) {
        self.key = key
        shape = .scalar(.text)
        summary = "Removed; write \(successor)."
        standard = nil
        needed = nil
        isNeededWhenRead = false
        self.successor = successor
    }
}
