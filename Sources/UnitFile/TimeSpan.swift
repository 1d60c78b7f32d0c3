/// The length of a time span as units write it: `5min 20s`, `1h30min`, `1.5h`, `90` (seconds).
///
/// Source: systemd.time(7), "Parsing time spans"; a month has 30.4375 days and a year 365.25.
///
/// - Returns: nil for `infinity`, which means that there is no limit; nil also for a text that is
///   no time span, or one of over 292 years: `isTimeSpan` tells the two apart.
package func timeSpan(_ text: String) -> Duration? {
    var rest = Substring(text.trimmingSpace)
    guard !rest.isEmpty else { return nil }
    var nanoseconds: Int64 = 0
    while !rest.isEmpty {
        guard let term = takeTerm(from: &rest) else { return nil }
        let (sum, overflow) = nanoseconds.addingReportingOverflow(term)
        if overflow { return nil }
        nanoseconds = sum
    }
    return .nanoseconds(nanoseconds)
}

/// Whether a unit may write this where a time span is wanted, `infinity` among them.
package func isTimeSpan(_ text: String) -> Bool {
    text.trimmingSpace == "infinity" || timeSpan(text) != nil
}

/// Takes a number with its unit and the space behind it; answers in nanoseconds.
private func takeTerm(from rest: inout Substring) -> Int64? {
    let whole = takeDigits(from: &rest)
    var fraction: Substring = ""
    if rest.first == "." {
        rest.removeFirst()
        fraction = takeDigits(from: &rest)
        if fraction.isEmpty { return nil }
    }
    guard !whole.isEmpty, let number = Int64(whole) else { return nil }
    skipSpace(in: &rest)
    let word = rest.prefix { $0.isLetter }
    rest.removeFirst(word.count)
    skipSpace(in: &rest)
    guard let unit = nanoseconds(in: word) else { return nil }
    var (total, overflow) = number.multipliedReportingOverflow(by: unit)
    var place = unit
    for digit in fraction.utf8 where !overflow {
        place /= 10
        (total, overflow) = total.addingReportingOverflow(Int64(digit - 0x30) * place)
    }
    return overflow ? nil : total
}

private func takeDigits(from rest: inout Substring) -> Substring {
    let digits = rest.prefix { ("0"..."9").contains($0) && $0.isASCII }
    rest.removeFirst(digits.count)
    return digits
}

private func skipSpace(in rest: inout Substring) {
    rest = rest.drop { $0 == " " || $0 == "\t" }
}

/// How long one of a unit is; seconds where the unit is left out.
private func nanoseconds(in unit: Substring) -> Int64? {
    let second: Int64 = 1_000_000_000
    return switch unit {
    case "nsec", "ns": 1
    case "usec", "us", "µs", "μs": 1_000
    case "msec", "ms": 1_000_000
    case "", "seconds", "second", "sec", "s": second
    case "minutes", "minute", "min", "m": 60 * second
    case "hours", "hour", "hr", "h": 3_600 * second
    case "days", "day", "d": 86_400 * second
    case "weeks", "week", "w": 7 * 86_400 * second
    case "months", "month", "M": 2_629_800 * second
    case "years", "year", "y": 31_557_600 * second
    default: nil
    }
}
