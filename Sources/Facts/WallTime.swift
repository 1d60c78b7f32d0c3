/// A second of the wall clock, in UTC.
package struct WallTime: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package let seconds: Int64

    package init(seconds: Int64) { self.seconds = seconds }

    /// From microseconds since 1970, as clocks here say it; the rest of the second is dropped.
    package init(us: Int64) { seconds = us.quotientAndRemainder(dividingBy: 1_000_000).quotient }

    /// As RFC 3339 has it: `2026-09-21T20:15:00Z`.
    package var description: String {
        let day = CivilDate.floor(seconds, 86_400)
        let second = seconds - day * 86_400
        let (year, month, date) = CivilDate(day: day).parts
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(date, 2))"
            + "T\(Self.padded(second / 3_600, 2)):\(Self.padded(second / 60 % 60, 2))"
            + ":\(Self.padded(second % 60, 2))Z"
    }

    /// Reads what `description` writes, of the years 1970 to 9999; nil for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20 else { return nil }
        func number(_ from: Int, _ count: Int) -> Int64? {
            let digits = bytes[from..<from + count]
            guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }
        guard let year = number(0, 4), let month = number(5, 2), let date = number(8, 2),
            let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
            year >= 1970, (1...12).contains(month)
        else { return nil }
        seconds =
            CivilDate(year: year, month: month, date: date).day * 86_400 + hour * 3_600
            + minute * 60 + second
        // A date that does not exist, and any other sign between the numbers, comes back otherwise.
        guard description == text else { return nil }
    }

    /// Later by so much; parts of a second are dropped.
    package func adding(_ duration: Duration) -> WallTime {
        WallTime(seconds: seconds + duration.components.seconds)
    }

    package static func < (left: WallTime, right: WallTime) -> Bool { left.seconds < right.seconds }

    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
