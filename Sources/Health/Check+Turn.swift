package import Facts

extension Check {
    /// Judges the reconciler's last turn: how it ended, and how long ago.
    package static func lastTurn(
        _ reading: Reading<TurnStatus>, _ thresholds: Thresholds, now: HostMoment
    ) -> Check {
        let subject = "last turn"
        switch reading {
        case .unreadable(let reason): return notSeen(subject, reason)
        case .absent: return withoutTurn(subject, thresholds, now)
        case .present(let turn):
            let ageMs = now.msSince(turn.ended)
            let age = Measure(
                label: "last_turn_age", value: .milliseconds(ageMs), thresholds: thresholds)
            let (state, words) = ending(of: turn)
            return Check(
                subject, CheckState.worst(of: [state, age.state]),
                reason: "\(words), \(age.value) ago\(over(age))", measures: [age], ageMs: ageMs)
        }
    }

    /// None since boot: what a host that was just booted looks like, and one that has no turns.
    private static func withoutTurn(
        _ subject: String, _ thresholds: Thresholds, _ now: HostMoment
    ) -> Check {
        let up = Measure(
            label: "last_turn_age", value: .milliseconds(now.sinceBootMs), thresholds: thresholds)
        return Check(
            subject, CheckState.worst(of: [.degraded, up.state]),
            reason: "none since boot, \(up.value) ago\(over(up))", measures: [up], ageMs: nil)
    }

    /// 5 is unhealthy: the host is on neither commit. The others left it on a healthy one.
    private static func ending(of turn: TurnStatus) -> (CheckState, String) {
        let words = turn.outcome
        switch turn.exitStatus {
        case 0, 2, 3: return (.ok, "\(words), exit \(turn.exitStatus)")
        case 5: return (.unhealthy, "\(words), exit 5: a person is needed")
        default:
            let reason = turn.reason?.split(separator: "\n").first.map { ": \($0)" } ?? ""
            return (.degraded, "\(words), exit \(turn.exitStatus)\(reason)")
        }
    }

    /// Judges what differs from desired state and was not mended, and what is held.
    ///
    /// `sinceMs`: for how long such drift has been seen; nil where nobody remembers.
    package static func drift(
        _ reading: Reading<TurnStatus>, _ thresholds: Thresholds, sinceMs: Int64?,
        now: HostMoment
    ) -> Check {
        let subject = "drift"
        if reading == .absent {
            return Check(subject, .degraded, reason: "no turn since boot has looked", ageMs: nil)
        }
        guard let turn = reading.value else { return notSeen(subject, words(reading)) }
        let left = turn.drift.filter { !$0.isHealed }
        let age = Measure(
            label: "drift_age", value: .milliseconds(left.isEmpty ? 0 : sinceMs ?? 0),
            thresholds: thresholds)
        let measures = [
            Measure(label: "drift", value: .count(left.count), thresholds: nil), age,
            Measure(label: "held", value: .count(turn.held.count), thresholds: nil),
        ]
        var state = age.state
        if !left.isEmpty, sinceMs == nil { state = .degraded }
        if !turn.held.isEmpty { state = CheckState.worst(of: [state, .degraded]) }
        return Check(
            subject, state, reason: reason(turn, left, sinceMs == nil ? nil : age),
            measures: measures,
            ageMs: now.msSince(turn.ended))
    }

    private static func reason(
        _ turn: TurnStatus, _ left: [TurnStatus.Drift], _ age: Measure?
    ) -> String {
        var parts: [String] = []
        if !left.isEmpty {
            let names = left.prefix(namesMax).map(\.address).joined(separator: ", ")
            let more = left.count > namesMax ? " and \(left.count - namesMax) more" : ""
            let time = age.map { ", for \($0.value)\(over($0))" } ?? ""
            parts.append("not healed: \(names)\(more)\(time)")
        }
        for held in turn.held.prefix(namesMax) {
            let gate = held.gate.isEmpty ? "" : "\(held.gate): "
            parts.append("held: \(held.address), \(gate)\(held.reason)")
        }
        let healed = turn.drift.count - left.count
        if healed > 0 { parts.append("\(healed) healed by the last turn") }
        return parts.isEmpty ? "none" : parts.joined(separator: "; ")
    }

    /// Most things that a reason names.
    private static let namesMax = 3
}
