package import Facts
import Git
import JSON
package import Machine
package import Reconcile
import Release
package import Services

/// What a turn works with.
package struct TurnParts {
    let state: StateFolder
    let targets: Targets
    let observer: Observer
    let executor: Executor
    let clock: any HostClock
    let guards: TurnGuards
    /// What is run before an intended change; nil: nothing.
    let hooks: HookFolder?

    package init(
        state: StateFolder, targets: Targets, observer: Observer, executor: Executor,
        clock: any HostClock, guards: TurnGuards, hooks: HookFolder? = nil
    ) {
        self.state = state
        self.targets = targets
        self.observer = observer
        self.executor = executor
        self.clock = clock
        self.guards = guards
        self.hooks = hooks
    }
}

/// What keeps a turn from being wrong about itself.
package struct TurnGuards {
    let judges: Judges
    let services: any ServiceAsker
    let deadMan: any DeadMan
    let gauges: any HostGauges
    /// After this long the turn is killed.
    let deadline: Duration

    package init(
        judges: Judges, services: any ServiceAsker, deadMan: any DeadMan,
        gauges: any HostGauges, deadline: Duration
    ) {
        self.gauges = gauges
        self.judges = judges
        self.services = services
        self.deadMan = deadMan
        self.deadline = deadline
    }
}

/// What a person or a timer asks of a turn.
package enum TurnWork: Hashable, Sendable {
    /// What the newest commit says.
    case converge
    /// A release that was healthy here before; nil: the one before the healthy one.
    case rollBack(to: String?, PersonsWord)
    /// One unit's restart.
    case restart(UnitName, PersonsWord)
}

/// One run: fetch, resolve, observe, plan, apply, judge, then record or go back.
///
/// Every turn compares anew: one that finishes what a killed turn began is no other than one that
/// heals a drift.
package struct Turn {
    let parts: TurnParts
    let deletionsMax: Int
    let readsAll: Bool
    let saved: SavedPlan?
    let notes: TurnNotes
    let report: (TurnEvent) -> Void

    /// `readsAll`: every managed file is read in full, whatever the index knows of it.
    /// `clock`: what proves the host's clock, for the document for eyes; nil: not judged.
    /// `saved`: the plan that may be applied, and nothing but it; nil for an ordinary turn.
    package init(
        _ parts: TurnParts, deletionsMax: Int, readsAll: Bool = false, clock: String? = nil,
        saved: SavedPlan? = nil, report: @escaping (TurnEvent) -> Void
    ) {
        let notes = TurnNotes(begunSinceBoot: parts.clock.sinceBoot(), clock: clock)
        self.parts = parts
        self.deletionsMax = deletionsMax
        self.readsAll = readsAll
        self.saved = saved
        self.notes = notes
        self.report = { event in
            if case .warning(let text) = event { notes.warnings.append(text) }
            report(event)
        }
    }

    /// Runs the turn to its end.
    package func run(_ work: TurnWork = .converge) -> TurnEnd {
        underLock(work) { () throws(MachineError) in
            switch work {
            case .converge: try runLocked()
            case .rollBack(let rev, let word): try rollBack(to: rev, word)
            case .restart(let unit, let word): try restart(unit, word)
            }
        }
    }

    /// Does something that no two may do at once, and says how it ended.
    func underLock(
        _ work: TurnWork = .converge, _ body: () throws(MachineError) -> TurnEnd
    ) -> TurnEnd {
        let end: TurnEnd
        do throws(MachineError) {
            try parts.state.prepare()
            guard let lock = try parts.state.lock() else { return finish(.lockHeld, work) }
            end = try withExtendedLifetime(lock) { () throws(MachineError) in try body() }
        } catch {
            // "Nothing changed" is true only where no turn was killed before.
            let text = "error: \(error)"
            end = notes.isBetweenCommits ? .stuck(text) : .failed(text)
        }
        disarm()
        return finish(end, work)
    }

    private func finish(_ end: TurnEnd, _ work: TurnWork) -> TurnEnd {
        // A restart looked at one unit: what the last turn found of the host still holds.
        if case .restart = work {} else { writeStatus(end) }
        report(.ended(end))
        return end
    }

    private func runLocked() throws(MachineError) -> TurnEnd {
        if let saved {
            let record = try parts.state.record()
            notes.record = record
            return try applySaved(saved, record)
        }
        let search = Beside { [targets = parts.targets] in
            Result { () throws(TargetError) in try targets.newest() }
        }
        let known = Result { () throws(MachineError) in try parts.state.record() }
        let ahead = known.map { record in
            let units = parts.observer.lookAhead(atUnits: record.inventory)
            return parts.observer.lookAhead(record.inventory, units, index: fileIndex())
        }
        let outcome = search.answer()
        var record = try known.get()
        notes.record = record
        removeHalves()
        if record.attempted != nil { try cleanUp() }
        try tellOverride(record)
        var found: Targets.Found
        do throws(TargetError) {
            found = try outcome.get()
        } catch {
            return try keepHealthy(record, because: error.text, error.end)
        }
        notes.desired = found.target.label
        tell(found)
        try endPin(passedBy: found.target, &record)
        if let pin = record.pinned { return try stay(on: pin, insteadOf: found, record) }
        switch try withRelease(found.target, record) {
        case .success(let target): found.target = target
        case .failure(let error): return try keepHealthy(record, because: error.text)
        }
        let end = try converge(to: found.target, record, try ahead.get())
        if case .failed(let text) = end, try parts.state.record().attempted != nil {
            // Refused before its first step, on a host that a killed turn left between two commits.
            return try keepHealthy(record, because: text)
        }
        guard let failure = found.fetchFailure, end.exitCode == 0 || end.exitCode == 3 else {
            return end
        }
        return .failed(
            """
            error: \(failure)
              The host was converged to \(found.target.label), which was fetched last.
            """)
    }

    /// The newest commit cannot be used: the host is kept on the healthy one, so that neither a
    /// drift nor what a killed turn left waits for somebody to mend the commit.
    ///
    /// `end`: how the turn ends where nothing worse is found; nil: it failed.
    private func keepHealthy(
        _ record: Record, because text: String, _ end: TurnEnd? = nil
    ) throws(MachineError) -> TurnEnd {
        let isRefused = end?.exitCode == TargetError.refused
        guard let healthy = record.healthy else {
            return record.attempted == nil ? end ?? .failed(text) : .stuck(text)
        }
        let target: Target
        do throws(TargetError) {
            target = try parts.targets.recorded(healthy, within: record.bound)
        } catch {
            let both = "\(text)\n  \(healthy.label), which is healthy: \(error.text)"
            return record.attempted == nil ? .failed(both) : .stuck(both)
        }
        let end = try converge(to: target, record)
        // What waits there hides no commit that cannot be used.
        guard end.exitCode == 0 || end.exitCode == 3 else { return end }
        if let reason = reasonToStayHalted(on: target, record) { return .stuck(reason) }
        let all = "\(text)\n  The host stays on \(healthy.label), which is healthy."
        return isRefused ? .refused(all) : .failed(all)
    }

    /// Removes what killed turns have left of documents; nobody reads it.
    private func removeHalves() {
        do throws(MachineError) {
            try parts.state.removeLeftovers()
        } catch {
            report(.warning("what a killed turn left stays: \(error)"))
        }
    }

    /// Removes what a killed write may have left beside its path.
    func cleanUp() throws(MachineError) {
        let journal = try Journal(in: parts.state, clock: parts.clock)
        let many = journal.last?["paths"]?.asArray?.compactMap(\.asString) ?? []
        for text in many + [journal.last?["path"]?.asString].compactMap(\.self) {
            do throws(MachineError) {
                try parts.executor.files.removeLeftover(of: try StateFolder.hostPath(text))
            } catch {
                // It is hidden and nobody reads it; the plan says what stands in the way there.
                report(.warning("what a killed turn left stays: \(error)"))
            }
        }
    }

    /// `asked`: what a person asked for; nil for what a commit or a drift asks for.
    func converge(
        to target: Target, _ record: Record, _ ahead: Ahead? = nil, asked: PersonsRequest? = nil
    ) throws(MachineError) -> TurnEnd {
        let observed = observe(target, record, ahead)
        let isHealthy = record.healthy?.content == target.content
        if !isHealthy, let entry = try quarantined(target) {
            return try stayHealthy(insteadOf: target, entry, record)
        }
        // What a person goes back to takes away what came since: that is what they ask for.
        let plan = plan(
            desired: target.desired, observed: observed, live: try live(record.live),
            deletionsMax: asked == nil ? deletionsMax : nil)
        notes.add(plan, towards: target)
        var context = PlanContext(
            desired: target.label, live: record.applied?.label, healthy: record.healthy?.label)
        if !plan.obstacles.isEmpty { return .failed(plan.text(context)) }
        var record = record
        // What waited until now answers for itself as a new commit does.
        let brings = isHealthy && plan.changes.contains { $0.cause == .intended }
        if brings, let before = record.provedBefore { record.healthy = before }
        let isDrift = isHealthy && !(brings && record.provedBefore != nil)
        let wasKilled = record.attempted != nil
        let sides = PlanSides(desired: target.desired, observed: observed)
        if asked == nil, let end = try suspended(plan, target, &context, sides) { return end }
        if plan.changes.isEmpty, isHealthy, !wasKilled {
            return try endUnchanged(target, plan, (context, sides), record)
        }
        report(.planned(plan, context, sides))
        var attempt = Attempt(
            target: target, plan: plan, before: observed, record: record, isDrift: isDrift,
            answersForAll: !isDrift || wasKilled, asked: asked)
        if let refusal = try refusalOfUnits(attempt) { return .failed(refusal) }
        runHooks(before: attempt)
        return try carryOut(&attempt)
    }

    /// Nothing is to be done now; what was learnt is remembered, and nothing is written when that
    /// is nothing.
    private func endUnchanged(
        _ target: Target, _ plan: Plan, _ shown: (PlanContext, PlanSides), _ record: Record
    ) throws(MachineError) -> TurnEnd {
        var record = record
        healHealthyLink(&record, plan)
        record.loaded.merge(plan.judged) { $1 }
        if plan.held.isEmpty, record.healthy?.checkout != target.checkout {
            // The same content under another commit's name.
            let pointer = target.pointer(atUs: parts.clock.wallUs())
            record.applied = pointer
            record.healthy = pointer
            record.envelope = target.desired.envelope
            try parts.state.note(pointer, asNameOf: record.generation)
        } else if plan.judged.isEmpty {
            return end(plan, shown, target)
        }
        try parts.state.write(record)
        notes.record = record
        return end(plan, shown, target)
    }

    private func end(
        _ plan: Plan, _ shown: (PlanContext, PlanSides), _ target: Target
    ) -> TurnEnd {
        if !plan.held.isEmpty {
            report(.planned(plan, shown.0, shown.1))
            return .deferred(label: target.label, changes: 0)
        }
        for note in plan.notes { report(.warning("\(note.address): \(note.reason)")) }
        return .unchanged(label: target.label)
    }

    /// Content that failed before is not tried; the host is kept on what is healthy.
    private func stayHealthy(
        insteadOf target: Target, _ entry: Quarantine.Entry, _ record: Record
    ) throws(MachineError) -> TurnEnd {
        let healthy = record.healthy
        if let healthy {
            let recorded: Target
            // What that content tightens is applied all the same.
            let envelope = target.desired.envelope
            do throws(TargetError) {
                recorded = try parts.targets.recorded(
                    healthy, within: record.bound.map { $0.stricter(of: envelope) } ?? envelope)
            } catch {
                return .stuck(error.text)
            }
            let end = try converge(to: recorded, record)
            // 4 wins over 3: what waits on the healthy commit hides no quarantine.
            guard end.exitCode == 0 || end.exitCode == 3 else { return end }
            if let reason = reasonToStayHalted(on: recorded, record) { return .stuck(reason) }
        }
        return .quarantined(
            label: target.label, first: entry.label, staysWith: healthy?.label,
            reason: entry.label == target.label
                ? entry.reason : "\(entry.reason) (the content of \(entry.label))")
    }

    func observe(_ target: Target, _ record: Record, _ ahead: Ahead? = nil) -> Observed {
        let index = ahead?.index ?? fileIndex()
        let observed = parts.observer.observe(
            target.desired, contents: target.contents, inventory: record.inventory,
            made: record.made, moved: record.originals.moved, index: index,
            key: fingerprintKey(for: target.desired), ahead: ahead, programs: target.programs)
        do throws(MachineError) {
            try parts.state.keep(index)
        } catch {
            report(.warning("the next turn reads every file: \(error)"))
        }
        return observed
    }

    private func fileIndex() -> FileIndex {
        parts.state.fileIndex(nowUs: parts.clock.wallUs(), readsAll: readsAll)
    }

    /// Made when a unit first has a credential; without it, a secret that changed is not noticed.
    private func fingerprintKey(for desired: Desired) -> FingerprintKey? {
        guard desired.services.values.contains(where: { !$0.credentialFiles.isEmpty }) else {
            return nil
        }
        do throws(MachineError) {
            return try FingerprintKey.made(in: parts.state)
        } catch {
            report(.warning("credentials are not compared: \(error)"))
            return nil
        }
    }

    /// Has the service manager read the unit files that would be written, before any is.
    ///
    /// - Returns: why one of them would be refused; nil when none would.
    func refusalOfUnits(_ attempt: Attempt) throws(MachineError) -> String? {
        let staging = try parts.state.path("staged")
        try parts.state.files.removeTree(staging)
        let staged = try attempt.stageUnits(in: parts.state, at: staging)
        defer { removeStaged(staging) }
        guard !staged.isEmpty else { return nil }
        do throws(ServicesError) {
            try parts.executor.services.check(staged: staged)
            return nil
        } catch {
            return """
                error: a unit file of \(attempt.target.label) is refused before anything is changed
                  \(error)
                  Mend it and push again.
                """
        }
    }

    private func removeStaged(_ folder: HostPath) {
        do throws(MachineError) {
            try parts.state.files.removeTree(folder)
        } catch {
            report(.warning(error.description))
        }
    }
}
