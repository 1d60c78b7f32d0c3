import Facts
import Foundation
import Machine
import Services
import TestKit

/// A real supervisor with real children, on a thread of the test process, below a scratch folder.
///
/// A process of its own is what it is in life; here the starting program is one that fails, so
/// that a test notices if the thread is not found.
final class RunningSupervisor {
    static let patience: Duration = .seconds(20)

    let scratch: ScratchFolder
    let supervisor: Supervisor
    private let thread: Thread
    private let clock = RealClock()

    /// `depth` folders of 40 bytes lie between the scratch folder and the root.
    init(_ files: [String: String], depth: Int = 0, at scratch: ScratchFolder = ScratchFolder())
        throws
    {
        self.scratch = scratch
        var root = scratch.path
        var prefix = ""
        for _ in 0..<depth { prefix += String(repeating: "d", count: 40) + "/" }
        if depth > 0 { root += "/" + prefix.dropLast() }
        scratch.makeFolder(prefix + "etc/systemd/system")
        for (name, text) in files { scratch.write(prefix + name, text) }
        supervisor = Supervisor(
            files: try HostFiles(root: root, honoursOwners: false), program: "/bin/false")
        let daemonRoot = root
        let roots = [try HostPath("/srv"), try HostPath("/opt/v6")]
        thread = Thread {
            do throws(MachineError) {
                try SupervisorDaemon.run(
                    root: daemonRoot, programRoots: { roots }, ownsProcess: false)
            } catch {
                print("supervisor: \(error)")
            }
        }
        thread.start()
        try wait("the supervisor to listen") {
            access(daemonRoot + "/run/v6-supervisor/control", F_OK) == 0
        }
    }

    func status(_ name: String) throws -> UnitStatus {
        let unit = try Self.unit(name)
        guard let status = try supervisor.look(at: [unit])[unit] else { throw NotSo("no \(name)") }
        return status
    }

    func perform(_ action: UnitAction, _ name: String) throws {
        try supervisor.perform(action, on: try Self.unit(name))
    }

    /// Waits until a unit is as it should be.
    func wait(_ name: String, _ isSo: (UnitStatus) -> Bool) throws {
        var last: UnitStatus?
        do {
            try wait("\(name)") {
                let status = try status(name)
                last = status
                return isSo(status)
            }
        } catch let error as NotSo {
            throw NotSo("\(error): \(String(describing: last))")
        }
    }

    func wait(_ what: String, _ isSo: () throws -> Bool) throws {
        let end = clock.sinceBoot() + Self.patience
        while clock.sinceBoot() < end {
            if try isSo() { return }
            clock.wait(.milliseconds(10))
        }
        throw NotSo("waited in vain for \(what)")
    }

    /// Ends it, and waits until its thread has returned.
    func shutDown() throws {
        try supervisor.shutDown()
        try wait("the supervisor's end") { thread.isFinished }
    }

    static func unit(_ name: String) throws -> UnitName {
        guard let unit = UnitName(name) else { throw NotSo("\(name) is no unit name") }
        return unit
    }

    /// Whether it still runs. What has ended and was not reaped does not: on a thread the
    /// supervisor leaves orphans' remains to the test process.
    static func isAlive(_ process: Int32) -> Bool {
        guard let stat = textOfFile("/proc/\(process)/stat"),
            let bracket = stat.lastIndex(of: ")")
        else { return false }
        return stat[bracket...].split(separator: " ").dropFirst().first != "Z"
    }
}

struct NotSo: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
