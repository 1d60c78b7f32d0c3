/// What is timed against what.
enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The floor program.
    case floor
    /// A turn that finds nothing to do.
    case turn
    /// The same without asking the repository: `--plan`.
    case plan
}

/// One run of a program, as a whole process.
struct Sample: Hashable, Sendable {
    let kind: Kind
    /// From before it was started until its end was collected, in nanoseconds.
    let tookNs: Int64
    /// Most memory that it, or one of the programs that it ran, had at once, in KiB; never less
    /// than the driver's own (wait4 counts what a child had before its exec).
    let peakKiB: Int

    var line: String { "\(kind.rawValue) \(tookNs) \(peakKiB)" }

    init(kind: Kind, tookNs: Int64, peakKiB: Int) {
        self.kind = kind
        self.tookNs = tookNs
        self.peakKiB = peakKiB
    }

    /// Reads `line`; nil for anything else.
    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count == 3, let kind = Kind(rawValue: String(words[0])),
            let took = Int64(words[1]), let peak = Int(words[2])
        else { return nil }
        self.init(kind: kind, tookNs: took, peakKiB: peak)
    }
}

/// What the samples of one number of files come to.
struct Figures: Hashable, Sendable {
    let samples: [Kind: [Sample]]

    init(_ samples: [Sample]) { self.samples = Dictionary(grouping: samples, by: \.kind) }

    func medianMs(_ kind: Kind) -> Double { median((samples[kind] ?? []).map(\.tookNs)) / 1e6 }

    /// The ratio of the medians, and the smallest and largest ratio within one round.
    func ratios(_ kind: Kind) -> (ofMedians: Double, smallest: Double, largest: Double) {
        let pairs = zip(samples[kind] ?? [], samples[.floor] ?? []).map {
            Double($0.tookNs) / Double($1.tookNs)
        }
        return (medianMs(kind) / medianMs(.floor), pairs.min() ?? .nan, pairs.max() ?? .nan)
    }

    func peakMiB(_ kind: Kind) -> Double {
        Double((samples[kind] ?? []).map(\.peakKiB).max() ?? 0) / 1_024
    }
}

private func median(_ values: [Int64]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    let middle = sorted.count / 2
    if sorted.count % 2 == 1 { return Double(sorted[middle]) }
    return Double(sorted[middle - 1] + sorted[middle]) / 2
}
