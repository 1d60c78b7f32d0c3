import CLinux
package import Facts
import Glibc

/// Tells how full the host is.
package protocol HostGauges: Sendable {
    /// - Throws: `MachineError` when the file system that holds the folder cannot be asked.
    func diskUse(of folder: String) throws(MachineError) -> DiskUse

    /// - Throws: `MachineError` when the kernel does not say it.
    func memoryUse() throws(MachineError) -> MemoryUse

    /// - Throws: `MachineError` when the kernel does not say it.
    func loadUse() throws(MachineError) -> LoadUse

    /// - Throws: `MachineError` when the kernel does not say it, or may not be asked.
    func clockUse() throws(MachineError) -> ClockUse
}

/// The real kind: statvfs(3), `/proc` and adjtimex(2).
package struct RealGauges: HostGauges {
    private static let meminfo = "/proc/meminfo"
    private static let loadavg = "/proc/loadavg"
    /// Where systemd names the container that it runs in: systemd-detect-virt(1).
    private static let containerName = "/run/systemd/container"

    package init() {}

    /// As df(1): what is kept back for root counts neither as used nor as free.
    package func diskUse(of folder: String) throws(MachineError) -> DiskUse {
        var found = statvfs()
        try checked("ask how full is", folder) { Int(statvfs(folder, &found)) }
        // Some file systems of others tell more free than there is.
        guard found.f_bfree <= found.f_blocks, found.f_ffree <= found.f_files else {
            throw MachineError(
                "ask how full is", folder, .found("it tells more free than there is"))
        }
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
        guard let use = MemoryUse(meminfo: try Self.text(of: Self.meminfo)) else {
            throw MachineError(
                "read", Self.meminfo, .found("it does not say MemTotal and MemAvailable"))
        }
        return use
    }

    package func loadUse() throws(MachineError) -> LoadUse {
        let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        guard let use = LoadUse(loadavg: try Self.text(of: Self.loadavg), cores: max(1, cores))
        else { throw MachineError("read", Self.loadavg, .found("it does not say the averages")) }
        return use
    }

    package func clockUse() throws(MachineError) -> ClockUse {
        let container: String?
        do throws(MachineError) {
            container = try Self.text(of: Self.containerName).filter { !$0.isWhitespace }
        } catch {
            guard error.isAbsence else { throw error }
            container = nil
        }
        var found = v6_clock()
        do throws(MachineError) {
            try checked("ask", "the kernel's clock") { Int(v6_look_at_clock(&found)) }
        } catch {
            // A container may not even ask; nobody wants to know.
            guard container != nil else { throw error }
        }
        return ClockUse(
            isSynchronised: found.is_synchronised != 0,
            estimatedErrorUs: Int64(found.estimated_error_us), container: container)
    }

    /// The beginning of one of the kernel's small files.
    private static func text(of path: String) throws(MachineError) -> String {
        let number = try checked("read", path) { Int(Glibc.open(path, O_RDONLY | O_CLOEXEC)) }
        let file = Descriptor(Int32(number))
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = try checked("read", path) { read(file.number, &buffer, buffer.count) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}
