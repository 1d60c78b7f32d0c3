import Facts
import UnitFile

/// The life of a service: prepared, started, running, stopped, started again.
extension UnitTable {
    /// Starts a unit because somebody wants it, not because it failed.
    mutating func beginAnew(
        _ unit: UnitName, _ now: Duration, _ random: inout some RandomNumberGenerator
    ) {
        records[unit]?.restarts = 0
        records[unit]?.recentStarts = []
        begin(unit, now, &random)
    }

    /// Starts a unit that is at rest, or refuses because it was started too often.
    mutating func begin(
        _ unit: UnitName, _ now: Duration, _ random: inout some RandomNumberGenerator
    ) {
        guard var record = records[unit] else { return }
        record.isStopAsked = false
        record.startsAgain = false
        record.deadline = nil
        guard let definition = record.definition, definition.fault == nil else {
            // The file went, or went bad, while the unit ran.
            records[unit] = record
            rest(unit, .resources, now)
            return
        }
        if let settings = record.settings, unit.kind == .service {
            record.recentStarts.removeAll { now - $0 >= settings.startLimitInterval }
            if settings.startLimitBurst > 0,
                record.recentStarts.count >= settings.startLimitBurst
            {
                records[unit] = record
                rest(unit, .startLimitHit, now)
                return
            }
        }
        record.recentStarts.append(now)
        startsSoFar += 1
        record.order = startsSoFar
        record.result = .success
        record.exitStatus = 0
        record.startedAt = now
        record.invocation = Self.invocation(&random)
        switch unit.kind {
        case .service:
            let isPrepared = record.settings?.preparations.isEmpty ?? true
            record.deadline = record.settings?.startTimeout.map { now + $0 }
            records[unit] = record
            launch(unit, isPrepared ? .command(0) : .preparation(0))
        case .timer, .target, .socket, .path, .slice, .mount:
            record.phase = .standing
            record.elapsedAt = nil
            records[unit] = record
            started(unit)
        }
    }

    private static func invocation(_ random: inout some RandomNumberGenerator) -> String {
        (0..<2).map { _ in
            let digits = String(random.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }

    private mutating func launch(_ unit: UnitName, _ step: UnitRecord.Step) {
        guard let settings = records[unit]?.settings else { return }
        let command =
            switch step {
            case .preparation(let index): settings.preparations[index]
            case .command(let index): settings.commands[index]
            }
        let variables = Variables(environment.merging(settings.environment) { $1 })
        records[unit]?.phase = .launching(step)
        actions.append(.spawn(unit, variables.expanding(command)))
    }

    mutating func spawned(_ unit: UnitName, _ process: Int32, _ now: Duration) {
        guard let record = records[unit], case .launching(let step) = record.phase else {
            // Nobody waits for it any more.
            actions.append(.signal(process: process, .kill, wholeGroup: true))
            return
        }
        if case .command = step, record.settings?.kind == .simple {
            records[unit]?.phase = .running(process: process)
            started(unit)
        } else {
            records[unit]?.phase = .starting(step, process: process)
        }
        if record.isStopAsked { stop(unit, now) }
    }

    mutating func spawnFailed(
        _ unit: UnitName, _ now: Duration, _ random: inout some RandomNumberGenerator
    ) {
        guard case .launching(let step)? = records[unit]?.phase else { return }
        records[unit]?.phase = .starting(step, process: 0)
        // The status with which systemd's own child reports that exec failed.
        stepEnded(unit, step, .exited(203), now, &random)
    }

    /// The unit is up, as far as its type goes.
    private mutating func started(_ unit: UnitName) {
        guard let record = records[unit] else { return }
        if unit.kind == .service { records[unit]?.deadline = nil }
        records[unit]?.startRequests = []
        answer(record.startRequests, .done)
    }

    mutating func notified(
        _ sender: Int32, _ session: Int32, _ fields: [String: String], _ now: Duration
    ) {
        let found = records.first { _, record in
            guard let main = record.mainProcess, let settings = record.settings else {
                return false
            }
            return switch settings.notifyAccess {
            case .none: false
            case .main: main == sender
            case .all: main == sender || main == session
            }
        }
        guard let (unit, record) = found else { return }
        if fields["READY"] == "1", record.settings?.kind == .notify,
            case .starting(.command, let process) = record.phase
        {
            records[unit]?.phase = .running(process: process)
            started(unit)
        }
        if fields["STOPPING"] == "1", case .running(let process)? = records[unit]?.phase {
            records[unit]?.phase = .stopping(.command(0), process: process, isKilled: false)
            records[unit]?.deadline = record.settings?.stopTimeout.map { now + $0 }
        }
        if let text = fields["EXTEND_TIMEOUT_USEC"], let us = Int64(text), us > 0,
            let deadline = records[unit]?.deadline
        {
            records[unit]?.deadline = max(deadline, now + .microseconds(us))
        }
    }

    mutating func ended(
        _ process: Int32, _ ending: ProcessEnding, _ now: Duration,
        _ random: inout some RandomNumberGenerator
    ) {
        guard let (unit, record) = records.first(where: { $0.value.process == process }) else {
            return
        }
        switch record.phase {
        case .starting(let step, _), .stopping(let step, _, _):
            stepEnded(unit, step, ending, now, &random)
        case .running: stepEnded(unit, .command(0), ending, now, &random)
        case .inactive, .failed, .launching, .exited, .standing, .pausing: break
        }
    }

    /// One command of a service is over: the next one, or the end.
    private mutating func stepEnded(
        _ unit: UnitName, _ step: UnitRecord.Step, _ ending: ProcessEnding, _ now: Duration,
        _ random: inout some RandomNumberGenerator
    ) {
        guard let record = records[unit], let settings = record.settings else { return }
        let result = result(of: step, ending, record, settings)
        if case .command = step { records[unit]?.exitStatus = ending.number }
        switch (record.phase, step) {
        case (.running, _) where result == .success && settings.remainsAfterExit:
            records[unit]?.phase = .exited
        case (.starting, .preparation(let index)) where result == .success:
            let next = index + 1
            launch(unit, next < settings.preparations.count ? .preparation(next) : .command(0))
        case (.starting, .command(let index)) where result == .success && settings.kind == .oneshot:
            if index + 1 < settings.commands.count {
                launch(unit, .command(index + 1))
                return
            }
            started(unit)
            if settings.remainsAfterExit {
                records[unit]?.phase = .exited
            } else {
                finish(unit, .success, ending, now, &random)
            }
        case (.starting, .command) where result == .success && settings.kind == .notify:
            finish(unit, .protocol, ending, now, &random)
        default: finish(unit, result, ending, now, &random)
        }
    }

    private func result(
        of step: UnitRecord.Step, _ ending: ProcessEnding, _ record: UnitRecord,
        _ settings: ServiceSettings
    ) -> RunResult {
        // A time-out is the reason, however the process then ended.
        if record.result == .timeout { return .timeout }
        let commands: [ExecCommand]
        let place: Int
        let isDaemon: Bool
        switch step {
        case .preparation(let index):
            (commands, place, isDaemon) = (settings.preparations, index, false)
        case .command(let index):
            (commands, place, isDaemon) = (settings.commands, index, settings.kind != .oneshot)
        }
        if commands.indices.contains(place), commands[place].ignoresFailure { return .success }
        return RunResult(of: ending, settings, isDaemon: isDaemon)
    }

    /// The run is over: at rest, paused before the next one, or begun anew.
    private mutating func finish(
        _ unit: UnitName, _ result: RunResult, _ ending: ProcessEnding, _ now: Duration,
        _ random: inout some RandomNumberGenerator
    ) {
        guard let record = records[unit], let settings = record.settings else { return }
        if record.startsAgain {
            records[unit]?.stopRequests = []
            answer(record.stopRequests, .done)
            records[unit]?.endedAt = now
            records[unit]?.phase = .inactive
            beginAnew(unit, now, &random)
            return
        }
        var isFinal = record.isStopAsked || shutDownRequests != nil
        if case .exited(let status) = ending, settings.finalStatuses.contains(status) {
            isFinal = true
        }
        rest(unit, result, now)
        if !isFinal, settings.restart.restarts(after: result) {
            records[unit]?.phase = .pausing
            records[unit]?.deadline = now + settings.restartPause
        }
    }

    /// Puts a unit to rest, and tells those who waited.
    private mutating func rest(_ unit: UnitName, _ result: RunResult, _ now: Duration) {
        guard let record = records[unit] else { return }
        records[unit]?.result = result
        records[unit]?.phase = result == .success ? .inactive : .failed
        records[unit]?.deadline = nil
        records[unit]?.endedAt = now
        records[unit]?.isStopAsked = false
        records[unit]?.startRequests = []
        records[unit]?.stopRequests = []
        let reason =
            record.isStopAsked
            ? "it was stopped meanwhile"
            : "the unit failed (\(result.rawValue), status \(record.exitStatus))"
        answer(record.startRequests, .failed(reason))
        answer(record.stopRequests, .done)
    }

    /// Stops a unit, whatever it is doing.
    mutating func stop(_ unit: UnitName, _ now: Duration) {
        guard let record = records[unit] else { return }
        records[unit]?.startsAgain = false
        records[unit]?.startRequests = []
        answer(record.startRequests, .failed("it was stopped meanwhile"))
        switch record.phase {
        case .inactive, .failed: break
        case .launching, .stopping: records[unit]?.isStopAsked = true
        case .exited, .standing: rest(unit, .success, now)
        case .pausing:
            rest(unit, record.result, now)
            records[unit]?.phase = .inactive
        case .starting(let step, let process):
            records[unit]?.isStopAsked = true
            terminate(unit, step, process, now)
        case .running(let process):
            records[unit]?.isStopAsked = true
            terminate(unit, .command(0), process, now)
        }
    }

    private mutating func terminate(
        _ unit: UnitName, _ step: UnitRecord.Step, _ process: Int32, _ now: Duration
    ) {
        let settings = records[unit]?.settings
        records[unit]?.phase = .stopping(step, process: process, isKilled: false)
        records[unit]?.deadline = settings?.stopTimeout.map { now + $0 }
        actions.append(
            .signal(
                process: process, .terminate, wholeGroup: settings?.terminatesGroup ?? true))
    }

    /// A time-out, or the end of the pause before a restart.
    mutating func deadlineCame(
        _ unit: UnitName, _ now: Duration, _ random: inout some RandomNumberGenerator
    ) {
        guard let record = records[unit] else { return }
        records[unit]?.deadline = nil
        switch record.phase {
        case .pausing:
            records[unit]?.restarts += 1
            begin(unit, now, &random)
        case .starting(let step, let process):
            records[unit]?.result = .timeout
            terminate(unit, step, process, now)
        case .stopping(let step, let process, isKilled: false):
            records[unit]?.result = .timeout
            records[unit]?.phase = .stopping(step, process: process, isKilled: true)
            actions.append(.signal(process: process, .kill, wholeGroup: true))
        case .stopping, .inactive, .failed, .launching, .running, .exited, .standing: break
        }
    }
}
