extension Duration {
    /// Longest that desired state may ask for, in seconds: a year.
    static let desiredSecondsMax = 366 * 86_400

    private static let desiredScales = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]

    /// Reads `30s 5m 2h 1d`; nil for anything else.
    package init?(desired text: String) {
        guard let last = text.last,
            let scale = Self.desiredScales.first(where: { $0.0 == String(last) })?.1,
            let number = wholeNumber(text.dropLast()), number <= Self.desiredSecondsMax / scale
        else { return nil }
        self = .seconds(number * scale)
    }

    /// Reads `100ms` too, up to an hour; nil for anything else.
    package init?(interval text: String) {
        if text.hasSuffix("ms") {
            guard let number = wholeNumber(text.dropLast(2)), number <= 3_600_000 else {
                return nil
            }
            self = .milliseconds(number)
        } else {
            self.init(desired: text)
            guard self <= .seconds(3_600) else { return nil }
        }
    }

    /// In its one spelling, in milliseconds where seconds do not do.
    package var intervalText: String {
        let milliseconds = Int(components.attoseconds / 1_000_000_000_000_000)
        guard milliseconds > 0 else { return desiredText }
        return "\(Int(components.seconds) * 1_000 + milliseconds)ms"
    }

    /// In its one spelling: the largest unit that needs no fraction.
    package var desiredText: String {
        let seconds = Int(components.seconds)
        let fit = Self.desiredScales.first { seconds % $0.1 == 0 && seconds >= $0.1 } ?? ("s", 1)
        return "\(seconds / fit.1)\(fit.0)"
    }
}

/// Digits alone, without sign or space; nil for anything else, and for more than an Int holds.
func wholeNumber(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
}

/// A whole number and up to `decimals` digits behind a point, in units of the last of them; nil for
/// anything else.
func fixedPoint(_ text: some StringProtocol, decimals: Int) -> Int? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first.flatMap({ wholeNumber($0) }), parts.count <= 2 else { return nil }
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let (scaled, overflows) = whole.multipliedReportingOverflow(by: scale)
    guard !overflows else { return nil }
    guard parts.count == 2 else { return scaled }
    let digits = parts[1]
    guard (1...decimals).contains(digits.utf8.count), let fraction = wholeNumber(digits) else {
        return nil
    }
    let missing = (digits.utf8.count..<decimals).reduce(1) { scale, _ in scale * 10 }
    let (sum, overflowsToo) = scaled.addingReportingOverflow(fraction * missing)
    return overflowsToo ? nil : sum
}

/// The same the other way round, without zeros at its end.
func fixedPointText(_ value: Int, decimals: Int) -> String {
    let scale = (0..<decimals).reduce(1) { scale, _ in scale * 10 }
    let (whole, fraction) = value.quotientAndRemainder(dividingBy: scale)
    guard fraction > 0 else { return "\(whole)" }
    let digits = String(fraction)
    let padded = String(repeating: "0", count: decimals - digits.utf8.count) + digits
    return "\(whole)." + String(padded.reversed().drop { $0 == "0" }.reversed())
}
