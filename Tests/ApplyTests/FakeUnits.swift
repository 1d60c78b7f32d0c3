import Facts
import Machine
import Services
import Synchronization

/// A service manager without processes: what a unit does is said by its file's ExecStart.
///
/// `/bin/fails` fails at once, `/bin/fails-late` fails half a second after its start, anything
/// else stays up; `refused` anywhere in a staged file is refused.
final class FakeUnits: ServiceManager {
    struct Unit: Hashable {
        var isUp = false
        var isEnabled = false
        var hasFailed = false
        var runs = 0
        var startedAt: Duration = .zero
    }

    private let files: HostFiles
    private let clock: FakeClock
    private let units = Mutex<[UnitName: Unit]>([:])
    /// Told of every action before it is carried out.
    let onAction: Mutex<(@Sendable (UnitAction, UnitName) -> Void)?> = Mutex(nil)

    /// Programs that stayed up once, and fail at once from now on.
    let failsNow: Mutex<Set<String>> = Mutex([])

    init(files: HostFiles, clock: FakeClock) {
        self.files = files
        self.clock = clock
    }

    subscript(_ name: UnitName) -> Unit { units.withLock { $0[name] ?? Unit() } }

    /// What every unit does.
    var all: [UnitName: Unit] {
        get { units.withLock { $0 } }
        set { units.withLock { $0 = newValue } }
    }

    private func text(_ name: UnitName) -> String? {
        do {
            let path = try HostPath("/etc/systemd/system/\(name)")
            return String(decoding: try files.read(path), as: UTF8.self)
        } catch {
            return nil
        }
    }

    func hasProgram(_ program: HostPath) -> Bool { true }

    func look(at names: [UnitName]) throws(ServicesError) -> [UnitName: UnitStatus] {
        var statuses: [UnitName: UnitStatus] = [:]
        for name in names {
            let text = text(name)
            let unit = self[name]
            let isLate = text?.contains("/bin/fails-late") == true
            let hasFailed =
                unit.hasFailed
                || (unit.isUp && isLate
                    && clock.sinceBoot() - unit.startedAt >= .milliseconds(500))
            let active = hasFailed ? "failed" : unit.isUp ? "active" : "inactive"
            statuses[name] = UnitStatus(
                load: text == nil ? "not-found" : "loaded", active: active,
                sub: unit.isUp ? "running" : "dead",
                enablement: unit.isEnabled ? "enabled" : "disabled",
                result: hasFailed ? "exit-code" : "success", invocation: "run \(unit.runs)",
                exitStatus: hasFailed ? 3 : 0, startedUs: clock.wallUs())
        }
        return statuses
    }

    func loadUnitFiles() throws(ServicesError) {}

    func perform(_ action: UnitAction, on name: UnitName) throws(ServicesError) {
        onAction.withLock { $0 }?(action, name)
        let failing = failsNow.withLock { $0 }.union(["/bin/fails"])
        let failsAtOnce = failing.contains { text(name)?.contains("\($0)\n") == true }
        units.withLock { units in
            var unit = units[name] ?? Unit()
            switch action {
            case .start, .restart:
                unit.runs += 1
                unit.isUp = !failsAtOnce
                unit.hasFailed = failsAtOnce
                unit.startedAt = clock.sinceBoot()
            case .stop: unit.isUp = false
            case .reload, .mask, .unmask: break
            case .enable, .reenable:
                unit.isEnabled = true
                link(name)
            case .disable:
                unit.isEnabled = false
                unlink(name)
            case .resetFailed: unit.hasFailed = false
            }
            units[name] = unit
        }
    }

    private func link(_ name: UnitName) {
        change { () throws(MachineError) in
            try files.makeDirectories(path("multi-user.target.wants"))
            try files.switchLink(
                path("multi-user.target.wants/\(name)"), to: "/etc/systemd/system/\(name)")
        }
    }

    private func unlink(_ name: UnitName) {
        change { () throws(MachineError) in
            try files.remove(path("multi-user.target.wants/\(name)"))
        }
    }

    private func path(_ name: String) -> HostPath {
        do throws(BadPath) {
            return try HostPath("/etc/systemd/system/\(name)")
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private func change(_ body: () throws(MachineError) -> Void) {
        do throws(MachineError) {
            try body()
        } catch {
            preconditionFailure("\(error)")
        }
    }

    func check(staged: [String]) throws(ServicesError) {
        for path in staged {
            let text: [UInt8]
            do {
                let folder = try HostFiles(root: "/", honoursOwners: false)
                text = try folder.read(try HostPath(path))
            } catch {
                throw ServicesError("verify", path, .unreachable("\(error)"))
            }
            if String(decoding: text, as: UTF8.self).contains("refused") {
                throw ServicesError("verify", path, .failed("it says refused"))
            }
        }
    }
}

/// A clock that only moves when it is waited for.
final class FakeClock: HostClock {
    private let now = Mutex<Duration>(.seconds(1_000))
    /// Told of every wait before it passes.
    let onWait: Mutex<(@Sendable () -> Void)?> = Mutex(nil)

    func sinceBoot() -> Duration { now.withLock { $0 } }
    func monotonicUs() -> Int64 { sinceBoot().components.seconds * 1_000_000 }
    func wallUs() -> Int64 { 1_800_000_000_000_000 + monotonicUs() }

    func wait(_ duration: Duration) {
        onWait.withLock { $0 }?()
        now.withLock { $0 += duration }
    }
}

/// Real programs, that take as long by the clock of a test as it says.
final class TimedCommands: CommandRunner {
    private let clock: FakeClock
    /// Each run.
    let takes: Mutex<Duration> = Mutex(.zero)

    init(_ clock: FakeClock) { self.clock = clock }

    func run(_ command: Command) throws(MachineError) -> CommandResult {
        let takes = takes.withLock { $0 }
        if takes > .zero { clock.wait(takes) }
        return try SpawnedCommands().run(command)
    }
}
