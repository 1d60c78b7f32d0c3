package import Facts

/// All checks of one look at the host, and what they come to.
package struct HealthReport: Hashable, Sendable {
    /// In the order in which they are shown.
    package let checks: [Check]
    /// When the look was.
    package let looked: HostMoment
    /// What the last turn said of itself; nil when nothing could be read.
    package let turn: TurnStatus?

    package init(_ checks: [Check], looked: HostMoment, turn: TurnStatus? = nil) {
        self.checks = checks
        self.looked = looked
        self.turn = turn
    }

    /// The worst that is known or must be feared: a critical check that is unknown counts as
    /// unhealthy; any other unknown outranks degraded, because what it hides may be worse.
    package var state: CheckState {
        CheckState.worst(
            of: checks.map { $0.isCritical && $0.state == .unknown ? .unhealthy : $0.state })
    }

    /// Exit status of `v6-health-check`: 0 ok, 1 degraded, 2 unhealthy, 3 unknown.
    package var exitStatus: Int32 { Int32(state.rank) }

    /// Where nothing could be looked at.
    package static let exitStatusUnknown = Int32(CheckState.unknown.rank)
}

extension CheckState {
    /// Ok when there is none.
    static func worst(of states: [CheckState]) -> CheckState {
        let order: [CheckState] = [.unhealthy, .unknown, .degraded]
        return order.first { states.contains($0) } ?? .ok
    }
}
