import CLinux
package import Facts
import Glibc
package import Machine

/// The embedded supervisor as a process: `v6-reconcile supervise --root DIR`.
package enum SupervisorDaemon {
    /// Runs until it is told to end, by a request or by SIGTERM or SIGINT.
    ///
    /// There is one for each root: another's lock makes it throw.
    ///
    /// - Parameters:
    ///   - root: the folder that stands for `/`.
    ///   - programRoots: programs below these are looked up below the root; asked at each start.
    ///   - ownsProcess: whether this process does nothing else, so that signals and every child of
    ///     it are the supervisor's; false in tests.
    /// - Throws: `MachineError` when it could not begin.
    package static func run(
        root: String, programRoots: @escaping () -> [HostPath], ownsProcess: Bool = true
    ) throws(MachineError) {
        let files = try HostFiles(root: root, honoursOwners: false)
        try files.makeDirectories(SupervisorPlace.folder, mode: 0o700)
        try files.makeDirectories(SupervisorPlace.logs)
        var lock = try KernelLock.take(SupervisorPlace.lock, in: files)
        guard lock != nil else {
            throw MachineError("supervise", root, .found("another supervisor runs there"))
        }
        if ownsProcess { umask(0o022) }
        let loop = try SupervisorLoop(
            files, ownsProcess: ownsProcess, programRoots: programRoots)
        loop.run()
        // While the lock is held, the sockets are no successor's; and who is told of the end
        // finds everything gone.
        loop.removeSockets()
        lock = nil
        loop.sayFarewell()
    }
}
