import Facts
package import UnitFile

/// The settings of a service that the supervisor honours, with systemd's defaults.
///
/// `ExecStop=` and its like are not honoured: a stop is SIGTERM, and SIGKILL after
/// `TimeoutStopSec=`. Source: systemd.service(5), systemd.unit(5).
package struct ServiceSettings: Hashable, Sendable {
    /// How long a start may take; for `oneshot` there is no limit.
    package static let startTimeoutDefault: Duration = .seconds(90)
    /// How long after SIGTERM the SIGKILL comes.
    package static let stopTimeoutDefault: Duration = .seconds(90)
    /// The pause before an automatic restart.
    package static let restartPauseDefault: Duration = .milliseconds(100)
    /// So many starts are allowed within the interval.
    package static let startLimitBurstDefault = 5
    /// The interval in which starts are counted.
    package static let startLimitIntervalDefault: Duration = .seconds(10)

    /// When a service counts as started. `exec` is taken for `simple`: a child that cannot be
    /// executed fails either.
    package enum Kind: Hashable, Sendable {
        case simple, notify, oneshot
    }

    /// Who may send notifications: the main process, or all of its session.
    package enum NotifyAccess: Hashable, Sendable {
        case none, main, all
    }

    /// `Type=`.
    package var kind = Kind.simple
    /// `NotifyAccess=`; for `notify` at least `main`.
    package var notifyAccess = NotifyAccess.none
    /// `ExecStartPre=`, run one after another before the commands.
    package var preparations: [ExecCommand] = []
    /// Exactly one, but for `oneshot`: there they run one after another.
    package var commands: [ExecCommand] = []
    /// `Environment=`, by name.
    package var environment: [String: String] = [:]
    /// `Restart=`.
    package var restart = RestartPolicy.no
    /// `RestartSec=`.
    package var restartPause = restartPauseDefault
    /// Nil: no limit.
    package var startTimeout: Duration? = startTimeoutDefault
    /// Nil: no limit.
    package var stopTimeout: Duration? = stopTimeoutDefault
    /// `StartLimitBurst=`; 0: no limit.
    package var startLimitBurst = startLimitBurstDefault
    /// `StartLimitIntervalSec=`.
    package var startLimitInterval = startLimitIntervalDefault
    /// Exit statuses and signals that are no failure, beside the usual ones.
    package var successStatuses: Set<Int32> = []
    /// Signals, by number.
    package var successSignals: Set<Int32> = []
    /// Exit statuses after which there is no automatic restart.
    package var finalStatuses: Set<Int32> = []
    /// `RemainAfterExit=`: active also when its process has ended well.
    package var remainsAfterExit = false
    /// Whether SIGTERM goes to the whole process group, or to the main process alone.
    package var terminatesGroup = true
}

extension ServiceSettings {
    /// The settings of `[Service]` that are honoured.
    static let honoured: Set<String> = [
        "Type", "NotifyAccess", "ExecStartPre", "ExecStart", "Environment", "Restart",
        "RestartSec", "TimeoutStartSec", "TimeoutStopSec", "TimeoutSec", "SuccessExitStatus",
        "RestartPreventExitStatus", "RemainAfterExit", "KillMode",
    ]

    /// - Throws: `UnitFault` for what systemd would refuse, or what cannot be honoured at all.
    init(_ file: UnitText, of unit: UnitName) throws(UnitFault) {
        let specifiers = Specifiers(of: unit)
        try readKind(file)
        preparations = try Self.commands(file, "ExecStartPre", specifiers)
        commands = try Self.commands(file, "ExecStart", specifiers)
        guard !commands.isEmpty else { throw UnitFault("[Service] has no ExecStart=") }
        guard commands.count == 1 || kind == .oneshot else {
            throw UnitFault("more than one ExecStart= is for Type=oneshot only")
        }
        for assignments in file.values("Service", "Environment") {
            let words = try UnitText.words(specifiers.expanding(assignments), "Environment")
            for assignment in words {
                guard let sign = assignment.firstIndex(of: "="), sign != assignment.startIndex
                else { throw UnitFault("Environment=\(assignment) is no assignment") }
                environment[String(assignment[..<sign])] = String(
                    assignment[assignment.index(after: sign)...])
            }
        }
        try readRestart(file)
        try readTimes(file)
        (successStatuses, successSignals) = try Self.statuses(file, "SuccessExitStatus")
        finalStatuses = try Self.statuses(file, "RestartPreventExitStatus").codes
        remainsAfterExit = try file.truth("Service", "RemainAfterExit") ?? false
        switch file.value("Service", "KillMode") {
        case nil, "", "control-group": terminatesGroup = true
        case "mixed", "process", "none": terminatesGroup = false
        case let other?: throw UnitFault("KillMode=\(other) is unknown")
        }
    }

    private mutating func readKind(_ file: UnitText) throws(UnitFault) {
        switch file.value("Service", "Type") {
        case nil, "", "simple", "exec": kind = .simple
        case "notify": kind = .notify
        case "oneshot": kind = .oneshot
        case let other?: throw UnitFault("Type=\(other) is not supported")
        }
        switch file.value("Service", "NotifyAccess") {
        case nil, "": notifyAccess = kind == .notify ? .main : .none
        case "none": notifyAccess = kind == .notify ? .main : .none
        case "main", "exec": notifyAccess = .main
        case "all": notifyAccess = .all
        case let other?: throw UnitFault("NotifyAccess=\(other) is unknown")
        }
    }

    private mutating func readRestart(_ file: UnitText) throws(UnitFault) {
        if let text = file.value("Service", "Restart"), !text.isEmpty {
            guard let policy = RestartPolicy(rawValue: text) else {
                throw UnitFault("Restart=\(text) is unknown")
            }
            restart = policy
        }
        if kind == .oneshot, restart == .always || restart == .onSuccess {
            throw UnitFault("Restart=\(restart.rawValue) is not for Type=oneshot")
        }
        // systemd's older place for these two was [Service], and it still reads them there.
        for section in ["Unit", "Service"] {
            if let text = file.value(section, "StartLimitBurst") {
                guard let burst = Int(text), burst >= 0 else {
                    throw UnitFault("StartLimitBurst=\(text) is no number")
                }
                startLimitBurst = burst
            }
            for key in ["StartLimitIntervalSec", "StartLimitInterval"] {
                switch try file.span(section, key) {
                case .left: break
                case .endless: startLimitInterval = Self.endless
                case .of(let interval): startLimitInterval = interval
                }
            }
        }
    }

    private mutating func readTimes(_ file: UnitText) throws(UnitFault) {
        if kind == .oneshot { startTimeout = nil }
        for key in ["TimeoutSec", "TimeoutStartSec"] {
            try file.readTimeout("Service", key, into: &startTimeout)
        }
        for key in ["TimeoutSec", "TimeoutStopSec"] {
            try file.readTimeout("Service", key, into: &stopTimeout)
        }
        switch try file.span("Service", "RestartSec") {
        case .left: break
        case .endless: restartPause = Self.endless
        case .of(let pause): restartPause = pause
        }
    }

    /// What stands for `infinity` where a time is added to: a hundred years.
    private static let endless: Duration = .seconds(100 * 365 * 86_400)

    private static func commands(
        _ file: UnitText, _ key: String, _ specifiers: Specifiers
    ) throws(UnitFault) -> [ExecCommand] {
        var commands: [ExecCommand] = []
        for text in file.values("Service", key) {
            var command: ExecCommand
            do throws(UnitFileError) {
                // Read as if it kept its variables: only so can `$$NAME` be told from `$NAME`.
                command = try ExecCommand.parse(":" + specifiers.expanding(text))
                command.keepsVariables = text.prefix { "@-:+!|".contains($0) }.contains(":")
            } catch {
                throw UnitFault("\(key)=\(text): \(error)")
            }
            guard command.program.utf8.first == UInt8(ascii: "/") else {
                throw UnitFault("\(key)=\(text): the program's path is not absolute")
            }
            commands.append(command)
        }
        return commands
    }

    private static func statuses(
        _ file: UnitText, _ key: String
    ) throws(UnitFault) -> (codes: Set<Int32>, signals: Set<Int32>) {
        var codes: Set<Int32> = []
        var signals: Set<Int32> = []
        for word in file.values("Service", key).flatMap({ $0.split(separator: " ") }) {
            let name = word.hasPrefix("SIG") ? word.dropFirst(3) : word
            if let code = UInt8(word) {
                codes.insert(Int32(code))
            } else if let signal = signalNumbers[name] {
                signals.insert(signal)
            } else {
                throw UnitFault("\(key)=\(word) is neither a status nor a signal")
            }
        }
        return (codes, signals)
    }

    private static let signalNumbers: [Substring: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ABRT": 6, "KILL": 9, "USR1": 10, "USR2": 12, "PIPE": 13,
        "ALRM": 14, "TERM": 15,
    ]
}
