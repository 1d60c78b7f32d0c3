import CLinux
package import Facts
import Glibc

/// A lock that the kernel holds for this process and drops when it dies.
///
/// It is close-on-exec, so no child keeps it. Nothing is ever judged by the file's existence.
package final class KernelLock: Sendable {
    private let file: Int32

    private init(file: Int32) { self.file = file }

    deinit {
        // A child between its fork and its exec has a copy of the descriptor: closing ours alone
        // would leave the lock to it for that long.
        flock(file, LOCK_UN)
        close(file)
    }

    /// - Returns: the lock, or nil when another process holds it.
    /// - Throws: `MachineError` when the lock file cannot be opened.
    package static func take(
        _ path: HostPath, in files: HostFiles
    ) throws(MachineError) -> KernelLock? {
        let parent = try files.openParent(of: path, "lock")
        let folder = parent.number
        let number = Int32(
            try checked("lock", files.outside(path)) {
                Int(
                    v6_openat(
                        folder, String(path.name), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
                )
            })
        let lock = KernelLock(file: number)
        do throws(MachineError) {
            try checked("lock", files.outside(path)) { Int(flock(number, LOCK_EX | LOCK_NB)) }
        } catch {
            if error.ending == .errno(EWOULDBLOCK) { return nil }
            throw error
        }
        return lock
    }
}
