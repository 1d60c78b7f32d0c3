import Glibc
import Machine
import Synchronization

/// A small process that outlives ours and clears a host away when ours has ended, however it
/// ended: it reads from a socket whose other end only we hold.
final class Keeper: Sendable {
    private let process: pid_t
    private let lifeline: Mutex<Int32?>

    init(of folder: HostFolder) throws {
        var ends: [Int32] = [0, 0]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw HostError("keep host \(folder.name)", String(cString: strerror(errno)))
        }
        defer { close(ends[1]) }
        do {
            process = try spawnBeside(
                ["/bin/sh", "-c", Self.waiting + Self.sweeping]
                    + Self.arguments(for: folder), input: ends[1], output: "/dev/null")
        } catch {
            close(ends[0])
            throw error
        }
        lifeline = Mutex(ends[0])
        Self.endAtExit(self)
    }

    /// Clears the host away and waits until it is gone; the second time, nothing.
    func end() {
        let end = lifeline.withLock { lifeline in
            defer { lifeline = nil }
            return lifeline
        }
        guard let end else { return }
        close(end)
        if !ends(process, within: HostFolder.deadline) { kill(process, SIGKILL) }
    }

    /// Clears away the hosts of processes that are gone, whose keepers were killed too.
    static func sweepStale() throws {
        for folder in names(in: HostFolder.above) where folder.hasPrefix(HostFolder.prefix) {
            guard let owner = pid_t(folder.dropFirst(HostFolder.prefix.count)),
                kill(owner, 0) != 0, errno == ESRCH
            else { continue }
            for name in names(in: HostFolder.above + "/" + folder) {
                let command = Command(
                    "/bin/sh",
                    ["-c", sweeping] + arguments(for: HostFolder(name: name, owner: owner)),
                    environment: plainEnvironment(), deadline: HostFolder.deadline)
                _ = try SpawnedCommands().run(command)
            }
        }
    }

    private static func arguments(for folder: HostFolder) -> [String] {
        ["sh", folder.path, folder.group, folder.machine]
    }

    /// Ctrl-C and the like end the tests, and must not end this before them.
    private static let waiting = "trap '' HUP INT TERM; cat >/dev/null; "

    /// `$1` the folder, `$2` the control group, `$3` the machine's name. The processes are found
    /// by their control group, so that no number of a process is ever remembered wrongly.
    private static let sweeping = """
        groups=
        for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
            [ -d "$hierarchy/$2" ] && groups="$groups $hierarchy/$2"
        done
        for round in $(seq 200); do
            [ -n "$groups" ] || break
            processes=$(find $groups -name cgroup.procs -exec cat {} + | sort -u)
            [ -n "$processes" ] || break
            kill -KILL $processes
            sleep 0.05
        done
        [ -z "$groups" ] || find $groups -depth -type d -exec rmdir {} +
        umount -l "$1/root" "$1"
        rmdir "$1" "${1%/*}" "/run/systemd/nspawn/propagate/$3"
        for group in $groups; do rmdir "${group%/*}"; done
        """

    /// A process that ends in good order waits for its hosts to be gone.
    private static func endAtExit(_ keeper: Keeper) {
        let isFirst = kept.withLock { kept in
            kept.append(keeper)
            return kept.count == 1
        }
        guard isFirst else { return }
        atexit { Keeper.kept.withLock { $0 }.forEach { $0.end() } }
    }

    private static let kept = Mutex<[Keeper]>([])
}

/// The names in a folder; none when it cannot be read.
private func names(in folder: String) -> [String] {
    guard let open = opendir(folder) else { return [] }
    defer { closedir(open) }
    var names: [String] = []
    while let entry = readdir(open) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}
