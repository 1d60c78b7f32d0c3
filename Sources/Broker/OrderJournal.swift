import Brokerage
import CLinux
import Glibc
import Machine

/// The journal of orders on the disk, of one client id: written before an order is sent.
///
/// It is held by one process; the kernel lets go of it when that dies.
final class OrderJournal {
    let records: [OrderRecord]
    private let path: String
    private let file: Int32

    /// Opens it, or makes it. A last line that was torn is cut off.
    init(_ path: String) throws(BrokerError) {
        self.path = path
        file = v6_openat(
            AT_FDCWD, path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .machine(MachineError("open", path, .errno(errno))) }
        do throws(BrokerError) {
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else { throw .journalTaken(path: path) }
            records = try Self.read(file, path)
        } catch {
            close(file)
            throw error
        }
    }

    deinit { close(file) }

    private static func read(_ file: Int32, _ path: String) throws(BrokerError) -> [OrderRecord] {
        var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
        while true {
            let count = Glibc.read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .machine(MachineError("read", path, .errno(errno))) }
            if count == 0 { break }
            bytes += piece[..<count]
        }
        let found: (records: [OrderRecord], wholeBytes: Int)
        do throws(JournalDamage) {
            found = try OrderJournalText.read(bytes)
        } catch {
            throw .journalDamaged(path: path, error)
        }
        if found.wholeBytes < bytes.count {
            guard ftruncate(file, found.wholeBytes) == 0, fsync(file) == 0 else {
                throw .machine(MachineError("cut", path, .errno(errno)))
            }
        }
        try syncFolder(of: path)
        return found.records
    }

    /// The name of a file that is new is durable with its folder.
    private static func syncFolder(of path: String) throws(BrokerError) {
        let end = path.lastIndex(of: "/") ?? path.startIndex
        let folder = end == path.startIndex ? "/" : String(path[..<end])
        let number = v6_openat(AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard number >= 0 else { throw .machine(MachineError("open", folder, .errno(errno))) }
        defer { close(number) }
        guard fsync(number) == 0 else {
            throw .machine(MachineError("sync", folder, .errno(errno)))
        }
    }

    /// Adds lines; `durably`: waits until they are on the disk, with all before them.
    func append(_ records: [OrderRecord], durably: Bool) throws(MachineError) {
        let bytes = records.flatMap(\.line)
        var at = 0
        while at < bytes.count {
            let count = bytes[at...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw MachineError("write", path, .errno(errno)) }
            at += count
        }
        guard durably else { return }
        guard fdatasync(file) == 0 else { throw MachineError("sync", path, .errno(errno)) }
    }
}
