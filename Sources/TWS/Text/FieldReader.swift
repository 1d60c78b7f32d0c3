import Numbers

/// Reads the fields of one payload, each ended by a NUL.
///
/// It never traps and never reads beyond the payload. The first field that does not fit is noted;
/// what is read after it is empty, and the message as a whole is given up. The payload's memory has
/// to stay as it is while there is a reader.
struct FieldReader: FieldCoder {
    static var isReading: Bool { true }

    /// What was wrong first, and in which field of the message, counted from 0.
    private(set) var fault: Fault?
    /// How many fields were read.
    private(set) var index = 0
    let side: Side
    private let bytes: UnsafePointer<UInt8>?
    private let end: Int
    private var at = 0

    enum Fault: Hashable {
        case missing, badNumber, tooMany, notExpected
    }

    /// Most items of one list in a message: far more than any gateway has, few enough for memory.
    static let itemsMax = 100_000

    init(_ payload: UnsafeRawBufferPointer, from side: Side) {
        bytes = payload.baseAddress?.assumingMemoryBound(to: UInt8.self)
        end = payload.count
        self.side = side
    }

    /// Whether every byte was read.
    var isAtEnd: Bool { at >= end }

    /// How many fields have not been read.
    var fieldsLeft: Int {
        guard let bytes else { return 0 }
        return (at..<max(at, end)).reduce(0) { $0 + (bytes[$1] == 0 ? 1 : 0) }
    }

    /// The place of the next field's bytes; nil when there is none, which is a fault.
    private mutating func next() -> Range<Int>? {
        guard fault == nil, let bytes else {
            note(.missing)
            return nil
        }
        let start = at
        while at < end {
            if bytes[at] == 0 {
                at += 1
                index += 1
                return start..<(at - 1)
            }
            at += 1
        }
        note(.missing)
        return nil
    }

    private mutating func note(_ new: Fault) {
        if fault == nil { fault = new }
    }

    mutating func refuse() { note(.notExpected) }

    /// The kind of a message, which is its first field; nil when that is no number.
    mutating func messageID() -> Int? {
        var number: Int64 = -1
        whole(&number)
        return fault == nil && number >= 0 ? Int(number) : nil
    }

    mutating func text(_ value: inout String, none: StaticString) {
        guard let range = next(), let bytes, !range.isEmpty else {
            value = ""
            return
        }
        if none.utf8CodeUnitCount == range.count, isSpelled(range, none) {
            value = ""
            return
        }
        value = String(
            decoding: UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count),
            as: UTF8.self)
    }

    private func isSpelled(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard let bytes, range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count
        where bytes[range.lowerBound + offset] != text.utf8Start[offset] { return false }
        return true
    }

    mutating func whole(_ value: inout Int64) {
        var found: Int64?
        whole(&found, unset: .empty)
        guard let found else { return note(.badNumber) }
        value = found
    }

    /// Empty and the largest 32-bit number are both open, whoever wrote them.
    mutating func whole(_ value: inout Int64?, unset: UnsetInteger) {
        value = nil
        guard fault == nil, let bytes else { return note(.missing) }
        let isNegative = at < end && bytes[at] == 0x2d
        if isNegative { at += 1 }
        let start = at
        var number: Int64 = 0
        while at < end, bytes[at] &- 0x30 < 10 {
            // 18 digits are below 2^63.
            guard at - start < 18 else { return note(.badNumber) }
            number = number &* 10 &+ Int64(bytes[at] &- 0x30)
            at += 1
        }
        guard at < end else { return note(.missing) }
        guard bytes[at] == 0 else { return note(.badNumber) }
        let isEmpty = at == start
        at += 1
        index += 1
        if isEmpty { return isNegative ? note(.badNumber) : () }
        if number == Int64(Int32.max) || number == 0 && unset == .zero { return }
        value = isNegative ? -number : number
    }

    mutating func number<N: FixedPoint>(_ value: inout N, decimals: Int) {
        var stated = Stated<N>.unset
        number(&stated, decimals: decimals, unset: .usual)
        guard case .value(let found) = stated else { return note(.badNumber) }
        value = found
    }

    mutating func number<N: FixedPoint>(
        _ value: inout Stated<N>, decimals: Int, unset: UnsetNumber
    ) {
        value = .unset
        guard fault == nil, let bytes else { return note(.missing) }
        if isLargestDouble(bytes) { return }
        let start = at
        if let read = DecimalText(bytes, end, at: &at), at < end, bytes[at] == 0 {
            at += 1
            index += 1
            // Quantities are exact; prices are what a gateway computed, with more digits.
            let units = N.self == Quantity.self ? read.exactUnits : read.nearestUnits
            if let units {
                if !Self.isOpen(read) { value = .value(N(units: units)) }
            } else if !Self.isOpen(read) {
                note(.badNumber)
            }
            return
        }
        at = start
        value = wordAsNumber()
    }

    /// Passes over the usual spelling of what is open, of which an order has dozens: told by its
    /// bytes, it costs a tenth of a number.
    private mutating func isLargestDouble(_ bytes: UnsafePointer<UInt8>) -> Bool {
        let spelling: StaticString = "1.7976931348623157E308"
        let count = spelling.utf8CodeUnitCount
        guard at + count < end, bytes[at + count] == 0, bytes[at + count - 4] == 0x45 else {
            return false
        }
        let (found, wanted) = (
            UnsafeRawPointer(bytes + at), UnsafeRawPointer(spelling.utf8Start)
        )
        for offset in [0, 8, 14]
        where found.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            != wanted.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        {
            return false
        }
        at += count + 1
        index += 1
        return true
    }

    /// Every way that gateways and clients have to spell that a number is not there, but words.
    private static func isOpen(_ read: DecimalText) -> Bool {
        switch (read.digits, read.exponent) {
        // The largest double, of which as many digits are kept as fit.
        case (17_976_931_348_623_157, 292): true
        case (9_223_372_036_854_775_807, 0), (9_223_372_036_854_775_808, 0): true
        case (2_147_483_647, 0): !read.isNegative
        default: false
        }
    }

    /// A field that is no number: empty, or a word for one.
    private mutating func wordAsNumber<N>() -> Stated<N> {
        guard let range = next() else { return .unset }
        if range.isEmpty || isSpelled(range, "NaN") { return .unset }
        if isSpelled(range, "Infinity") || isSpelled(range, "Infinite") { return .infinite }
        note(.badNumber)
        return .unset
    }

    mutating func model(_ value: inout Double?, none: Double) {
        value = nil
        guard fault == nil, let bytes else { return note(.missing) }
        let start = at
        if let read = DecimalText(bytes, end, at: &at), at < end, bytes[at] == 0 {
            at += 1
            index += 1
            if Self.isOpen(read) { return }
            let number = read.nearestDouble ?? double(start..<(at - 1))
            if number != none, number.isFinite { value = number }
            return
        }
        at = start
        let word: Stated<Price> = wordAsNumber()
        if case .infinite = word { note(.badNumber) }
    }

    /// The long way, for a number with more digits than are usual.
    private func double(_ range: Range<Int>) -> Double {
        guard let bytes else { return .nan }
        let text = UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
        return Double(String(decoding: text, as: UTF8.self)) ?? .nan
    }

    mutating func count(_ value: inout Int) {
        var number: Int64? = 0
        whole(&number, unset: .zero)
        value = 0
        guard let number, number != 0 else { return }
        // Each item has at least one byte.
        guard number > 0, number <= Self.itemsMax, number <= end - at else {
            return note(.tooMany)
        }
        value = Int(number)
    }
}
