import Facts
import JSON
import Machine
import Reconcile
import Services

extension Turn {
    /// Between two looks at the units, during the window.
    static let samplePause: Duration = .milliseconds(250)
    /// When a unit is not up for so long, the repository is asked whether a newer commit is there;
    /// and after each such time again.
    static let doomedAfter: Duration = .seconds(10)
    /// The dead man waits so much longer than the turn's own deadline.
    static let deadManMargin: Duration = .seconds(10)

    /// Takes samples through the window, until there is a verdict.
    ///
    /// `untilNewer`: units that do not come up are given up when a newer commit is there.
    func judge(
        _ units: [UnitName], _ attempt: Attempt, untilNewer: Bool = false
    ) -> (Verdict, Duration) {
        guard !units.isEmpty else { return (.healthy, .zero) }
        let begin = parts.clock.sinceBoot()
        let stableFor = attempt.health.stableFor
        var sample = parts.observer.status(of: units)
        var judge = Judge(
            units: units, fresh: attempt.startedUnits, stableFor: stableFor,
            status: sample.value ?? [:])
        report(.judging(units: units.count, window: judge.window))
        let newer = NewerCommit(attempt.target, parts.targets)
        while true {
            let elapsed = parts.clock.sinceBoot() - begin
            let verdict = judge.handle(sample, at: elapsed)
            if verdict != .waiting { return (verdict, judge.window) }
            if untilNewer, let down = judge.notUpFor(at: elapsed),
                newer.isThere(whenDownFor: down)
            {
                let time = "\(down.components.seconds) s"
                return (
                    .superseded("not up after \(time), and a newer commit is there"), judge.window
                )
            }
            parts.clock.wait(Self.samplePause)
            sample = parts.observer.status(of: units)
        }
    }

    /// The required checks that fail before the first step: no commit is to blame for them. The
    /// first commit of a host answers for all, and so does one that is tried again after a kill.
    func checksThatFailBefore(_ attempt: Attempt) -> Set<String> {
        guard !attempt.isDrift, let healthy = attempt.record.healthy,
            attempt.record.attempted == nil
        else { return [] }
        let failures = parts.guards.judges.failures(.required, judging: healthy.label)
        for (name, reason) in failures.sorted(by: { $0.key < $1.key }) {
            report(.warning("required check \(name) fails before this turn: \(reason)"))
        }
        return Set(failures.keys)
    }

    /// Why what an operator plugged in, or a new reconciler, makes the commit unhealthy; nil when
    /// nothing does.
    func failureOfChecks(_ attempt: Attempt) -> String? {
        if attempt.isDrift { return nil }
        let (judges, label) = (parts.guards.judges, attempt.target.label)
        if let reason = failureOfProofs(attempt) { return reason }
        if attempt.bringsReconciler, let reason = judges.failureOfReconciler(planArguments) {
            return reason
        }
        let required = judges.failures(.required, judging: label)
            .filter { !attempt.failedBefore.contains($0.key) }
        if let (name, reason) = required.min(by: { $0.key < $1.key }) {
            return "required check \(name): \(reason)"
        }
        if let reason = numberThatWentOver(attempt) { return reason }
        for (name, reason) in judges.failures(.wanted, judging: label).sorted(by: <) {
            report(.warning("wanted check \(name): \(reason)"))
        }
        return nil
    }

    /// Numbers of the host that are over their bounds before the first step: no commit is to blame
    /// for them, not even the first of a host.
    func numbersOverBefore(_ attempt: Attempt) -> Set<String> {
        if attempt.isDrift { return [] }
        let over = lookAtNumbers(attempt).over
        for (subject, reason) in over.sorted(by: <) {
            report(.warning("before this turn: \(subject) is at \(reason)"))
        }
        return Set(over.keys)
    }

    /// So many looks have to agree, one sample apart: a burst is no illness.
    private static let looksMax = 8

    /// Why the host is fuller than it may be, and was not before; nil when it is not. What cannot
    /// be seen is told, and blames nobody.
    private func numberThatWentOver(_ attempt: Attempt) -> String? {
        let first = lookAtNumbers(attempt)
        for (subject, reason) in first.unknown.sorted(by: <) {
            report(.warning("\(subject) is not judged: \(reason)"))
        }
        var over = first.over.filter { !attempt.overBefore.contains($0.key) }
        for _ in 1..<Self.looksMax where !over.isEmpty {
            parts.clock.wait(Self.samplePause)
            let again = lookAtNumbers(attempt).over
            over = over.filter { again[$0.key] != nil }
        }
        return over.min { $0.key < $1.key }.map { "\($0.key) is at \($0.value)" }
    }

    private func lookAtNumbers(
        _ attempt: Attempt
    ) -> (over: [String: String], unknown: [String: String]) {
        let bounds = attempt.health.bounds
        return bounds.judge(
            HostNumbers.look(
                at: bounds.folders, below: parts.state.files.root, parts.guards.gauges))
    }

    /// A service may take so long after its window until it answers.
    private static let proofMax: Duration = .seconds(5)

    /// Why a service of ours does not prove the build that it runs and the configuration that it
    /// parsed; nil when all do that have to.
    private func failureOfProofs(_ attempt: Attempt) -> String? {
        let proofs = attempt.target.desired.proofs(of: attempt.judgedUnits)
        let end = parts.clock.sinceBoot() + Self.proofMax
        while let reason = failure(of: proofs) {
            if parts.clock.sinceBoot() >= end { return reason }
            parts.clock.wait(Self.samplePause)
        }
        return nil
    }

    private func failure(of proofs: [Proof]) -> String? {
        guard !proofs.isEmpty else { return nil }
        let statuses = parts.observer.status(of: proofs.map(\.unit)).value ?? [:]
        for proof in proofs {
            guard let status = statuses[proof.unit] else { return "\(proof.unit) cannot be seen" }
            let answer = parts.guards.services.status(of: proof.unit, process: status.mainProcess)
            if let reason = proof.failure(of: testimony(answer), status) { return reason }
        }
        return nil
    }

    private func testimony(_ answer: Reading<JSONValue>) -> Reading<Testimony> {
        switch answer {
        case .absent: .absent
        case .unreadable(let reason): .unreadable(reason: reason)
        case .present(let json):
            Testimony(json).map { .present($0) }
                ?? .unreadable(reason: "its status is of no shape known here")
        }
    }

    /// How another reconciler is told of this host and this commit.
    private var planArguments: [String] {
        let root = parts.state.files.root
        let place = root == "/" ? [] : ["--root", root]
        guard case .folder(let path) = parts.targets.origin else { return place }
        return place + ["--desired", path]
    }

    /// Makes sure that somebody goes back if this turn hangs and none comes after it.
    ///
    /// - Returns: why that cannot be made sure; nil when it is.
    func arm(for attempt: Attempt) -> String? {
        guard !attempt.isDrift, attempt.record.healthy != nil else { return nil }
        do throws(ServicesError) {
            try parts.guards.deadMan.arm(after: parts.guards.deadline + Self.deadManMargin)
            return nil
        } catch {
            return "error: \(error)\n  Nothing is changed: nobody would go back if this turn died."
        }
    }

    /// At the end of every turn: one that was killed may have armed it.
    func disarm() {
        do throws(ServicesError) {
            try parts.guards.deadMan.disarm()
        } catch {
            // It finds that no turn was killed, and does nothing.
            report(.warning(error.description))
        }
    }
}
