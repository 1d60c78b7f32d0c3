import TWS

/// The journal's text: a line for each record, its fields parted by blanks, a checksum at its end.
package enum OrderJournalText {
    /// What a journal's bytes say, and how many of them are whole lines.
    ///
    /// A last line that is not whole was being written when the power went: it was never answered,
    /// so that nothing was done because of it. One before the last is damage.
    ///
    /// - Throws: `JournalDamage` for a line that is not whole with others behind it.
    package static func read(
        _ bytes: [UInt8]
    ) throws(JournalDamage) -> (records: [OrderRecord], wholeBytes: Int) {
        var records: [OrderRecord] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: 0x0a) {
            guard let record = OrderRecord(line: bytes[start..<end]) else {
                let rest = bytes[(end + 1)...].split(separator: 0x0a)
                if rest.contains(where: { OrderRecord(line: $0) != nil }) {
                    throw JournalDamage(line: records.count + 1)
                }
                break
            }
            records.append(record)
            start = end + 1
        }
        return (records, start)
    }
}

/// A line of the journal of orders is not as it was written.
package struct JournalDamage: Error, Hashable, Sendable {
    /// Counted from 1.
    package let line: Int

    package init(line: Int) { self.line = line }
}

extension OrderRecord {
    /// With its end.
    package var line: [UInt8] {
        let text = fields.map { Self.escaped($0) }.joined(separator: [0x20])
        let bytes = Array(text)
        return bytes + [0x20] + Array(String(Self.checksum(bytes[...]), radix: 16).utf8) + [0x0a]
    }

    /// Nil for what is not a whole line; without its end.
    init?(line: ArraySlice<UInt8>) {
        guard let blank = line.lastIndex(of: 0x20),
            String(Self.checksum(line[..<blank]), radix: 16)
                == String(decoding: line[(blank + 1)...], as: UTF8.self)
        else { return nil }
        let fields = line[..<blank].split(separator: 0x20, omittingEmptySubsequences: false)
        let raw = fields.map { Self.plain($0) }
        let words = raw.map { String(decoding: $0, as: UTF8.self) }
        switch (words.first, words.count) {
        case ("intent", 5):
            guard let id = Int(words[2]), let at = Int64(words[3]) else { return nil }
            self = .intent(reference: words[1], orderID: id, at: at, raw[4])
        case ("change", 3): self = .change(reference: words[1], raw[2])
        case ("acknowledged", 3):
            guard let id = Int64(words[2]) else { return nil }
            self = .acknowledged(reference: words[1], permanentID: id)
        case ("resolved", 5):
            guard let how = Intent.Resolution(words[2], words[3], words[4]) else { return nil }
            self = .resolved(reference: words[1], how)
        default: return nil
        }
    }

    private var fields: [[UInt8]] {
        switch self {
        case .intent(let reference, let orderID, let at, let bytes):
            [[UInt8]("intent".utf8), Array(reference.utf8)]
                + ["\(orderID)", "\(at)"].map { Array($0.utf8) } + [bytes]
        case .change(let reference, let bytes):
            [[UInt8]("change".utf8), Array(reference.utf8), bytes]
        case .acknowledged(let reference, let permanentID):
            ["acknowledged", reference, "\(permanentID)"].map { Array($0.utf8) }
        case .resolved(let reference, let how):
            (["resolved", reference] + how.fields).map { Array($0.utf8) }
        }
    }

    /// What is printed as it is; a NUL, of which there are a hundred, as a bar; `%` and two digits
    /// for the rest.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case 0: [0x7c]
            case 0x21...0x24, 0x26...0x7b, 0x7d, 0x7e: [byte]
            default:
                [0x25] + Array((byte < 16 ? "0" : "").utf8) + Array(String(byte, radix: 16).utf8)
            }
        }
    }

    private static func plain(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var (plain, at) = ([UInt8](), bytes.startIndex)
        while at < bytes.endIndex {
            let digits = bytes[at...].dropFirst().prefix(2)
            if bytes[at] == 0x25,
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                plain.append(byte)
                at += 3
            } else {
                plain.append(bytes[at] == 0x7c ? 0 : bytes[at])
                at += 1
            }
        }
        return plain
    }

    /// CRC-32 (ISO 3309), bit by bit: lines are few.
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0 as UInt32) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
                sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1
            }
        }
    }
}

extension Intent.Resolution {
    fileprivate var fields: [String] {
        switch self {
        case .filled: ["filled", "0", ""]
        case .cancelled: ["cancelled", "0", ""]
        case .rejected(let code, let text): ["rejected", "\(code)", text]
        case .notSent(let reason): ["notSent", "0", reason]
        case .absent: ["absent", "0", ""]
        case .gone: ["gone", "0", ""]
        case .ended(let word): ["ended", "0", word]
        case .settled: ["settled", "0", ""]
        }
    }

    fileprivate init?(_ word: String, _ code: String, _ text: String) {
        guard let code = Int(code) else { return nil }
        switch word {
        case "filled": self = .filled
        case "cancelled": self = .cancelled
        case "rejected": self = .rejected(code: code, text)
        case "notSent": self = .notSent(text)
        case "absent": self = .absent
        case "gone": self = .gone
        case "ended": self = .ended(text)
        case "settled": self = .settled
        default: return nil
        }
    }
}
