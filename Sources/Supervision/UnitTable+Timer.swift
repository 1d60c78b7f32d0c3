import Facts

extension UnitTable {
    /// When a timer elapses next; nil when it is not started, its service is up, or no time is
    /// left.
    func nextElapse(of timer: UnitName) -> Duration? {
        guard let record = records[timer], record.phase == .standing,
            case .timer(let settings)? = record.definition?.content
        else { return nil }
        let service = records[settings.service]
        if let service, !service.isAtRest { return nil }
        var candidates = settings.afterBoot.map { begunAt + $0 }
        func add(_ spans: [Duration], after instant: Duration?) {
            if let instant { candidates += spans.map { instant + $0 } }
        }
        add(settings.afterStart, after: record.startedAt)
        add(settings.afterServiceStart, after: service?.startedAt ?? record.elapsedAt)
        add(settings.afterServiceEnd, after: service?.endedAt)
        // What has elapsed once does not elapse again.
        if let elapsedAt = record.elapsedAt { candidates.removeAll { $0 <= elapsedAt } }
        return candidates.min()
    }

    mutating func elapse(
        _ timer: UnitName, _ now: Duration, _ random: inout some RandomNumberGenerator
    ) {
        guard case .timer(let settings)? = records[timer]?.definition?.content else { return }
        records[timer]?.elapsedAt = now
        guard shutDownRequests == nil, let service = records[settings.service],
            let definition = service.definition, definition.fault == nil
        else { return }
        records[settings.service]?.restarts = 0
        begin(settings.service, now, &random)
    }

    /// The finer word for a timer that was started.
    func subOfStanding(_ unit: UnitName) -> String {
        guard case .timer(let settings)? = records[unit]?.definition?.content else {
            return "active"
        }
        if records[settings.service]?.isAtRest == false { return "running" }
        return nextElapse(of: unit) != nil || !settings.calendars.isEmpty ? "waiting" : "elapsed"
    }
}
