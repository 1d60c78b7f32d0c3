extension Amount {
    /// Reads `80%` or `99.5%`, 0 to 100 with at most three decimals; nil for anything else.
    package init?(percent text: String) {
        guard text.hasSuffix("%"), let thousandths = fixedPoint(text.dropLast()),
            thousandths <= 100_000
        else { return nil }
        self.init(thousandths: thousandths, .percent)
    }

    /// Reads `2` or `0.75`, with at most three decimals; nil for anything else.
    package init?(number text: String) {
        guard let thousandths = fixedPoint(text[...]) else { return nil }
        self.init(thousandths: thousandths, .count)
    }

    /// Reads `100ms`, `30s`, `5m`, `2h` or `1d`; nil for anything else.
    package init?(duration text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors: [Substring: Int64] = [
            "ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
        ]
        guard digits.utf8.count <= digitsMax, let number = Int64(digits),
            let factor = factors[text[digits.endIndex...]]
        else { return nil }
        self.init(thousandths: number * factor, .seconds)
    }
}

/// Longest number read, in digits: nothing of it overflows.
private let digitsMax = 9

/// Digits with at most three decimals, in thousandths.
private func fixedPoint(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? parts[1] : "0"
    guard parts[0].utf8.count <= digitsMax, (1...3).contains(decimals.utf8.count),
        (parts[0] + decimals).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let whole = Int64(parts[0]),
        let rest = Int64(decimals + String(repeating: "0", count: 3 - decimals.utf8.count))
    else { return nil }
    return whole * 1_000 + rest
}
