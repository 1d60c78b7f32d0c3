import Numbers

/// Puts the fields of messages down, each message with its length before it.
struct FieldWriter: FieldCoder {
    static var isReading: Bool { false }

    let side: Side
    private(set) var bytes: [UInt8] = []
    /// Set when a message cannot be put down: a text with a NUL or what is not printable in it.
    private(set) var isRefused = false
    private var start = 0

    init(from side: Side) { self.side = side }

    /// Begins a message; its length is put before it by `end`.
    mutating func begin() {
        start = bytes.count
        isRefused = false
        bytes.append(contentsOf: [0, 0, 0, 0])
    }

    /// - Returns: whether the message was whole; one that was refused has left nothing.
    @discardableResult
    mutating func end() -> Bool {
        let length = bytes.count - start - 4
        guard !isRefused, length <= FrameDecoder.payloadBytesMax else {
            bytes.removeSubrange(start...)
            return false
        }
        for offset in 0..<4 {
            bytes[start + offset] = UInt8(truncatingIfNeeded: length >> (24 - 8 * offset))
        }
        return true
    }

    mutating func refuse() { isRefused = true }

    private mutating func put(_ text: StaticString) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        bytes.append(0)
    }

    mutating func text(_ value: inout String, none: StaticString) {
        if value.isEmpty { return put(none) }
        for byte in value.utf8 {
            // A client may send printable ASCII only, tabs and ends of lines (IB's own check 579).
            let isPlain = (0x20..<0x7f).contains(byte) || [0x09, 0x0a, 0x0d].contains(byte)
            if byte == 0 || side == .client && !isPlain { isRefused = true }
            bytes.append(byte)
        }
        bytes.append(0)
    }

    mutating func whole(_ value: inout Int64) {
        if value < 0 { bytes.append(0x2d) }
        appendDigits(value.magnitude) { bytes.append($0) }
        bytes.append(0)
    }

    mutating func whole(_ value: inout Int64?, unset: UnsetInteger) {
        if var value { return whole(&value) }
        switch unset {
        case .empty: bytes.append(0)
        case .zero: put("0")
        case .maximum: put(side == .client ? "" : "2147483647")
        }
    }

    mutating func number<N: FixedPoint>(_ value: inout N, decimals: Int) {
        appendDecimal(value.units, decimalsAtLeast: decimals) { bytes.append($0) }
        bytes.append(0)
    }

    mutating func number<N: FixedPoint>(
        _ value: inout Stated<N>, decimals: Int, unset: UnsetNumber
    ) {
        switch (value, unset) {
        case (.value(var value), _): number(&value, decimals: decimals)
        case (.infinite, _): put(side == .client ? "Infinite" : "Infinity")
        case (.unset, .zero): put(decimals == 0 ? "0" : "0.0")
        case (.unset, .empty): bytes.append(0)
        case (.unset, .usual): put(side == .client ? "" : "1.7976931348623157E308")
        }
    }

    mutating func model(_ value: inout Double?, none: Double) {
        let number = value ?? none
        if number == number.rounded(), number.magnitude < 1e15 {
            var whole = Int64(number)
            if whole < 0 { bytes.append(0x2d) }
            whole = Int64(whole.magnitude)
            appendDigits(UInt64(whole)) { bytes.append($0) }
            // The two that mean "not computed" are whole numbers on the wire.
            if value != nil { bytes.append(contentsOf: [0x2e, 0x30]) }
        } else {
            bytes.append(contentsOf: "\(number)".utf8)
        }
        bytes.append(0)
    }

    mutating func count(_ value: inout Int) { whole(&value) }
}
