import Facts
package import Reconcile

/// What a turn says while it runs; who prints it decides how.
package enum TurnEvent: Sendable {
    case warning(String)
    /// A release is fetched or built: what is going on, now and then.
    case preparing(String)
    case planned(Plan, PlanContext, PlanSides)
    case applying(Change, number: Int, count: Int)
    case judging(units: Int, window: Duration)
    case goingBack(reason: String, to: String)
    case ended(TurnEnd)
}

/// How a turn ended.
package enum TurnEnd: Hashable, Sendable {
    /// Nothing to do: the host matches a healthy commit.
    case unchanged(label: String)
    /// Converged, and healthy through the whole window.
    case healthy(label: String, changes: Int, window: Duration)
    /// No turn was killed.
    case nothingToRecover
    /// What a killed turn began is undone, and the host is as it was when it was healthy; where it
    /// comes from a boot, nothing is started yet.
    case recovered(from: String, to: String)
    /// A part waits for a gate; the rest is done and healthy.
    case deferred(label: String, changes: Int)
    /// Not healthy; the host is on the healthy commit again.
    case wentBack(from: String, to: String, reason: String)
    /// The content failed before and is not tried; the host stays with the healthy commit. `first`
    /// is the commit by which it came.
    case quarantined(label: String, first: String, staysWith: String?, reason: String)
    /// A gate bars the turn as a whole: `suspension`, `rollback`, or one of a single request. What
    /// waits there is `label`.
    case barred(label: String, gate: String, reason: String)
    /// A unit was restarted by hand and stayed up.
    case restarted(unit: String, window: Duration)
    /// A saved plan is not applied, because this has changed since it was made.
    case stale([String])
    /// Nothing changed, or all of it is undone.
    case failed(String)
    /// The newest commit may not act here; the host stays on the healthy one.
    case refused(String)
    /// The host is on neither the one nor the other: a person is needed.
    case stuck(String)
    /// Somebody else mutates.
    case lockHeld

    /// Design, section 6.
    package var exitCode: Int32 {
        switch self {
        case .unchanged, .healthy, .restarted, .nothingToRecover, .recovered: 0
        case .failed: 1
        case .deferred, .barred, .stale: 3
        case .wentBack, .quarantined: 4
        case .stuck: 5
        case .lockHeld: 6
        case .refused: 7
        }
    }
}
