package import Facts
package import Health
package import Machine
package import Services

/// One look at the host: all questions are put at once, and none is waited for longer than its
/// deadline. `v6-health-check` and `v6-reconcile status` look by it alone.
package struct Look: Sendable {
    /// How long one round of questions is waited for.
    package static let deadline: Duration = .seconds(5)

    /// Where the word on units comes from.
    package enum UnitSource: Sendable {
        /// Who starts and stops them.
        case manager(any ServiceManager)
        /// Nobody can be asked, for this reason; then not knowing is no alarm.
        case nobody(String)

        var isManager: Bool {
            if case .manager = self { true } else { false }
        }
    }

    let gauges: any HostGauges
    let clock: any HostClock
    let unitSource: UnitSource
    let root: String

    /// `root`: what stands before each folder: empty, or the folder of a sandbox.
    package init(
        gauges: any HostGauges, clock: any HostClock, unitSource: UnitSource, root: String
    ) {
        self.gauges = gauges
        self.clock = clock
        self.unitSource = unitSource
        self.root = root
    }

    /// Looks once.
    package func seen(_ settings: HealthSettings, _ turn: Reading<TurnStatus>) -> Seen {
        let gauges = gauges
        let units = Question(unitStatuses(settings.unitsToLookAt(turn)))
        let disks = settings.folders.map { folder in
            let place = outside(folder)
            return Question { reading { () throws(MachineError) in try gauges.diskUse(of: place) } }
        }
        let memory = Question { reading { () throws(MachineError) in try gauges.memoryUse() } }
        let load = Question { reading { () throws(MachineError) in try gauges.loadUse() } }
        let clockUse = Question { reading { () throws(MachineError) in try gauges.clockUse() } }
        let end = ContinuousClock.now + Self.deadline
        var seen = Seen(
            now: clock.moment(), turn: turn, units: units.reading(by: end),
            disks: Dictionary(
                zip(settings.folders, disks.map { $0.reading(by: end) })
            ) { first, _ in first },
            memory: memory.reading(by: end), load: load.reading(by: end),
            clock: clockUse.reading(by: end))
        seen.hasManager = unitSource.isManager
        return seen
    }

    private func outside(_ folder: String) -> String {
        root.isEmpty ? folder : folder == "/" ? root : root + folder
    }

    private func unitStatuses(
        _ units: [UnitName]
    ) -> @Sendable () -> Reading<[UnitName: UnitStatus]> {
        { [unitSource] in
            switch unitSource {
            case .nobody(let reason): .unreadable(reason: reason)
            case .manager where units.isEmpty: .present([:])
            case .manager(let manager):
                reading { () throws(ServicesError) in try manager.look(at: units) }
            }
        }
    }
}
