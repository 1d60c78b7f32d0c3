/// How a child process ended.
package enum ProcessEnding: Hashable, Sendable {
    case exited(Int32)
    /// By a signal of this number.
    case signalled(Int32, dumpedCore: Bool)

    /// The exit status, or the signal's number, as systemd shows it.
    var number: Int32 {
        switch self {
        case .exited(let status): status
        case .signalled(let number, _): number
        }
    }
}

/// How a run of a service ended, in systemd's words (systemd.exec(5), `$SERVICE_RESULT`).
package enum RunResult: String, Hashable, Sendable {
    case success, timeout, signal, resources, `protocol`
    case exitCode = "exit-code"
    case coreDump = "core-dump"
    case startLimitHit = "start-limit-hit"

    /// For a daemon, being ended by SIGHUP, SIGINT, SIGPIPE or SIGTERM is clean.
    init(of ending: ProcessEnding, _ settings: ServiceSettings, isDaemon: Bool) {
        switch ending {
        case .exited(let status):
            let isClean = status == 0 || settings.successStatuses.contains(status)
            self = isClean ? .success : .exitCode
        case .signalled(let number, let dumpedCore):
            let isClean =
                settings.successSignals.contains(number)
                || (isDaemon && Self.cleanSignals.contains(number))
            self = isClean ? .success : dumpedCore ? .coreDump : .signal
        }
    }

    private static let cleanSignals: Set<Int32> = [1, 2, 13, 15]
}

/// After which ends a service is started again by itself.
///
/// Source: systemd.service(5), table "Exit causes and the effect of the Restart= settings".
package enum RestartPolicy: String, Hashable, Sendable {
    case no, always
    case onSuccess = "on-success"
    case onFailure = "on-failure"
    case onAbnormal = "on-abnormal"
    case onAbort = "on-abort"
    case onWatchdog = "on-watchdog"

    func restarts(after result: RunResult) -> Bool {
        switch self {
        case .no, .onWatchdog: false
        case .always: true
        case .onSuccess: result == .success
        case .onFailure: result != .success
        case .onAbnormal: [.signal, .coreDump, .timeout].contains(result)
        case .onAbort: [.signal, .coreDump].contains(result)
        }
    }
}
