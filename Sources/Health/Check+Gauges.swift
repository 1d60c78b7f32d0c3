package import Facts

extension Check {
    /// Judges how full a file system is, by bytes and by names.
    package static func disk(
        _ path: String, _ reading: Reading<DiskUse>, _ thresholds: Thresholds
    ) -> Check {
        let subject = "disk \(path)"
        guard let use = reading.value else { return notSeen(subject, reading) }
        let bytes = Percent(use.bytesUsed, of: use.bytesTotal)
        var measures = [Measure(label: "disk_\(path)", value: bytes, thresholds: thresholds)]
        var parts = ["\(bytes) of bytes used"]
        if use.inodesTotal > 0 {
            let inodes = Percent(use.inodesUsed, of: use.inodesTotal)
            measures.append(
                Measure(label: "inodes_\(path)", value: inodes, thresholds: thresholds))
            parts.append("\(inodes) of inodes used")
        }
        return measured(subject, parts, measures)
    }

    /// Judges how much of the memory programs have taken and cannot give back.
    package static func memory(
        _ reading: Reading<MemoryUse>, _ thresholds: Thresholds
    ) -> Check {
        guard let use = reading.value else { return notSeen("memory", reading) }
        let used = Percent(use.totalKiB - use.availableKiB, of: use.totalKiB)
        return measured(
            "memory", ["\(used) used"],
            [Measure(label: "memory", value: used, thresholds: thresholds)])
    }

    /// The worst of the measures; each part of the reason says which threshold it is over.
    private static func measured(
        _ subject: String, _ parts: [String], _ measures: [Measure]
    ) -> Check {
        let explained = zip(parts, measures).map { part, measure in
            switch measure.state {
            case .unhealthy: "\(part) (over \(measure.thresholds.fail))"
            case .degraded: "\(part) (over \(measure.thresholds.warn))"
            case .ok, .unknown: part
            }
        }
        return Check(
            subject: subject, state: CheckState.worst(of: measures.map(\.state)),
            isCritical: false, reason: explained.joined(separator: ", "), measures: measures)
    }

    private static func notSeen<Value>(_ subject: String, _ reading: Reading<Value>) -> Check {
        let reason =
            if case .unreadable(let reason) = reading { reason } else { "there is none" }
        return Check(
            subject: subject, state: .unknown, isCritical: false, reason: reason, measures: [])
    }
}
