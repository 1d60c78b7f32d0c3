package import Facts

/// What a judge says after a sample.
package enum Verdict: Hashable, Sendable {
    /// Not decided yet: take another sample.
    case waiting
    /// Every unit stayed up, in one run, through the whole window.
    case healthy
    /// One reason, naming the unit.
    case unhealthy(String)
    /// It does not come up, and a newer commit is there: not judged to its end.
    case superseded(String)
    /// The units could not be looked at for so long that nobody can say; no commit is to blame.
    case unknown(String)
}

/// Decides whether the result of a turn is healthy, from samples of units and elapsed time.
///
/// The window begins when every unit is up, and has to pass without one of them failing, ending or
/// being restarted. A unit that is still starting keeps the window from beginning; what never comes
/// up ends at `startMax`. Only units that the turn answers for are judged: what was broken before
/// and was not touched is left out by the caller.
package struct Judge: Sendable {
    /// A start may take this long; longer is a failure. As systemd's DefaultTimeoutStartSec.
    package static let startMax: Duration = .seconds(120)
    /// Added to the slowest automatic restart, so that the window always outlasts it.
    package static let restartMargin: Duration = .seconds(1)

    /// A unit that restarts more slowly than this is not waited for: the turn has a deadline.
    package static let restartPauseMax: Duration = .seconds(600)

    private let units: [UnitName]
    private let fresh: Set<UnitName>
    private let stableFor: Duration
    private var begun: Duration?
    /// Since when the units cannot be looked at, or one of them is not up.
    private var blindSince: Duration?
    private var downSince: Duration?
    private var runs: [UnitName: Run] = [:]

    private struct Run: Hashable {
        var invocation: String
        var restarts: Int
    }

    /// `units`: those that should be up.
    /// `fresh`: those among them that this turn started: any automatic restart of theirs counts.
    /// `stableFor`: as desired; made longer where a unit restarts more slowly than that.
    /// `status`: the units as they were before the window, for their restart pauses.
    package init(
        units: [UnitName], fresh: Set<UnitName>, stableFor: Duration,
        status: [UnitName: UnitStatus]
    ) {
        self.units = units.sorted()
        self.fresh = fresh
        let pause = min(
            units.compactMap { status[$0]?.restartPause }.max() ?? .zero, Self.restartPauseMax)
        self.stableFor = max(stableFor, pause == .zero ? .zero : pause + Self.restartMargin)
    }

    /// How long the window is.
    package var window: Duration { stableFor }

    /// For how long not every unit is up; nil while all are, and while nobody knows.
    package func notUpFor(at elapsed: Duration) -> Duration? { downSince.map { elapsed - $0 } }

    /// `sample`: one look at the units, or why there is none.
    /// `elapsed`: since the end of the last step.
    package mutating func handle(
        _ sample: Reading<[UnitName: UnitStatus]>, at elapsed: Duration
    ) -> Verdict {
        guard let statuses = sample.value else {
            // Nothing is known: neither a failure nor a part of the window.
            begun = nil
            downSince = nil
            let since = blindSince ?? elapsed
            blindSince = since
            return elapsed - since > Self.startMax
                ? .unknown("the state of the units cannot be read") : .waiting
        }
        blindSince = nil
        var isAllUp = true
        for unit in units {
            guard let status = statuses[unit] else {
                return .unhealthy("\(unit) was not looked at")
            }
            if let failure = failure(of: unit, status) { return .unhealthy(failure) }
            if !status.isActive { isAllUp = false }
        }
        return decide(isAllUp: isAllUp, at: elapsed)
    }

    private mutating func decide(isAllUp: Bool, at elapsed: Duration) -> Verdict {
        guard isAllUp else {
            begun = nil
            let since = downSince ?? elapsed
            downSince = since
            return elapsed - since > Self.startMax
                ? .unhealthy("not up after \(Self.startMax)") : .waiting
        }
        downSince = nil
        let start = begun ?? elapsed
        begun = start
        return elapsed - start >= stableFor ? .healthy : .waiting
    }

    private mutating func failure(of unit: UnitName, _ status: UnitStatus) -> String? {
        if status.sub == "auto-restart" {
            return "\(unit) ended (\(how(status))) and is being restarted"
        }
        switch status.active {
        case "active", "reloading": break
        case "activating": return nil
        case "failed": return "\(unit) failed (\(how(status)))"
        default: return "\(unit) is \(status.active)"
        }
        let run = Run(invocation: status.invocation, restarts: status.restarts)
        guard let before = runs[unit] else {
            runs[unit] = run
            guard fresh.contains(unit), run.restarts > 0 else { return nil }
            return "\(unit) did not stay up: restarted \(run.restarts) times since its start"
        }
        if before != run { return "\(unit) did not stay up: it was restarted" }
        return nil
    }

    private func how(_ status: UnitStatus) -> String {
        status.exitStatus == 0 ? status.result : "\(status.result), status \(status.exitStatus)"
    }
}
