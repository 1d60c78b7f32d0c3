import Facts
import Machine
import Services
import Synchronization
import Testing

/// Answers each command with the next result, and keeps what was asked.
private final class ScriptedCommands: CommandRunner {
    private struct State {
        var results: [CommandResult]
        var asked: [Command] = []
    }

    private let state: Mutex<State>

    init(_ results: [CommandResult]) { state = Mutex(State(results: results)) }

    var asked: [Command] { state.withLock(\.asked) }

    /// The verbs of systemctl, in order.
    var verbs: [String] {
        asked.map { command in command.arguments.first { !$0.hasPrefix("-") } ?? "" }
    }

    func run(_ command: Command) throws(MachineError) -> CommandResult {
        let result: CommandResult? = state.withLock { state in
            state.asked.append(command)
            return state.results.isEmpty ? nil : state.results.removeFirst()
        }
        guard let result else { throw MachineError("run", command.program, .errno(2)) }
        return result
    }
}

/// Monotonic time is an hour; the wall clock shows 1,000,000 s.
private struct FixedClock: HostClock {
    func sinceBoot() -> Duration { .seconds(7_200) }
    func wallUs() -> Int64 { 1_000_000_000_000 }
    func monotonicUs() -> Int64 { 3_600_000_000 }
    func wait(_ duration: Duration) {}
}

private func exit(_ status: Int32, _ output: String = "", errors: String = "") -> CommandResult {
    CommandResult(
        ending: .exited(status), output: Array(output.utf8), errors: Array(errors.utf8))
}

private func systemd(_ commands: ScriptedCommands) -> Systemd {
    Systemd(commands: commands, clock: FixedClock())
}

private func unit(_ name: String) -> UnitName {
    guard let unit = UnitName(name) else { preconditionFailure("\(name) is no unit") }
    return unit
}

private let service = unit("a.service")

/// A block of `systemctl show` for `a.service`.
private func shown(_ active: String, _ result: String, status: Int = 1, startUs: Int64) -> String {
    """
    RestartUSec=100ms
    MainPID=0
    Result=\(result)
    NRestarts=0
    ExecMainStatus=\(status)
    Id=a.service
    Names=a.service
    LoadState=loaded
    ActiveState=\(active)
    SubState=\(active)
    FragmentPath=
    DropInPaths=
    UnitFileState=static
    InactiveExitTimestampMonotonic=\(startUs)
    NeedDaemonReload=no
    InvocationID=

    """
}

private let jobFailed = """
    Job for a.service failed because the control process exited with error code.
    See "systemctl status a.service" and "journalctl -xeu a.service" for details.

    """

@Suite struct SystemdTests {
    @Test func oneCallLooksAtAllUnits() throws {
        let commands = ScriptedCommands([exit(0, shownText)])
        let units = shownUnits.map(unit)
        let found = try systemd(commands).look(at: units)
        #expect(found.count == units.count)
        // The wall clock less the monotonic one, added to systemd's stamp.
        let epochUs: Int64 = 996_400_000_000
        #expect(found[units[0]]?.startedUs == epochUs + 1_679_052_821)
        let asked = try #require(commands.asked.first)
        #expect(asked.program == "/usr/bin/systemctl")
        #expect(asked.arguments.prefix(2) == ["show", "--no-pager"])
        #expect(asked.arguments.suffix(units.count + 1) == ["--"] + shownUnits)
        #expect(asked.deadline == .seconds(10))
        #expect(
            asked.environment == [
                "LC_ALL": "C", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "",
                "PATH": "/usr/bin:/bin",
            ])
    }

    @Test func noUnitsNoCall() throws {
        let commands = ScriptedCommands([])
        #expect(try systemd(commands).look(at: []).isEmpty)
        #expect(try systemd(commands).check(staged: []) == ())
        #expect(commands.asked.isEmpty)
    }

    @Test func lookThatCannotBeUnderstoodKnowsNothing() {
        let commands = ScriptedCommands([exit(0, "Id=a.service\n"), exit(1, errors: "no bus\n")])
        for _ in 0..<2 {
            let error = #expect(throws: ServicesError.self) {
                try systemd(commands).look(at: [service])
            }
            guard case .unreachable? = error?.ending else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func hungCommandIsSaidToHang() {
        let commands = ScriptedCommands([CommandResult(ending: .hung)])
        #expect(throws: ServicesError("start", "a.service", .hung(.seconds(200)))) {
            try systemd(commands).perform(.start, on: service)
        }
    }

    @Test func startIsOneCall() throws {
        let commands = ScriptedCommands([exit(0)])
        try systemd(commands).perform(.start, on: service)
        #expect(
            commands.asked.map(\.arguments) == [["--no-ask-password", "start", "--", "a.service"]])
    }

    @Test func failedStartSaysHowTheUnitEnded() {
        let seen = shown("failed", "exit-code", status: 4, startUs: 3_600_000_001)
        let commands = ScriptedCommands([exit(1, errors: jobFailed), exit(0, seen)])
        let words =
            "Job for a.service failed because the control process exited with error code."
            + " (exit-code, status 4)"
        #expect(throws: ServicesError("start", "a.service", .failed(words))) {
            try systemd(commands).perform(.start, on: service)
        }
        #expect(commands.verbs == ["start", "show"])
    }

    @Test(arguments: [("start-limit-hit", 3_600_000_001), ("exit-code", 3_599_999_999)])
    func unitThatSystemdWouldNotEvenTryIsResetAndStarted(result: String, startUs: Int64) throws {
        let seen = shown("failed", result, startUs: startUs)
        let commands = ScriptedCommands([
            exit(1, errors: jobFailed), exit(0, seen), exit(0), exit(0),
        ])
        try systemd(commands).perform(.restart, on: service)
        #expect(commands.verbs == ["restart", "show", "reset-failed", "restart"])
    }

    @Test func busThatIsAwayIsNoFaultOfTheUnit() {
        let away = exit(1, errors: "Failed to connect to bus: No such file or directory\n")
        let commands = ScriptedCommands([away, away])
        let error = #expect(throws: ServicesError.self) {
            try systemd(commands).perform(.start, on: service)
        }
        #expect(error?.isFaultOfUnit == false)
    }

    @Test func stopOfAUnitThatIsNotLoadedIsDone() throws {
        let words = "Failed to stop a.service: Unit a.service not loaded.\n"
        let commands = ScriptedCommands([exit(5, errors: words), exit(1, errors: words)])
        try systemd(commands).perform(.stop, on: service)
        #expect(throws: ServicesError.self) {
            try systemd(commands).perform(.stop, on: service)
        }
    }

    @Test(arguments: [UnitAction.disable, .unmask])
    func whatWasDoneUntilTheNextBootOnlyIsUndoneToo(_ action: UnitAction) throws {
        let commands = ScriptedCommands([exit(0), exit(0)])
        try systemd(commands).perform(action, on: service)
        #expect(commands.verbs == [action.rawValue, action.rawValue])
        #expect(commands.asked.map { $0.arguments.contains("--runtime") } == [false, true])
    }

    @Test(arguments: [UnitAction.reload, .reenable, .mask])
    func everyOtherActionIsOneCall(_ action: UnitAction) throws {
        let commands = ScriptedCommands([exit(0), exit(1)])
        try systemd(commands).perform(action, on: service)
        #expect(
            commands.asked.map(\.arguments) == [
                ["--no-ask-password", action.rawValue, "--", "a.service"]
            ])
        #expect(throws: ServicesError.self) {
            try systemd(commands).perform(action, on: service)
        }
    }

    @Test func verificationIsJudgedByItsExitStatus() throws {
        let words = "v6-cap-x.service: Command relative is not executable: No such file\n"
        let commands = ScriptedCommands([exit(0, errors: "warning\n"), exit(1, errors: words)])
        try systemd(commands).check(staged: ["/s/a.service"])
        let error = #expect(throws: ServicesError.self) {
            try systemd(commands).check(staged: ["/s/a.service"])
        }
        #expect(error?.isFaultOfUnit == true)
        #expect(commands.asked[0].program == "/usr/bin/systemd-analyze")
        #expect(commands.asked[0].arguments.last == "/s/a.service")
    }
}
