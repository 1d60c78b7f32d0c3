/// How full one file system is. Source: statvfs(3).
package struct DiskUse: Hashable, Sendable {
    /// Bytes in files, and bytes that files of ordinary users could have at most.
    package var bytesUsed: UInt64
    package var bytesTotal: UInt64
    /// Names in use and names possible; both 0 where the file system sets no limit (btrfs).
    package var inodesUsed: UInt64
    package var inodesTotal: UInt64

    package init(bytesUsed: UInt64, bytesTotal: UInt64, inodesUsed: UInt64, inodesTotal: UInt64) {
        self.bytesUsed = bytesUsed
        self.bytesTotal = bytesTotal
        self.inodesUsed = inodesUsed
        self.inodesTotal = inodesTotal
    }
}

/// How full the memory is, in KiB.
package struct MemoryUse: Hashable, Sendable {
    /// All that the kernel manages.
    package var totalKiB: UInt64
    /// What programs could still have without swapping.
    package var availableKiB: UInt64

    package init(totalKiB: UInt64, availableKiB: UInt64) {
        self.totalKiB = totalKiB
        self.availableKiB = availableKiB
    }

    /// Reads the text of `/proc/meminfo`, proc(5); nil when it does not say both numbers.
    package init?(meminfo text: String) {
        func amount(_ key: String) -> UInt64? {
            for line in text.split(separator: "\n") {
                let words = line.split(separator: " ")
                if words.count == 3, words[0] == key, words[2] == "kB" { return UInt64(words[1]) }
            }
            return nil
        }
        guard let total = amount("MemTotal:"), let available = amount("MemAvailable:"),
            total > 0, available <= total
        else { return nil }
        self.init(totalKiB: total, availableKiB: available)
    }
}

/// How many processes want to run.
package struct LoadUse: Hashable, Sendable {
    /// Averages over 1, 5 and 15 minutes, in hundredths.
    package var oneMinuteHundredths: Int
    package var fiveMinutesHundredths: Int
    package var fifteenMinutesHundredths: Int
    /// Processors that they can run on.
    package var cores: Int

    package init(
        oneMinuteHundredths: Int, fiveMinutesHundredths: Int, fifteenMinutesHundredths: Int,
        cores: Int
    ) {
        self.oneMinuteHundredths = oneMinuteHundredths
        self.fiveMinutesHundredths = fiveMinutesHundredths
        self.fifteenMinutesHundredths = fifteenMinutesHundredths
        self.cores = cores
    }

    /// Reads the text of `/proc/loadavg`, proc(5); nil when it does not say the averages.
    package init?(loadavg text: String, cores: Int) {
        let words = text.split(separator: " ")
        guard words.count == 5 else { return nil }
        let averages = words.prefix(3).compactMap { word -> Int? in
            let parts = word.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[1].count == 2 else { return nil }
            return Int(parts[0] + parts[1])
        }
        guard averages.count == 3, averages.allSatisfy({ $0 >= 0 }) else { return nil }
        self.init(
            oneMinuteHundredths: averages[0], fiveMinutesHundredths: averages[1],
            fifteenMinutesHundredths: averages[2], cores: cores)
    }
}

/// How well the kernel's clock is kept. Source: adjtimex(2).
package struct ClockUse: Hashable, Sendable {
    /// Whether somebody keeps it: STA_UNSYNC is not set.
    package var isSynchronised: Bool
    /// How far it is off by the estimate of whoever keeps it, in microseconds.
    package var estimatedErrorUs: Int64
    /// The container that this is, as systemd names it: its clock is the outer machine's. Nil for
    /// a machine of its own.
    package var container: String?

    package init(isSynchronised: Bool, estimatedErrorUs: Int64, container: String? = nil) {
        self.isSynchronised = isSynchronised
        self.estimatedErrorUs = estimatedErrorUs
        self.container = container
    }
}
