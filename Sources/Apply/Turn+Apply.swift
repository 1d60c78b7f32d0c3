import Facts
import JSON
import Machine
import Reconcile

extension Turn {
    /// Applies a plan, judges the result, and records it or goes back.
    func carryOut(_ attempt: inout Attempt) throws(MachineError) -> TurnEnd {
        notes.forgetRecord()
        let (journal, warning) = try Journal.open(
            in: parts.state, clock: parts.clock, remembered: attempt.record.journal)
        if let warning { report(.warning(warning)) }
        if let refusal = arm(for: attempt) { return .failed(refusal) }
        if let begun = attempt.record.begun {
            // Of before the first of the turns that were killed: what they did excuses nothing.
            (attempt.failedBefore, attempt.overBefore) = (begun.failedBefore, begun.overBefore)
        } else {
            attempt.failedBefore = checksThatFailBefore(attempt)
            attempt.overBefore = numbersOverBefore(attempt)
        }
        let end = notes.naming(try carryOut(&attempt, journal))
        noteOutcome(end, in: journal)
        noteEnd(of: journal)
        return end
    }

    /// Remembers where the journal ends, so that lines cut off later are missed.
    func noteEnd(of journal: Journal) {
        guard journal.remembered != journal.head else { return }
        do throws(MachineError) {
            var record = try parts.state.record()
            record.journal = journal.head
            try parts.state.write(record)
        } catch {
            // The host is what the turn's end says; only a cut would not be noticed.
            report(.warning("the end of the journal is not remembered: \(error)"))
        }
    }

    private func carryOut(
        _ attempt: inout Attempt, _ journal: Journal
    ) throws(MachineError) -> TurnEnd {
        let pointer = attempt.target.pointer(atUs: parts.clock.wallUs())
        // Durable with the first step's line: until then nothing is done.
        try journal.add(
            "turn", attempt.journalFields(pointer), isDurable: false)
        let known = attempt.record
        attempt.addressesToCome = attempt.plan.toCome(attempt.record.inventory)
        try keepOriginals(&attempt)
        noteFoldersToMake(&attempt)
        attempt.record.inventory.formUnion(attempt.newAddresses)
        attempt.record.made.merge(attempt.newPlaces) { $0.union($1) }
        // Before the first write: it changes the times by which these were judged.
        attempt.record.loaded.merge(attempt.plan.judged) { $1 }
        if !attempt.onlyMends || attempt.record != known {
            attempt.record.begin(pointer, attempt)
            try parts.state.write(attempt.record)
        }
        // From here on the host is between two commits: whatever fails is undone, or said to be
        // stuck; it is never reported as if nothing had changed.
        let failure: Failure
        do throws(MachineError) {
            switch try converge(&attempt, pointer, journal) {
            case .ended(let end): return end
            case .failed(let found): failure = found
            }
        } catch {
            failure = Failure(reason: error.description, isFaultOfContent: false)
        }
        do throws(MachineError) {
            return try goBack(
                from: attempt, journal, reason: failure.reason,
                isFaultOfContent: failure.isFaultOfContent)
        } catch {
            return .stuck("\(failure.reason)\n  going back failed too: \(error)")
        }
    }

    private struct Failure {
        let reason: String
        let isFaultOfContent: Bool
    }

    private enum Outcome {
        case ended(TurnEnd)
        case failed(Failure)
    }

    /// Takes the steps and watches the result.
    private func converge(
        _ attempt: inout Attempt, _ pointer: Record.Pointer, _ journal: Journal
    ) throws(MachineError) -> Outcome {
        let written = attempt.record
        do throws(ApplyError) {
            try execute(attempt, journal, untilNewer: !attempt.isDrift && attempt.followsBranch)
        } catch {
            try journal.add(
                "step-failed",
                ["step": .string("\(error.step)"), "reason": .string(error.reason)])
            attempt.stepsBegun = error.finished + 1
            try noteLoaded(&attempt)
            return .failed(
                Failure(reason: error.reason, isFaultOfContent: error.isFaultOfContent))
        }
        try noteLoaded(&attempt)
        // What was applied before stays so when a drift is healed.
        if attempt.record.applied?.isSame(as: pointer) != true { attempt.record.applied = pointer }
        attempt.record.resources = attempt.target.desired.resources
        for held in attempt.plan.held {
            // What is held is not applied: it stays an intended change until it is.
            attempt.record.resources[held.address] = written.resources[held.address]
        }
        if attempt.record != written {
            try parts.state.write(attempt.record)
            try journal.add("applied", ["commit": .string(pointer.label)])
        }
        let (verdict, window) = judge(
            attempt.judgedUnits, attempt, untilNewer: !attempt.isDrift && attempt.followsBranch)
        switch verdict {
        case .waiting, .healthy:
            if let reason = failureOfChecks(attempt) {
                try journal.add("unhealthy", ["reason": .string(reason)])
                return .failed(Failure(reason: reason, isFaultOfContent: true))
            }
            return .ended(try recordHealthy(attempt, pointer, journal, window))
        case .unhealthy(let reason):
            try journal.add("unhealthy", ["reason": .string(reason)])
            return .failed(Failure(reason: reason, isFaultOfContent: true))
        case .superseded(let reason):
            try journal.add("superseded", ["reason": .string(reason)])
            return .failed(Failure(reason: reason, isFaultOfContent: false))
        case .unknown(let reason):
            // Not knowing never makes a turn go back; the next one judges again.
            try journal.add("stuck", ["reason": .string(reason)])
            return .ended(.stuck("\(reason), so nobody knows whether \(pointer.label) is healthy"))
        }
    }

    /// Keeps what the plan is about to take over, so that it can be put back.
    private func keepOriginals(_ attempt: inout Attempt) throws(MachineError) {
        let desired = attempt.target.desired
        let taken = attempt.record.originals.takenOver(
            by: attempt.plan, desired, attempt.before, inventory: attempt.record.inventory,
            made: attempt.record.made)
        attempt.record.made.merge(attempt.plan.displacedDropIns) { $0.union($1) }
        let spares = attempt.plan.spares
        for (path, found) in taken.sorted(by: { $0.key < $1.key }) {
            attempt.record.originals.places[path] = try parts.executor.originals.keep(
                path, found.status, at: found.at, as: spares[path])
        }
        attempt.record.originals.noteMoves(of: attempt.plan, attempt.before)
        if let seen = attempt.before.accounts {
            attempt.record.originals.accounts.note(
                attempt.plan, desired, seen, inventory: attempt.record.inventory)
        }
        attempt.record.originals.note(
            desired, attempt.before.units.value ?? [:], inventory: attempt.record.inventory,
            plan: attempt.plan)
    }

    /// Folders that steps make in passing are ours as well: they go when nothing needs them.
    private func noteFoldersToMake(_ attempt: inout Attempt) {
        let (files, accounts) = (parts.executor.files, parts.executor.accounts)
        // A folder of configuration belongs to its unit.
        let ofUnits = Set(attempt.newPlaces.values.joined())
        for folder in attempt.target.desired.foldersAbove.subtracting(ofUnits)
        where files.status(of: folder, accounts: accounts) == .absent {
            attempt.record.inventory.insert(.directory(folder))
        }
    }

    /// `untilNewer`: a unit that does not come up is given up when a newer commit is there.
    func execute(
        _ attempt: Attempt, _ journal: Journal, untilNewer: Bool = false
    ) throws(ApplyError) {
        let count = attempt.plan.changes.count
        var number = 0
        let newer = NewerCommit(attempt.target, parts.targets)
        try parts.executor.apply(
            attempt.plan, contents: attempt.target.contents, programs: attempt.target.programs,
            journal: journal, isDoomed: { untilNewer && newer.isThere(whenDownFor: $0) }
        ) { change in
            number += 1
            report(.applying(change, number: number, count: count))
        }
    }

    /// Remembers which run of each started or reloaded unit loaded what.
    func noteLoaded(_ attempt: inout Attempt) throws(MachineError) {
        let (started, reloaded) = (attempt.startedUnits, attempt.reloadedUnits)
        let all = started.union(reloaded).sorted()
        guard !all.isEmpty, let units = parts.observer.status(of: all).value else { return }
        for name in all {
            // A run that was there before has loaded what it had loaded then.
            let before = attempt.before.units.value?[name]?.invocation
            guard let status = units[name], let service = attempt.target.desired.services[name],
                status.invocation != before || reloaded.contains(name)
            else { continue }
            attempt.record.loaded[name] = Live.Loaded(
                invocation: status.invocation, attempt.target.desired.loadable(of: service),
                credentials: attempt.before.fingerprints(of: name))
        }
    }

    private func recordHealthy(
        _ attempt: Attempt, _ pointer: Record.Pointer, _ journal: Journal, _ window: Duration
    ) throws(MachineError) -> TurnEnd {
        var record = attempt.record
        record.attempted = nil
        record.interrupted = nil
        record.envelope = attempt.target.desired.envelope
        let isNew = record.healthy?.isSame(as: pointer) != true
        if attempt.plan.held.isEmpty {
            record.provedBefore = nil
        } else if isNew {
            record.provedBefore = record.provedBefore ?? record.healthy
        }
        if isNew {
            record.healthy = pointer
            record.generation += 1
        }
        record.keepInventory(for: attempt.target.desired, held: attempt.plan.remembered)
        record.inventory.subtract(attempt.addressesToCome)
        record.originals.forgetPutBack(by: attempt.plan, attempt.before)
        record.forget(notIn: attempt.target.desired, held: attempt.plan.held.map(\.address))
        if isNew { try parts.state.writeGeneration(record, pointer, attempt.cause) }
        // Before the record: a turn that is killed between the two is judged once more, while one
        // that has its record has ended well and is never undone.
        try journal.add(
            "healthy",
            ["commit": .string(pointer.label), "duration_ms": .integer(durationMs)])
        if attempt.record.attempted == nil, record == attempt.record, let head = journal.head {
            try parts.state.note(end: head)
        } else {
            record.journal = journal.head
            try parts.state.write(record)
        }
        journal.remembered = journal.head
        notes.settle(on: attempt.target)
        switchHealthy(to: pointer, held: attempt.plan.held) { journal }
        if isNew {
            collect(record, after: attempt.record.healthy?.checkout)
            collectReleases(record, before: attempt.record.healthy)
        }
        let changes = attempt.plan.changes.count
        if !attempt.plan.held.isEmpty {
            return .deferred(label: pointer.label, changes: changes)
        }
        return .healthy(label: pointer.label, changes: changes, window: window)
    }
}

extension Turn {
    /// Lets go of copies that nobody needs any more: neither what is healthy, nor what was before
    /// it, nor what was fetched last, nor what a person is likely to roll back to.
    private func collect(_ record: Record, after before: String?) {
        do throws(MachineError) {
            try parts.executor.originals.keepOnly(record.originals)
            let tip = parts.targets.fetchedCheckout()
            try parts.targets.store.keepOnly(
                Set([record.healthy?.checkout, before, tip].compactMap(\.self))
                    .union(try parts.state.recentCheckouts(upTo: record.generation)))
        } catch {
            report(.warning("copies that are no longer needed stay: \(error)"))
        }
    }
}

extension StateFolder {
    /// Keeps what a turn made real, a file for each healthy result.
    func writeGeneration(
        _ record: Record, _ pointer: Record.Pointer, _ cause: TurnCause
    ) throws(MachineError) {
        try files.makeDirectories(try path("generations"), mode: 0o700)
        try write(
            "generations/\(record.generation).json",
            [
                "generation": .integer(Int64(record.generation)), "healthy": pointer.json,
                "cause": .string(cause.rawValue),
            ])
    }
}
