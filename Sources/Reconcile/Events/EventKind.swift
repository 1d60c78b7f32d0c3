/// What happens in a turn or by a person's word, as `--json` and journald call it.
///
/// The names and ids never change their meaning; docs/events.md lists them with their fields.
package enum EventKind: String, Hashable, Sendable, CaseIterable {
    /// The first line: which program, which format.
    case version
    /// A release is fetched or built.
    case provisionProgress = "provision_progress"
    /// A change that a commit asks for.
    case plannedChange = "planned_change"
    /// A difference that no commit asked for.
    case resourceDrift = "resource_drift"
    /// A gate that is not open.
    case gate
    /// A plan is made, or a turn ends that changed nothing.
    case changeSummary = "change_summary"
    /// A change begins.
    case applyStart = "apply_start"
    /// A change is made.
    case applyComplete = "apply_complete"
    /// A change failed, or the host is stuck between two commits.
    case applyErrored = "apply_errored"
    /// Units are watched through the window.
    case healthStart = "health_start"
    /// The window has passed, or a unit failed in it.
    case healthComplete = "health_complete"
    /// The turn goes back to the healthy commit.
    case rollbackStart = "rollback_start"
    /// It is back there.
    case rollbackComplete = "rollback_complete"
    /// A unit restarted by hand stayed up.
    case restartComplete = "restart_complete"
    /// A warning or an error.
    case diagnostic
    /// A person suspended turns.
    case suspended
    /// A person ended a suspension or the hold of a rollback.
    case resumed
    /// A person took a unit in hand.
    case holdSet = "hold_set"
    /// A person gave a unit back.
    case holdEnded = "hold_ended"

    /// journald's MESSAGE_ID: 128 bits in hexadecimal digits, one for each kind, for good.
    package var messageID: String {
        switch self {
        case .version: "24bb4bd3b65d5226b0b5d824435d1052"
        case .provisionProgress: "a65489b911f2588a821aa8ed9fe2c75a"
        case .plannedChange: "e1216c7f64745d16a9c883acccb0973e"
        case .resourceDrift: "d6b3e4301bc159038c53852facf0f509"
        case .gate: "5eb3f94345925e16b79e0c4b3e78c11f"
        case .changeSummary: "0bf680e5bae857c2911c67de9a273e6d"
        case .applyStart: "e9918f0ce7505c618ecd0eaabed5a123"
        case .applyComplete: "1b49f5b1a31f5069bb16e79d43449822"
        case .applyErrored: "8c23227b5b0553cfa5e034503e148bbc"
        case .healthStart: "01b18bd2448458788f58fb7ba601e02a"
        case .healthComplete: "6481f4d6283f5ed4bac29b1b8c6691cd"
        case .rollbackStart: "5bbc5bf0b45f510799af198ad3b89386"
        case .rollbackComplete: "bd9f9501c3db56c6acdac2d271d19d51"
        case .restartComplete: "c317ae75ca52582d9a42b8cd5ce7e670"
        case .diagnostic: "71363f4d8a5b56279bd101a0c03329fa"
        case .suspended: "db34995823f9554dba69307e2fa2a00a"
        case .resumed: "7c0bf301a7865eb6808406e928d55192"
        case .holdSet: "48a6e12861a758beadffb66959052ef1"
        case .holdEnded: "872043e91422548e8950b864139a536d"
        }
    }
}

/// Of syslog(3), as journald's PRIORITY has it.
package enum EventPriority: Int, Hashable, Sendable {
    case error = 3
    case warning = 4
    case notice = 5
    case info = 6
}
