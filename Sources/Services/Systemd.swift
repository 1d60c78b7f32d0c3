package import Facts
package import Machine

/// The host's systemd, asked through systemctl and systemd-analyze.
package struct Systemd: ServiceManager {
    /// After this long a look has hung.
    package static let lookDeadline: Duration = .seconds(10)
    /// After this long a mutation has hung: longer than systemd's own 90 s to start or to stop.
    package static let mutationDeadline: Duration = .seconds(200)
    /// After this long a check of staged units has hung.
    package static let checkDeadline: Duration = .seconds(60)
    /// Most that is taken over from systemctl's words, in characters.
    package static let wordsMax = 400

    private static let environment = [
        "LC_ALL": "C", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "", "PATH": "/usr/bin:/bin",
    ]
    /// How systemctl begins when it is not the unit that is at fault.
    private static let unreachableWords = [
        "Failed to connect to bus", "Failed to get D-Bus connection",
        "Failed to create bus connection", "System has not been booted with systemd",
    ]
    /// LSB's "program is not installed", by which systemctl says "not loaded".
    private static let notLoadedStatus: Int32 = 5

    private let commands: any CommandRunner
    private let systemctl: String
    private let analyze: String
    private let clock: any HostClock

    /// The two programs are absolute paths, of systemctl(1) and of systemd-analyze(1).
    package init(
        commands: any CommandRunner, systemctl: String = "/usr/bin/systemctl",
        analyze: String = "/usr/bin/systemd-analyze", clock: any HostClock
    ) {
        self.commands = commands
        self.systemctl = systemctl
        self.analyze = analyze
        self.clock = clock
    }

    /// Looks at all units in one call of systemctl; for none there is no call.
    package func look(at units: [UnitName]) throws(ServicesError) -> [UnitName: UnitStatus] {
        try statuses(of: units, epochUs: clock.wallUs() - clock.monotonicUs())
    }

    /// Has systemd read all unit files anew.
    package func loadUnitFiles() throws(ServicesError) {
        let tried = "load"
        let result = try run(
            systemctl, ["daemon-reload"], Self.mutationDeadline, tried, "unit files")
        try expectSuccess(of: result, tried, "unit files")
    }

    /// Carries one action out; stopping what is not loaded is done already.
    package func perform(_ action: UnitAction, on unit: UnitName) throws(ServicesError) {
        switch action {
        case .start, .restart: try start(by: action, unit)
        case .stop:
            let result = try mutate(action.rawValue, unit)
            if result.ending == .exited(Self.notLoadedStatus) { return }
            try expectSuccess(of: result, action.rawValue, unit.text)
        case .reload, .enable, .reenable, .mask, .resetFailed:
            let result = try mutate(action.rawValue, unit)
            try expectSuccess(of: result, action.rawValue, unit.text)
        case .disable, .unmask:
            // What was done until the next boot only is not undone by the plain verb.
            for runtime in [[], ["--runtime"]] {
                let result = try mutate(action.rawValue, unit, runtime)
                try expectSuccess(of: result, action.rawValue, unit.text)
            }
        }
    }

    /// Has systemd-analyze verify the files, and judges by its exit status.
    package func check(staged: [String]) throws(ServicesError) {
        if staged.isEmpty { return }
        let result = try run(
            analyze, ["verify", "--man=no", "--"] + staged, Self.checkDeadline, "verify", "units")
        try expectSuccess(of: result, "verify", "units")
    }

    /// By its path as it stands.
    package func hasProgram(_ program: HostPath) -> Bool { canStart(program.text) }

    /// Starts or restarts; a unit that systemd would not even try, because it was started too
    /// often, is given one more chance.
    private func start(by action: UnitAction, _ unit: UnitName) throws(ServicesError) {
        let askedUs = clock.monotonicUs()
        var result = try begin(action, unit)
        if result.succeeded { return }
        var found = afterFailure(of: unit)
        if let seen = found, seen.active == "failed",
            seen.result == "start-limit-hit" || seen.startedUs < askedUs
        {
            let reset = try mutate("reset-failed", unit)
            try expectSuccess(of: reset, "reset", unit.text)
            result = try mutate(action.rawValue, unit)
            if result.succeeded { return }
            found = afterFailure(of: unit)
        }
        let ending = found.flatMap { $0.result == "success" ? nil : $0 }
        try expectSuccess(
            of: result, action.rawValue, unit.text,
            detail: ending.map { " (\($0.result), status \($0.exitStatus))" } ?? "")
    }

    /// A unit that is still on its way at the deadline is at fault; a manager that answers nothing
    /// any more is not its fault.
    private func begin(
        _ action: UnitAction, _ unit: UnitName
    ) throws(ServicesError) -> CommandResult {
        do throws(ServicesError) {
            return try mutate(action.rawValue, unit)
        } catch {
            let onItsWay = ["activating", "deactivating", "failed"]
            guard case .hung(let deadline) = error.ending, let seen = afterFailure(of: unit),
                onItsWay.contains(seen.active)
            else { throw error }
            throw ServicesError(
                action.rawValue, unit.text, .failed("it is \(seen.active) after \(deadline)"))
        }
    }

    /// What became of a unit, with its start as a monotonic stamp; nil when that is not to be had:
    /// the failure is reported all the same.
    private func afterFailure(of unit: UnitName) -> UnitStatus? {
        do throws(ServicesError) {
            return try statuses(of: [unit], epochUs: 0)[unit]
        } catch {
            return nil
        }
    }

    private func statuses(
        of units: [UnitName], epochUs: Int64
    ) throws(ServicesError) -> [UnitName: UnitStatus] {
        var seen: Set<UnitName> = []
        let asked = units.filter { seen.insert($0).inserted }
        if asked.isEmpty { return [:] }
        let properties = SystemctlShow.properties.joined(separator: ",")
        let result = try run(
            systemctl,
            ["show", "--no-pager", "--property=\(properties)", "--"] + asked.map(\.text),
            Self.lookDeadline, "look at", "units")
        guard result.succeeded else {
            throw ServicesError("look at", "units", .unreachable(Self.words(of: result)))
        }
        do throws(BadShow) {
            return try SystemctlShow.statuses(in: result.output, of: asked, epochUs: epochUs)
        } catch {
            throw ServicesError("look at", "units", .unreachable(error.description))
        }
    }

    private func mutate(
        _ verb: String, _ unit: UnitName, _ options: [String] = []
    ) throws(ServicesError) -> CommandResult {
        try run(
            systemctl, ["--no-ask-password"] + options + [verb, "--", unit.text],
            Self.mutationDeadline, verb, unit.text)
    }

    private func run(
        _ program: String, _ arguments: [String], _ deadline: Duration, _ tried: String,
        _ subject: String
    ) throws(ServicesError) -> CommandResult {
        let command = Command(
            program, arguments, environment: Self.environment, deadline: deadline)
        let result: CommandResult
        do throws(MachineError) {
            result = try commands.run(command)
        } catch {
            throw ServicesError(tried, subject, .unreachable(error.description))
        }
        switch result.ending {
        case .exited: return result
        case .hung: throw ServicesError(tried, subject, .hung(deadline))
        case .signalled(let signal):
            throw ServicesError(
                tried, subject, .unreachable("\(program) was ended by signal \(signal)"))
        case .flooded:
            throw ServicesError(tried, subject, .unreachable("\(program) printed without end"))
        }
    }

    private func expectSuccess(
        of result: CommandResult, _ tried: String, _ subject: String, detail: String = ""
    ) throws(ServicesError) {
        if result.succeeded { return }
        let words = Self.words(of: result)
        // A job that somebody else cancelled says nothing of the unit.
        let isCancelled = words.hasPrefix("Job for ") && words.contains(" canceled")
        if isCancelled || Self.unreachableWords.contains(where: { words.hasPrefix($0) }) {
            throw ServicesError(tried, subject, .unreachable(words))
        }
        throw ServicesError(tried, subject, .failed(words + detail))
    }

    /// What a failed program said, in one line and without its advice.
    private static func words(of result: CommandResult) -> String {
        let text = result.errors.isEmpty ? result.outputText : result.errorText
        let lines = text.split(whereSeparator: \.isNewline).prefix { line in
            !line.hasPrefix("See ") && !line.hasPrefix("To force a start")
        }
        let line = lines.joined(separator: "; ")
        return line.isEmpty ? "it failed without a word" : String(line.prefix(wordsMax))
    }
}
