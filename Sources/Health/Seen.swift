package import Facts

/// All that one look at the host found, before it is judged.
package struct Seen: Hashable, Sendable {
    /// When it was.
    package var now: HostMoment
    /// What the last turn left; absent where none was made since boot.
    package var turn: Reading<TurnStatus>
    /// Of those that were asked for.
    package var units: Reading<[UnitName: UnitStatus]>
    /// By folder.
    package var disks: [String: Reading<DiskUse>]
    package var memory: Reading<MemoryUse>
    package var load: Reading<LoadUse>
    package var clock: Reading<ClockUse>
    /// Whether units have a manager that must answer; false in a sandbox.
    package var hasManager = true
    /// Whether turns are made here; a host that has neither host.yaml nor a turn is not judged by
    /// them.
    package var hasTurns = true
    /// What of the configuration could not be read or understood.
    package var problems: [String] = []

    package init(
        now: HostMoment, turn: Reading<TurnStatus>, units: Reading<[UnitName: UnitStatus]>,
        disks: [String: Reading<DiskUse>], memory: Reading<MemoryUse>, load: Reading<LoadUse>,
        clock: Reading<ClockUse>
    ) {
        self.now = now
        self.turn = turn
        self.units = units
        self.disks = disks
        self.memory = memory
        self.load = load
        self.clock = clock
    }
}

extension HealthSettings {
    /// The units to be looked at: those named, and those that desired state wants.
    package func unitsToLookAt(_ turn: Reading<TurnStatus>) -> [UnitName] {
        let wanted = turn.value?.units.keys.filter { !ignoredUnits.contains($0) } ?? []
        return units + Set(wanted).subtracting(units).sorted()
    }

    /// Judges what was seen, and steadies it by what earlier looks found.
    package func judge(_ seen: Seen, _ memory: HealthMemory?) -> (HealthReport, HealthMemory) {
        let old = memory.flatMap { $0.isOf(seen.now) ? $0 : nil }
        let hasDrift = seen.turn.value?.drift.contains { !$0.isHealed } ?? false
        let driftSince = hasDrift ? old?.driftSinceMs ?? seen.now.sinceBootMs : nil
        let driftFor =
            memory == nil ? nil : driftSince.map { max(0, seen.now.sinceBootMs - $0) }
        let all = checks(of: seen, driftForMs: driftFor)
        var (checks, new) = steadiness.steady(all, old, now: seen.now)
        if memory == nil { for index in checks.indices { checks[index].stateForMs = nil } }
        new.driftSinceMs = driftSince
        return (HealthReport(checks, looked: seen.now, turn: seen.turn.value), new)
    }

    private func checks(of seen: Seen, driftForMs: Int64?) -> [Check] {
        var checks: [Check] = []
        func add(_ kind: String, _ found: @autoclosure () -> [Check]) {
            if !skipped.contains(kind) { checks += found() }
        }
        if !seen.problems.isEmpty {
            checks.append(
                .notSeen("configuration", seen.problems.joined(separator: "; ")))
        }
        add("units", unitChecks(seen))
        add(
            "disk",
            folders.map {
                .disk($0, seen.disks[$0] ?? .absent, disk, inodes: inodes)
            })
        add("memory", [.memory(seen.memory, memory)])
        add("load", [.load(seen.load, load)])
        add("clock", [.clock(seen.clock, clock, proof: clockProof ?? seen.turn.value?.clock)])
        guard seen.hasTurns || seen.turn != .absent else { return checks }
        add("last-turn", [.lastTurn(seen.turn, lastTurn, now: seen.now)])
        add("drift", [.drift(seen.turn, drift, sinceMs: driftForMs, now: seen.now)])
        return checks
    }

    private func unitChecks(_ seen: Seen) -> [Check] {
        unitsToLookAt(seen.turn).map { name in
            let isNamed = units.contains(name)
            let isCritical = isNamed || (criticalUnits?.contains(name) ?? true)
            let status: Reading<UnitStatus> =
                switch seen.units {
                case .present(let all): all[name].map { .present($0) } ?? .absent
                case .absent: .absent
                case .unreadable(let reason): .unreadable(reason: reason)
                }
            let wanted = isNamed ? "running" : seen.turn.value?.units[name] ?? "running"
            return .unit(
                name, status, wanted: wanted, isCritical: isCritical && seen.hasManager)
        }
    }
}
