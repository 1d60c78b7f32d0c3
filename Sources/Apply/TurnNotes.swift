import Facts
import Health
import Reconcile

/// What a turn will want to say of itself when it has ended; nothing is decided by it.
final class TurnNotes {
    let begunSinceBoot: Duration
    let clock: String?
    /// The record as it was read or written last; nil when it has to be read again.
    var record: Record? {
        didSet { if let record { isBetweenCommits = record.attempted != nil } }
    }
    /// Whether a turn that was killed left the host between two commits, and this one has not
    /// ended that.
    private(set) var isBetweenCommits = false
    /// The newest commit.
    var desired: String?
    var warnings: [String] = []
    private(set) var drift: [TurnStatus.Drift] = []
    private(set) var held: [TurnStatus.Held] = []
    /// What going back left as it was, because a person has it in hand.
    var leftAlone: [Held] = []
    /// What the commit wants that the host was last planned towards.
    private(set) var units: [UnitName: String] = [:]

    init(begunSinceBoot: Duration, clock: String?) {
        self.begunSinceBoot = begunSinceBoot
        self.clock = clock
    }

    /// The record is being changed: it has to be read again.
    func forgetRecord() { record = nil }

    /// A plan was made: its drift is found, and healed only when the turn settles.
    func add(_ plan: Plan, towards target: Target) {
        held = plan.held.map { Self.held("\($0.address)", $0.gate, $0.reason) }
        held += plan.obstacles.map { Self.held($0.subject, "", $0.reason) }
        for change in plan.changes where change.cause == .drift {
            let found = TurnStatus.Drift(
                address: "\(change.address)", action: change.action.rawValue,
                details: change.details, isHealed: false)
            drift.removeAll { $0.address == found.address }
            drift.append(found)
        }
        want(target)
    }

    /// The host is as a plan towards this wants it.
    func settle(on target: Target) {
        for index in drift.indices { drift[index].isHealed = true }
        isBetweenCommits = false
        want(target)
    }

    /// The end, with what was left alone on the way back.
    func naming(_ end: TurnEnd) -> TurnEnd {
        guard case .wentBack(let from, let to, let reason) = end, !leftAlone.isEmpty else {
            return end
        }
        let names = leftAlone.map { "\($0.address)" }.joined(separator: ", ")
        return .wentBack(from: from, to: to, reason: "\(reason); left alone, on hold: \(names)")
    }

    private func want(_ target: Target) {
        units = target.desired.services.compactMapValues(\.state?.rawValue)
    }

    private static func held(
        _ address: String, _ gate: String, _ reason: String
    ) -> TurnStatus.Held {
        TurnStatus.Held(address: address, gate: gate, reason: reason)
    }
}
