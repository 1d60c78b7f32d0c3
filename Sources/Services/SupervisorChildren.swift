import CLinux
import Facts
import Glibc
import Machine
import Supervision

/// The processes of the supervisor: started, signalled, and reaped.
final class SupervisorChildren {
    /// How often what is left at the end is looked for and killed.
    private static let strayRoundsMax = 50
    /// How long a killed supervisor's children have for their end.
    private static let leftoverPatience: Duration = .seconds(2)

    private let files: HostFiles
    /// Whether every child of this process is the supervisor's.
    private let ownsProcess: Bool
    /// Asked anew for each start: host.yaml may have changed since this process began.
    private let programRoots: () -> [HostPath]
    /// A descriptor for each child that becomes readable at its end.
    private(set) var handles: [Int32: Int32] = [:]

    init(
        _ files: HostFiles, ownsProcess: Bool, programRoots: @escaping () -> [HostPath]
    ) throws(MachineError) {
        self.files = files
        self.ownsProcess = ownsProcess
        self.programRoots = programRoots
        guard v6_become_subreaper() == 0 else {
            throw MachineError("adopt", "orphans", .errno(errno))
        }
    }

    deinit {
        for handle in handles.values where handle >= 0 { close(handle) }
    }

    /// Starts a child, which leads a session and process group of its own.
    func launch(_ unit: UnitName, _ command: ChildCommand) throws(MachineError) -> Int32 {
        let launch = Launch(
            program: ProgramPlaces(files: files, roots: programRoots()).place(of: command.program),
            arguments: [command.calledAs ?? command.program] + command.arguments,
            environment: command.environment, folder: files.root,
            log: "\(files.outside(SupervisorPlace.logs))/\(unit).log")
        let process = try launch.begin()
        handles[process] = v6_pidfd_open(process)
        return process
    }

    func signal(_ process: Int32, _ signal: ChildSignal, wholeGroup: Bool) {
        guard handles[process] != nil else { return }
        let number =
            switch signal {
            case .terminate: SIGTERM
            case .kill: SIGKILL
            }
        kill(wholeGroup ? -process : process, number)
    }

    /// Reaps what has ended. What a child leaves behind in its group ends with it.
    func reap() -> [(process: Int32, ending: ProcessEnding)] {
        var ended: [(Int32, ProcessEnding)] = []
        for process in handles.keys.sorted() where v6_peek_ended(process) == process {
            ended.append((process, take(process)))
        }
        while ownsProcess {
            let process = v6_peek_ended(0)
            if process <= 0 { break }
            if handles[process] != nil {
                ended.append((process, take(process)))
            } else {
                wait(for: process)
            }
        }
        return ended
    }

    /// Kills all that is left, also what left its group.
    func endStrays() {
        for _ in 0..<Self.strayRoundsMax {
            let strays = strays()
            if strays.isEmpty { return }
            for process in strays {
                kill(process, SIGKILL)
                wait(for: process)
            }
        }
    }

    /// Ends what a supervisor of the same root left running when it was killed: nobody watches
    /// it, and it would run beside the one that is started next.
    func endLeftovers() {
        let leftovers = allProcesses().filter { process in
            let environment = environment(of: process)
            return process != getpid() && environment.contains("V6_ROOT=\(files.root)")
                && environment.contains { $0.hasPrefix("NOTIFY_SOCKET=") }
        }
        let waits = leftovers.map { (process: $0, handle: v6_pidfd_open($0)) }
        for wait in waits { kill(wait.process, SIGTERM) }
        let clock = RealClock()
        let end = clock.sinceBoot() + Self.leftoverPatience
        for wait in waits where wait.handle >= 0 {
            var ended = pollfd(fd: wait.handle, events: Int16(POLLIN), revents: 0)
            while ended.revents == 0, clock.sinceBoot() < end { poll(&ended, 1, 50) }
            if ended.revents == 0 { kill(wait.process, SIGKILL) }
            close(wait.handle)
        }
    }

    private func take(_ process: Int32) -> ProcessEnding {
        // Until it is reaped, no other process can have got its number for a group.
        kill(-process, SIGKILL)
        let status = wait(for: process)
        if let handle = handles.removeValue(forKey: process), handle >= 0 { close(handle) }
        let signal = status & 0x7f
        return signal == 0
            ? .exited((status >> 8) & 0xff) : .signalled(signal, dumpedCore: status & 0x80 != 0)
    }

    @discardableResult
    private func wait(for process: Int32) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// Children of this process that are nobody's main process any more: orphans that it adopted.
    private func strays() -> [Int32] {
        allProcesses().filter { process in
            guard let stat = text("/proc/\(process)/stat"),
                // proc(5): the parent is the second field behind the name's closing bracket.
                let bracket = stat.lastIndex(of: ")"),
                stat[bracket...].split(separator: " ").dropFirst(2).first == "\(getpid())"
            else { return false }
            return ownsProcess || environment(of: process).contains("V6_ROOT=\(files.root)")
        }
    }

    private func allProcesses() -> [Int32] {
        do throws(MachineError) {
            let host = try HostFiles(root: "/", honoursOwners: false)
            let names = try host.list(try SupervisorPlace.joined("/proc")) ?? []
            return names.compactMap { Int32($0) }
        } catch {
            return []
        }
    }

    /// As it began; empty where it cannot be read.
    private func environment(of process: Int32) -> Set<Substring> {
        Set((text("/proc/\(process)/environ") ?? "").split(separator: "\0"))
    }

    private func text(_ path: String) -> String? {
        do throws(MachineError) {
            let host = try HostFiles(root: "/", honoursOwners: false)
            return String(decoding: try host.read(try SupervisorPlace.joined(path)), as: UTF8.self)
        } catch {
            return nil
        }
    }
}
