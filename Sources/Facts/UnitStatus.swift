/// What the service manager says of one unit.
///
/// Source of the words: systemctl show, org.freedesktop.systemd1(5). The embedded supervisor
/// answers with the same words.
package struct UnitStatus: Hashable, Sendable {
    /// Whether the manager has the unit's file: `loaded`, `not-found`, `bad-setting`, `error`,
    /// `masked`.
    package var load: String
    /// `active`, `reloading`, `inactive`, `failed`, `activating`, `deactivating`.
    package var active: String
    /// The finer word: `running`, `dead`, `auto-restart`, `waiting`, `exited`, `failed`, …
    package var sub: String
    /// `enabled`, `disabled`, `static`, `masked`, … or empty when there is no file.
    package var enablement: String
    /// How the last run ended: `success`, `exit-code`, `signal`, `timeout`, `start-limit-hit`, …
    package var result: String
    /// The id of this run, 32 hexadecimal digits; empty while it has never run.
    package var invocation: String
    /// How often the manager itself restarted it since a person or the reconciler started it.
    package var restarts: Int
    /// The main process; 0 when there is none.
    package var mainProcess: Int32
    /// The exit status of the main process's last end; 0 when it has not ended.
    package var exitStatus: Int32
    /// The file on disk is newer than the one the manager has loaded.
    package var needsReload: Bool
    /// When it last left `inactive`, in microseconds since 1970 by the host's clock; 0 for never.
    package var startedUs: Int64
    /// The pause before an automatic restart.
    package var restartPause: Duration
    /// The program that the main process runs, as proc(5) shows it: a path, ending in ` (deleted)`
    /// when that file is gone; absent where nobody looked.
    package var program: Reading<String> = .absent

    /// The unit file that the manager has loaded, as a path; empty where there is none, or where
    /// the manager does not say.
    package var fragment = ""
    /// The drop-ins that the manager has loaded over it, as paths, wherever they lie.
    package var dropIns: [String] = []

    package init(
        load: String, active: String, sub: String, enablement: String = "",
        result: String = "success", invocation: String = "", restarts: Int = 0,
        mainProcess: Int32 = 0, exitStatus: Int32 = 0, needsReload: Bool = false,
        startedUs: Int64 = 0, restartPause: Duration = .zero
    ) {
        self.load = load
        self.active = active
        self.sub = sub
        self.enablement = enablement
        self.result = result
        self.invocation = invocation
        self.restarts = restarts
        self.mainProcess = mainProcess
        self.exitStatus = exitStatus
        self.needsReload = needsReload
        self.startedUs = startedUs
        self.restartPause = restartPause
    }

    /// Up, as far as the manager knows.
    package var isActive: Bool { active == "active" || active == "reloading" }
}

/// A mutation of one unit, or of the manager's view of it.
package enum UnitAction: String, Hashable, Sendable {
    case start, stop, restart, reload, enable, disable
    /// Takes all links by which it is enabled away, and makes those that its file names now.
    case reenable
    /// Makes it impossible to start, and takes that back.
    case mask, unmask
    /// Makes the manager forget that the unit failed.
    case resetFailed = "reset-failed"
}
