import CLinux
import Glibc
import Machine

/// Where a control socket lies: its folder, open, and its name there, so that the folder's path may
/// be longer than a socket's address.
struct ControlPlace: ~Copyable {
    /// A socket's address has 108 bytes, of which the folder takes some.
    static let nameBytesMax = 80

    let folder: Int32
    let name: String

    init(_ path: String) throws(MachineError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let last = String(parts[parts.count - 1])
        let above = parts.count > 1 ? parts.dropLast().joined(separator: "/") + "/" : "."
        guard last.utf8.count <= Self.nameBytesMax else {
            let reason = "its name has more than \(Self.nameBytesMax) bytes"
            throw MachineError("use", path, .found(reason))
        }
        let opened = v6_openat(AT_FDCWD, above, O_DIRECTORY | O_CLOEXEC, 0)
        guard opened >= 0 else { throw MachineError("open", above, .errno(errno)) }
        (folder, name) = (opened, last)
    }

    deinit { close(folder) }
}
