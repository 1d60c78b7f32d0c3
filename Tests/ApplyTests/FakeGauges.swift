import Facts
import Machine
import Synchronization

/// How full a host is said to be.
final class FakeGauges: HostGauges {
    /// Of every disk, in whole percents; nil cannot be looked at.
    private let diskUsed: Mutex<@Sendable () -> UInt64?> = Mutex({ 50 })

    func tellDisk(_ used: @escaping @Sendable () -> UInt64?) { diskUsed.withLock { $0 = used } }

    func diskUse(of folder: String) throws(MachineError) -> DiskUse {
        guard let used = diskUsed.withLock({ $0 })() else {
            throw MachineError("ask how full is", folder, .found("it does not answer"))
        }
        return DiskUse(bytesUsed: used, bytesTotal: 100, inodesUsed: 1, inodesTotal: 100)
    }

    func memoryUse() throws(MachineError) -> MemoryUse {
        MemoryUse(totalKiB: 100, availableKiB: 50)
    }

    func loadUse() throws(MachineError) -> LoadUse {
        LoadUse(
            oneMinuteHundredths: 0, fiveMinutesHundredths: 0, fifteenMinutesHundredths: 0, cores: 1)
    }

    func clockUse() throws(MachineError) -> ClockUse {
        ClockUse(isSynchronised: true, estimatedErrorUs: 0)
    }
}
