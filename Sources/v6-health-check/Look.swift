import Facts
import Health
import Machine
import Services

/// One look at the host: all questions are put at once, and none is waited for longer than its
/// deadline.
struct Look: Sendable {
    static let deadline: Duration = .seconds(5)

    /// Where the word on units comes from.
    enum UnitSource: Sendable {
        case manager(any ServiceManager)
        /// Nobody can be asked, for this reason; then not knowing is no alarm.
        case nobody(String)

        var isCritical: Bool {
            if case .manager = self { true } else { false }
        }
    }

    let gauges: any HostGauges
    let unitSource: UnitSource
    /// What stands before each folder: empty, or the folder of a sandbox.
    let root: String

    func report(_ wanted: Wanted) -> HealthReport {
        let gauges = gauges
        let units = Question(unitStatuses(wanted.units))
        let disks = wanted.folders.map { folder in
            let place = outside(folder)
            return Question { reading { () throws(MachineError) in try gauges.diskUse(of: place) } }
        }
        let memory = Question { reading { () throws(MachineError) in try gauges.memoryUse() } }
        let end = ContinuousClock.now + Self.deadline
        let statuses = units.reading(by: end)
        var checks = wanted.units.map { unit in
            Check.unit(unit, status(of: unit, in: statuses), isCritical: unitSource.isCritical)
        }
        checks += zip(wanted.folders, disks).map { folder, disk in
            Check.disk(folder, disk.reading(by: end), wanted.diskThresholds)
        }
        checks.append(Check.memory(memory.reading(by: end), wanted.memoryThresholds))
        return HealthReport(checks)
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

    private func status(
        of unit: UnitName, in statuses: Reading<[UnitName: UnitStatus]>
    ) -> Reading<UnitStatus> {
        switch statuses {
        case .present(let all): all[unit].map { .present($0) } ?? .absent
        case .absent: .absent
        case .unreadable(let reason): .unreadable(reason: reason)
        }
    }
}

/// A question that has been put, or could not be put.
private struct Question<Value: Hashable & Sendable> {
    private let asked: Asked<Reading<Value>>?
    private let failure: String

    init(_ question: @escaping @Sendable () -> Reading<Value>) {
        do throws(MachineError) {
            asked = try Asked(question)
            failure = "no answer within \(Look.deadline)"
        } catch {
            asked = nil
            failure = error.description
        }
    }

    /// Waits for the answer; without one, it is unreadable.
    func reading(by end: ContinuousClock.Instant) -> Reading<Value> {
        asked?.answer(by: end) ?? .unreadable(reason: failure)
    }
}

private func reading<Value: Hashable & Sendable, Failure: Error & CustomStringConvertible>(
    _ look: () throws(Failure) -> Value
) -> Reading<Value> {
    do throws(Failure) {
        return .present(try look())
    } catch {
        return .unreadable(reason: error.description)
    }
}
