import CLinux
package import Facts
import Glibc

/// Tells how full the host is.
package protocol HostGauges: Sendable {
    /// - Throws: `MachineError` when the file system that holds the folder cannot be asked.
    func diskUse(of folder: String) throws(MachineError) -> DiskUse

    /// - Throws: `MachineError` when the kernel does not say it.
    func memoryUse() throws(MachineError) -> MemoryUse
}

/// The real kind: statvfs(3) and `/proc/meminfo`.
package struct RealGauges: HostGauges {
    private static let meminfo = "/proc/meminfo"

    package init() {}

    /// As df(1): what is kept back for root counts neither as used nor as free.
    package func diskUse(of folder: String) throws(MachineError) -> DiskUse {
        var found = statvfs()
        try checked("ask how full is", folder) { Int(statvfs(folder, &found)) }
        let used = UInt64(found.f_blocks - found.f_bfree)
        let names = UInt64(found.f_files - found.f_ffree)
        let block = UInt64(found.f_frsize)
        return DiskUse(
            bytesUsed: used * block, bytesTotal: (used + UInt64(found.f_bavail)) * block,
            inodesUsed: names,
            inodesTotal: found.f_files == 0 ? 0 : names + UInt64(found.f_favail))
    }

    /// `MemTotal` and `MemAvailable`, proc(5).
    package func memoryUse() throws(MachineError) -> MemoryUse {
        let number = try checked("read", Self.meminfo) { Int(Glibc.open(Self.meminfo, O_RDONLY)) }
        let file = Descriptor(Int32(number))
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = try checked("read", Self.meminfo) { read(file.number, &buffer, buffer.count) }
        guard let use = MemoryUse(meminfo: String(decoding: buffer[..<count], as: UTF8.self))
        else {
            throw MachineError(
                "read", Self.meminfo, .found("it does not say MemTotal and MemAvailable"))
        }
        return use
    }
}
