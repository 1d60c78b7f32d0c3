package import Facts

extension Check {
    /// Judges how full a file system is, by bytes and by names.
    package static func disk(
        _ path: String, _ reading: Reading<DiskUse>, _ bytes: Thresholds, inodes: Thresholds
    ) -> Check {
        let subject = "disk \(path)"
        guard let use = reading.value else { return notSeen(subject, words(reading)) }
        let used = Amount(use.bytesUsed, of: use.bytesTotal)
        var measures = [Measure(label: "disk_\(path)", value: used, thresholds: bytes)]
        var parts = ["\(used) of bytes used"]
        if use.inodesTotal > 0 {
            let used = Amount(use.inodesUsed, of: use.inodesTotal)
            measures.append(Measure(label: "inodes_\(path)", value: used, thresholds: inodes))
            parts.append("\(used) of inodes used")
        }
        return measured(subject, parts, measures)
    }

    /// Judges how much of the memory programs have taken and cannot give back.
    package static func memory(
        _ reading: Reading<MemoryUse>, _ thresholds: Thresholds
    ) -> Check {
        guard let use = reading.value else { return notSeen("memory", words(reading)) }
        let used = Amount(use.totalKiB - use.availableKiB, of: use.totalKiB)
        return measured(
            "memory", ["\(used) used"],
            [Measure(label: "memory", value: used, thresholds: thresholds)])
    }

    /// Judges how many processes wanted to run through five minutes, for each core.
    package static func load(_ reading: Reading<LoadUse>, _ thresholds: Thresholds) -> Check {
        guard let use = reading.value else { return notSeen("load", words(reading)) }
        let load = Amount(
            thousandths: Int64(use.fiveMinutesHundredths) * 10 / Int64(max(use.cores, 1)), .count)
        return measured(
            "load", ["\(load) for each of \(use.cores) core\(use.cores == 1 ? "" : "s")"],
            [Measure(label: "load", value: load, thresholds: thresholds)])
    }

    /// Judges whether the kernel's clock is kept right by somebody, and how well.
    ///
    /// `proof`: what proves it, as host.yaml says; nil where nothing does, so that it is not
    /// judged.
    package static func clock(
        _ reading: Reading<ClockUse>, _ thresholds: Thresholds, proof: String?
    ) -> Check {
        guard let proof else {
            return Check("clock", .ok, reason: "not judged: nobody says what proves it")
        }
        guard let use = reading.value else { return notSeen("clock", words(reading)) }
        if let container = use.container {
            return Check(
                "clock", .ok, reason: "not judged: it is the outer machine's (\(container))")
        }
        guard proof != "ib" else {
            return notSeen("clock", "IB is to prove it, and is not asked by this version")
        }
        guard use.isSynchronised else {
            if proof == "kernel" {
                return Check("clock", .degraded, reason: "the kernel says that nobody keeps it")
            }
            return notSeen("clock", "\(proof) does not tell the kernel that it keeps it (rtcsync)")
        }
        let error = Amount.milliseconds((use.estimatedErrorUs + 999) / 1_000)
        return measured(
            "clock", ["synchronised, off by \(error) at most by estimate"],
            [Measure(label: "clock_error", value: error, thresholds: thresholds)])
    }

    /// The worst of the measures; each part of the reason says which threshold it is over.
    private static func measured(
        _ subject: String, _ parts: [String], _ measures: [Measure]
    ) -> Check {
        let explained = zip(parts, measures).map { part, measure in
            part + over(measure)
        }
        return Check(
            subject, CheckState.worst(of: measures.map(\.state)),
            reason: explained.joined(separator: ", "), measures: measures)
    }

    /// ` (over 90%)`, or nothing.
    static func over(_ measure: Measure) -> String {
        switch (measure.state, measure.thresholds) {
        case (.unhealthy, let thresholds?): " (over \(thresholds.fail))"
        case (.degraded, let thresholds?): " (over \(thresholds.warn))"
        default: ""
        }
    }

    /// Why there is no value.
    static func words<Value>(_ reading: Reading<Value>) -> String {
        if case .unreadable(let reason) = reading { reason } else { "there is none" }
    }
}
