import YAML

extension Scalar {
    /// How much a text of this kind says, to compare two of one place; nil for kinds that are no
    /// amounts, and for texts that are not of the kind.
    func amount(_ text: String) -> Int? {
        switch self {
        case .integer: Int(text)
        case .decimal: Decimal4(text)?.tenThousandths
        case .duration, .interval:
            Duration(interval: text).map {
                Int($0.components.seconds) * 1_000
                    + Int($0.components.attoseconds / 1_000_000_000_000_000)
            } ?? Duration(desired: text).map { Int($0.components.seconds) * 1_000 }
        case .percentage: Percentage(text)?.hundredths
        case .money: Money(text)?.hundredths
        case .size: ByteSize(text)?.bytes
        default: nil
        }
    }
}

extension Shape {
    /// The kind of value at a path; nil where none stands there.
    func scalar(at path: [String]) -> Scalar? {
        let found = path.reduce(Optional(self)) { shape, key in shape?.shape(of: key) }
        guard case .scalar(let scalar) = found else { return nil }
        return scalar
    }

    /// What holds at a path where no document says anything; nil where nothing does.
    func standard(at path: [String]) -> String? {
        let found = path.dropLast().reduce(Optional(self)) { shape, key in shape?.shape(of: key) }
        guard case .map(let fields) = found else { return nil }
        return fields.first { $0.key == path.last }?.standard
    }
}
