/// One command that is timed as a whole process, and what is done before each run of it.
struct Timed: Hashable, Sendable {
    /// What the figures call it: `floor`, `turn`.
    var name: String
    /// A script for `sh -euc`, which is not timed; empty for none.
    var before = ""
    /// The program and its arguments.
    var command: [String]

    private static let between = "\u{1f}"

    /// As the driver inside the host reads it back.
    var line: String { ([name, before] + command).joined(separator: Self.between) }

    init(_ name: String, before: String = "", _ command: [String]) {
        self.name = name
        self.before = before
        self.command = command
    }

    /// Reads `line`; nil for anything else.
    init?(line: Substring) {
        let parts = line.split(separator: Self.between, omittingEmptySubsequences: false)
        guard parts.count > 2 else { return nil }
        self.init(String(parts[0]), before: String(parts[1]), parts.dropFirst(2).map(String.init))
    }
}

/// One run of a program, as a whole process.
struct Sample: Hashable, Sendable {
    let name: String
    /// From before it was started until its end was collected, in nanoseconds.
    let tookNs: Int64
    /// Most memory that it, or one of the programs that it ran, had at once, in KiB; never less
    /// than the driver's own (wait4 counts what a child had before its exec).
    let peakKiB: Int

    var line: String { "\(name) \(tookNs) \(peakKiB)" }

    init(name: String, tookNs: Int64, peakKiB: Int) {
        self.name = name
        self.tookNs = tookNs
        self.peakKiB = peakKiB
    }

    /// Reads `line`; nil for anything else.
    init?(line: Substring) {
        let words = line.split(separator: " ")
        guard words.count == 3, let took = Int64(words[1]), let peak = Int(words[2]) else {
            return nil
        }
        self.init(name: String(words[0]), tookNs: took, peakKiB: peak)
    }
}

/// What the samples of one comparison come to.
struct Figures: Hashable, Sendable {
    private let samples: [String: [Sample]]

    init(_ samples: [Sample]) { self.samples = Dictionary(grouping: samples, by: \.name) }

    func medianMs(_ name: String) -> Double { median((samples[name] ?? []).map(\.tookNs)) / 1e6 }

    /// The ratio of the medians of two, and the smallest and largest ratio within one round.
    func ratio(_ name: String, to other: String) -> Ratio {
        let pairs = zip(samples[name] ?? [], samples[other] ?? []).map {
            Double($0.tookNs) / Double($1.tookNs)
        }
        return Ratio(
            ofMedians: medianMs(name) / medianMs(other), smallest: pairs.min() ?? .nan,
            largest: pairs.max() ?? .nan)
    }

    func peakMiB(_ name: String) -> Double {
        Double((samples[name] ?? []).map(\.peakKiB).max() ?? 0) / 1_024
    }
}

struct Ratio: Hashable, Sendable {
    let ofMedians: Double
    let smallest: Double
    let largest: Double
}

private func median(_ values: [Int64]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    if sorted.count % 2 == 1 { return Double(sorted[middle]) }
    return Double(sorted[middle - 1] + sorted[middle]) / 2
}
