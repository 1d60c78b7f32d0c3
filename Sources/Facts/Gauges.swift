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
