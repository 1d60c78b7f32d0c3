package import Facts

/// The supervisor's decisions: every unit it knows, and what is to be done about each event.
///
/// It has no clock and no processes. Instants are durations since an epoch of the driver's own
/// that never jumps.
package struct UnitTable: Hashable, Sendable {
    /// When the supervisor began; timers take it for the boot.
    let begunAt: Duration
    /// What every child finds in its environment.
    let environment: [String: String]
    var records: [UnitName: UnitRecord] = [:]
    var startsSoFar = 0
    /// Who waits for the supervisor's end; nil while it is not ending.
    var shutDownRequests: [Int]?
    /// What the event at hand led to so far.
    var actions: [SupervisorAction] = []

    /// The environment is every child's; a unit's own settings go over it.
    package init(begunAt: Duration, environment: [String: String]) {
        self.begunAt = begunAt
        self.environment = environment
    }

    /// The units that are loaded.
    package var loaded: Set<UnitName> {
        Set(records.filter { $0.value.definition != nil }.keys)
    }

    /// What is loaded of a unit.
    package func definition(of unit: UnitName) -> UnitDefinition? { records[unit]?.definition }

    /// When time alone will make something happen next; nil: never.
    package var nextWake: Duration? {
        (records.values.compactMap(\.deadline) + records.keys.compactMap(nextElapse)).min()
    }

    /// Takes note of an event, and says what is to be done. Invocation ids are made from `random`.
    package mutating func handle(
        _ event: SupervisorEvent, at now: Duration, random: inout some RandomNumberGenerator
    ) -> [SupervisorAction] {
        actions = []
        switch event {
        case .startAsked(let unit, let request): startAsked(unit, request, now, &random)
        case .stopAsked(let unit, let request): stopAsked(unit, request, now)
        case .restartAsked(let unit, let request): restartAsked(unit, request, now, &random)
        case .resetAsked(let unit, let request): resetAsked(unit, request)
        case .shutDownAsked(let request): shutDownAsked(request, now)
        case .filesLoaded(let definitions):
            for unit in Set(records.keys).union(definitions.keys) {
                records[unit, default: UnitRecord()].load(definitions[unit])
            }
        case .fileLoaded(let unit, let definition):
            records[unit, default: UnitRecord()].load(definition)
        case .spawned(let unit, let process): spawned(unit, process, now)
        case .spawnFailed(let unit): spawnFailed(unit, now, &random)
        case .ended(let process, let ending): ended(process, ending, now, &random)
        case .notified(let sender, let session, let fields):
            notified(sender, session, fields, now)
        case .timePassed: break
        }
        passTime(now, &random)
        if shutDownRequests != nil { goOnShuttingDown(now) }
        defer { actions = [] }
        return actions
    }

    private mutating func startAsked(
        _ unit: UnitName, _ request: Int, _ now: Duration,
        _ random: inout some RandomNumberGenerator
    ) {
        guard let record = startable(unit, request) else { return }
        switch record.phase {
        case .running, .exited, .standing: answer([request], .done)
        case .launching, .starting: records[unit]?.startRequests.append(request)
        case .stopping:
            records[unit]?.startRequests.append(request)
            records[unit]?.startsAgain = true
        case .inactive, .failed, .pausing:
            records[unit]?.startRequests.append(request)
            beginAnew(unit, now, &random)
        }
    }

    private mutating func restartAsked(
        _ unit: UnitName, _ request: Int, _ now: Duration,
        _ random: inout some RandomNumberGenerator
    ) {
        guard startable(unit, request) != nil else { return }
        stop(unit, now)
        records[unit]?.startRequests.append(request)
        if records[unit]?.isAtRest == true {
            beginAnew(unit, now, &random)
        } else {
            records[unit]?.startsAgain = true
        }
    }

    private mutating func stopAsked(_ unit: UnitName, _ request: Int, _ now: Duration) {
        guard let record = records[unit], !record.isAtRest else {
            answer([request], .done)
            return
        }
        records[unit]?.stopRequests.append(request)
        stop(unit, now)
    }

    private mutating func resetAsked(_ unit: UnitName, _ request: Int) {
        if records[unit]?.phase == .failed {
            records[unit]?.phase = .inactive
            records[unit]?.result = .success
            records[unit]?.exitStatus = 0
            records[unit]?.recentStarts = []
        }
        answer([request], .done)
    }

    /// The unit's record, when it may be started; else the request is answered here.
    private mutating func startable(_ unit: UnitName, _ request: Int) -> UnitRecord? {
        func refuse(_ reason: String) -> UnitRecord? {
            answer([request], .failed(reason))
            return nil
        }
        if shutDownRequests != nil { return refuse("the supervisor is ending") }
        guard let record = records[unit], let definition = record.definition else {
            return refuse("unit \(unit) not found")
        }
        if let fault = definition.fault { return refuse(fault.description) }
        return record
    }

    mutating func answer(_ requests: [Int], _ answer: SupervisorAnswer) {
        actions += requests.map { .answer(request: $0, answer) }
    }

    /// Does what was to happen by now: time-outs, automatic restarts, timers.
    private mutating func passTime(
        _ now: Duration, _ random: inout some RandomNumberGenerator
    ) {
        for unit in records.keys.sorted() {
            if let deadline = records[unit]?.deadline, deadline <= now {
                deadlineCame(unit, now, &random)
            }
        }
        for timer in records.keys.sorted() {
            if let at = nextElapse(of: timer), at <= now { elapse(timer, now, &random) }
        }
    }
}

// MARK: The end of all

extension UnitTable {
    private mutating func shutDownAsked(_ request: Int, _ now: Duration) {
        shutDownRequests = (shutDownRequests ?? []) + [request]
        // First what would start something.
        for (unit, record) in records where unit.kind == .timer || record.phase == .pausing {
            stop(unit, now)
        }
    }

    /// Stops what was started last, when nothing is being stopped already.
    private mutating func goOnShuttingDown(_ now: Duration) {
        while let unit = records.filter({ !$0.value.isAtRest })
            .max(by: { $0.value.order < $1.value.order })?.key
        {
            stop(unit, now)
            // Else it needs a child's end first; every event comes by here again.
            guard records[unit]?.isAtRest == true else { return }
        }
        answer(shutDownRequests ?? [], .done)
        shutDownRequests = []
        actions.append(.end)
    }
}
