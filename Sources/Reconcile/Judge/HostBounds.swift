package import Facts
import YAML

/// One number of the host that a commit may spoil: `health.checks`.
///
/// Not the load: its average over five minutes says nothing of a window of one, and a build or a
/// backup of somebody else would take a good commit back.
package enum HostNumber: String, Hashable, Sendable, CaseIterable {
    case disk, inodes, memory

    /// Where the number stands from which on the host is unhealthy.
    var path: [String] { ["health", "checks", rawValue, "fail"] }

    /// What a bound of it is written as.
    fileprivate func text(_ bound: Int) -> String { "\(fixedPointText(bound, decimals: 2))%" }
}

/// How full a host may be after a change: `fail` of `health.checks`.
package struct HostBounds: Hashable, Sendable {
    /// Shares in hundredths of a percent.
    package var most: [HostNumber: Int]
    /// Folders whose disks are looked at, sorted.
    package var folders: [String]

    package init(most: [HostNumber: Int] = Self.standard, folders: [String] = ["/"]) {
        self.most = most
        self.folders = Set(folders).sorted()
    }

    /// What holds where no document says anything.
    package static let standard = Dictionary(
        uniqueKeysWithValues: HostNumber.allCases.compactMap { number in
            Schema.desired.standard(at: number.path).flatMap { bound($0, number) }
                .map { (number, $0) }
        })

    /// Reads them from a document that its layers are merged in.
    init(of document: YAMLNode) {
        self.init()
        for number in HostNumber.allCases {
            let text = document.node(at: number.path)?.text
            most[number] = text.flatMap { Self.bound($0, number) } ?? most[number]
        }
        let named = document.node(at: ["health", "checks", "disk", "folders"])?.items ?? []
        folders = Set(named.compactMap(\.text) + ["/"]).sorted()
    }

    private static func bound(_ text: String, _ number: HostNumber) -> Int? {
        Schema.desired.scalar(at: number.path)?.amount(text)
    }

    /// Of each bound the lower one, and the folders of both.
    package func stricter(of other: HostBounds) -> HostBounds {
        HostBounds(
            most: most.merging(other.most) { min($0, $1) }, folders: folders + other.folders)
    }

    /// What is over its bound, with the reason in words, and what could not be looked at.
    package func judge(_ seen: HostNumbers) -> (over: [String: String], unknown: [String: String]) {
        var over: [String: String] = [:]
        var unknown: [String: String] = [:]
        /// `found`: in the unit of the bound.
        func hold(_ number: HostNumber, _ subject: String, _ found: Int) {
            guard let bound = most[number], found > bound else { return }
            let place = number.path.joined(separator: ".")
            over[subject] = "\(number.text(found)), over \(number.text(bound)) (\(place))"
        }
        for folder in folders {
            switch seen.disks[folder] ?? .absent {
            case .present(let use):
                hold(.disk, "disk \(folder)", share(use.bytesUsed, of: use.bytesTotal))
                hold(.inodes, "inodes of \(folder)", share(use.inodesUsed, of: use.inodesTotal))
            case .absent: unknown["disk \(folder)"] = "it was not looked at"
            case .unreadable(let reason): unknown["disk \(folder)"] = reason
            }
        }
        switch seen.memory {
        case .present(let use):
            hold(.memory, "memory", share(use.totalKiB - use.availableKiB, of: use.totalKiB))
        case .absent: unknown["memory"] = "it was not looked at"
        case .unreadable(let reason): unknown["memory"] = reason
        }
        return (over, unknown)
    }
}

/// What one look at the host's numbers found.
package struct HostNumbers: Hashable, Sendable {
    /// By folder.
    package var disks: [String: Reading<DiskUse>]
    package var memory: Reading<MemoryUse>

    package init(disks: [String: Reading<DiskUse>], memory: Reading<MemoryUse>) {
        self.disks = disks
        self.memory = memory
    }
}

/// In hundredths of a percent; 0 of a total of 0, which is no limit.
private func share(_ used: UInt64, of total: UInt64) -> Int {
    total == 0 ? 0 : Int(Double(used) / Double(total) * 10_000)
}
