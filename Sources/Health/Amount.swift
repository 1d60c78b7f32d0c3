/// A number with what it counts: a share of a whole, seconds, or pieces.
package struct Amount: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// What is counted, as the Monitoring Plugins write it behind a number.
    package enum Scale: String, Hashable, Sendable { case percent = "%", seconds = "s", count = "" }

    /// Thousandths of a percent, of a second, or of a piece.
    package let thousandths: Int64
    package let scale: Scale

    package init(thousandths: Int64, _ scale: Scale) {
        self.thousandths = thousandths
        self.scale = scale
    }

    /// Whole percents.
    package static func percent(_ number: Int) -> Amount {
        Amount(thousandths: Int64(number) * 1_000, .percent)
    }

    /// Milliseconds.
    package static func milliseconds(_ number: Int64) -> Amount {
        Amount(thousandths: number, .seconds)
    }

    /// Whole pieces.
    package static func count(_ number: Int) -> Amount {
        Amount(thousandths: Int64(number) * 1_000, .count)
    }

    /// The share that `used` is of `total`, rounded up to a hundredth of a percent: what is over a
    /// threshold by any amount shows as over it. More used than there is, or a total of 0, is 100.
    package init(_ used: UInt64, of total: UInt64) {
        scale = .percent
        guard used < total else {
            thousandths = 100_000
            return
        }
        let (high, low) = used.multipliedFullWidth(by: 10_000)
        let (quotient, rest) = total.dividingFullWidth((high, low))
        thousandths = (Int64(quotient) + (rest > 0 ? 1 : 0)) * 10
    }

    /// The number alone, with at most three decimals: `41.37`.
    package var number: String {
        let digits = "\(thousandths.magnitude % 1_000 + 1_000)".dropFirst()
        let decimals = String(digits.reversed().drop { $0 == "0" }.reversed())
        let sign = thousandths < 0 ? "-" : ""
        return "\(sign)\(thousandths.magnitude / 1_000)" + (decimals.isEmpty ? "" : ".\(decimals)")
    }

    /// As people say it: `41.37%`, `12 min`, `2.5`.
    package var description: String {
        scale == .seconds ? ageWords(ms: thousandths) : number + scale.rawValue
    }

    package static func < (left: Amount, right: Amount) -> Bool {
        left.thousandths < right.thousandths
    }
}

/// Over `warn` is degraded, over `fail` is unhealthy.
package struct Thresholds: Hashable, Sendable {
    /// At most `fail`.
    package let warn: Amount
    /// At least `warn`, of the same scale.
    package let fail: Amount

    /// Nil when `warn` is above `fail`, so that nothing would ever be degraded, or when they do
    /// not count the same.
    package init?(warn: Amount, fail: Amount) {
        guard warn <= fail, warn.scale == fail.scale else { return nil }
        self.init(unchecked: warn, fail)
    }

    /// The caller has seen to it that both count the same, and `warn` is at most `fail`.
    init(unchecked warn: Amount, _ fail: Amount) {
        self.warn = warn
        self.fail = fail
    }

    /// For ages that nobody judges: a century.
    package static let never = Thresholds(
        unchecked: .milliseconds(3_155_760_000_000), .milliseconds(3_155_760_000_000))

    /// How a number is.
    package func state(of value: Amount) -> CheckState {
        if value > fail { return .unhealthy }
        return value > warn ? .degraded : .ok
    }
}

/// A duration in the largest unit that says enough: `100 ms`, `45 s`, `12 min`, `5 h`, `3 d`.
package func ageWords(ms: Int64) -> String {
    switch ms {
    case ..<1_000: "\(ms) ms"
    case ..<120_000: "\(ms / 1_000) s"
    case ..<7_200_000: "\(ms / 60_000) min"
    case ..<172_800_000: "\(ms / 3_600_000) h"
    default: "\(ms / 86_400_000) d"
    }
}
