import Digest
import Facts
import Git
import Machine
import Reconcile

/// One search for the newest commit that may act here, and what it learns on the way.
struct FollowSearch {
    private(set) var notes: FollowNotes
    /// What was accepted; nil until then.
    private(set) var followed: Follower.Followed?
    private let parts: Follower
    private let trust: HostTrust
    private let nowUs: Int64
    private var failures: [String] = []
    private var warnings: [String] = []
    private var refusals: [TipRefusal] = []

    init(_ parts: Follower, _ notes: FollowNotes, _ trust: HostTrust) {
        self.parts = parts
        self.notes = notes
        self.trust = trust
        nowUs = parts.clock.wallUs()
    }

    mutating func run(_ isReady: (CommitID) -> Bool) throws(TargetError) -> Follower.Followed {
        for (index, url) in parts.settings.repositories.enumerated() {
            let name = ContentDigest.of(url)
            let backoff = notes.remotes[name] ?? Backoff()
            if parts.manner.isAutomatic, let left = backoff.secondsLeft(atUs: nowUs) {
                failures.append(
                    "\(url) could not be asked \(backoff.failures) times: not asked for \(left) s")
                continue
            }
            do throws(GitError) {
                let isFound = try ask(url, isFirst: index == 0, isReady)
                notes.remotes[name] = nil
                if isFound { break }
            } catch {
                failures.append(error.description)
                notes.remotes[name] = backoff.failed(atUs: nowUs, random: parts.manner.random)
            }
        }
        return try finish(isReady)
    }

    /// - Returns: whether this repository offers a commit that may act here.
    private mutating func ask(
        _ url: String, isFirst: Bool, _ isReady: (CommitID) -> Bool
    ) throws(GitError) -> Bool {
        let tip = try parts.mirror.remoteTip(of: parts.settings.branch, at: url)
        if isAccepted(tip), isReady(tip) {
            accept(tip, signer: notes.accepted?.signer)
            return true
        }
        try parts.mirror.fetch(tip, of: parts.settings.branch, from: url)
        if !isFirst, let last = notes.accepted?.commit, try !parts.mirror.contains(last, in: tip) {
            // A copy that is behind takes nothing back; only the first repository may.
            failures.append(
                "\(url) offers \(tip.short), which does not contain \(last.short), accepted last")
            return false
        }
        guard let refusal = try refusal(of: tip) else { return true }
        refusals.append(refusal)
        warnings.append("\(url) offers \(tip.short), which is refused; the next one is asked")
        return false
    }

    /// Whether the first repository that answers offers another commit that may act.
    mutating func findsNewer(than commit: CommitID) -> Bool {
        for (index, url) in parts.settings.repositories.enumerated() {
            do throws(GitError) {
                let tip = try parts.mirror.remoteTip(of: parts.settings.branch, at: url)
                if tip == commit { return false }
                try parts.mirror.fetch(tip, of: parts.settings.branch, from: url)
                if index > 0, try !parts.mirror.contains(commit, in: tip) { return false }
                return try refusal(of: tip) == nil
            } catch {
                // Another may answer; a turn is not cut short because nobody does.
            }
        }
        return false
    }

    private func isAccepted(_ tip: CommitID) -> Bool {
        notes.accepted?.commit == tip && notes.accepted?.trust == trust.digest
    }

    /// Judges a commit that the mirror holds, unless that was done already by the same trust.
    ///
    /// - Returns: why it is refused; nil when it is accepted.
    mutating func refusal(of tip: CommitID) throws(GitError) -> TipRefusal? {
        if isAccepted(tip) {
            accept(tip, signer: notes.accepted?.signer)
            return nil
        }
        let (memory, manner) = (parts.memory, parts.manner)
        let healthy = try remembered { () throws(MachineError) in try memory.healthy() }
        if let healthy { notes.noteHealthy(healthy) }
        let judge = CommitJudge(
            settings: parts.settings.signatures, history: parts.mirror,
            verifier: parts.verifier, keys: trust.keys)
        let known = notes.healthy
        let facts = try judge.facts(of: tip, healthy: healthy, notes: &notes, atUs: nowUs) {
            facts throws(GitError) in
            facts.overridesAncestry = manner.overrideReason != nil
            guard healthy != nil, !facts.containsHealthy else { return }
            facts.wasHealthy = known.contains(tip)
            guard !facts.wasHealthy else { return }
            facts.wasHealthy = try remembered { () throws(MachineError) in
                try memory.hasGeneration(of: tip)
            }
        }
        switch facts.verdict {
        case .refused(let refusal): return refusal
        case .accepted(let overrides):
            accept(
                tip, signer: facts.signer ?? notes.accepted?.signer(of: tip),
                overrideReason: overrides ? manner.overrideReason : nil)
            if trust.hasTimes, let doubt = manner.clockDoubt() {
                warnings.append("keys are judged by a clock that may be wrong: \(doubt)")
            }
            return nil
        }
    }

    private mutating func accept(
        _ tip: CommitID, signer: String?, overrideReason: String? = nil
    ) {
        notes.fetched = tip
        // What the journal does not have yet is not forgotten.
        let pending = notes.accepted.flatMap { $0.commit == tip ? $0.overrideReason : nil }
        notes.accepted = FollowNotes.Accepted(
            tip, trust: trust.digest, signer: signer, overrideReason: overrideReason ?? pending)
        followed = Follower.Followed(commit: tip, signer: signer)
    }

    private mutating func finish(
        _ isReady: (CommitID) -> Bool
    ) throws(TargetError) -> Follower.Followed {
        if var followed {
            followed.warnings = failures + warnings
            return followed
        }
        if let refusal = refusals.first {
            notes.fetched = refusal.tip
            throw TargetError(text(of: refusal), exitCode: TargetError.refused)
        }
        return try last(isReady)
    }

    private func text(of refusal: TipRefusal) -> String {
        ([refusal.text] + failures.map { "  \($0)" }).joined(separator: "\n")
    }

    /// Nobody could be asked: the commit that was accepted last, judged again where whom to trust
    /// has changed since.
    private mutating func last(
        _ isReady: (CommitID) -> Bool
    ) throws(TargetError) -> Follower.Followed {
        let failure = failures.joined(separator: "; ")
        guard let last = notes.accepted?.commit, isReady(last) else {
            throw TargetError(
                """
                error: \(failure.isEmpty ? "no repository is named" : failure)
                  \(parts.manner.asksAnew
                    ? "Without --refresh, the plan is for what was fetched last."
                    : "Nothing was ever fetched, so there is nothing to converge to.")
                  Check `repository` and `branch` in \(HostSettings.path).
                """)
        }
        let refusal: TipRefusal?
        do throws(GitError) {
            refusal = try self.refusal(of: last)
        } catch {
            throw TargetError("error: \(failure)\n  \(error)")
        }
        if let refusal {
            throw TargetError(text(of: refusal), exitCode: TargetError.refused)
        }
        guard var followed else { throw TargetError("error: \(failure)") }
        followed.failure = failure
        followed.warnings = warnings
        return followed
    }
}

extension FollowNotes.Accepted {
    fileprivate func signer(of commit: CommitID) -> String? {
        self.commit == commit ? signer : nil
    }
}

/// What the host itself remembers; not being able to read it ends a search like git's own trouble.
private func remembered<Value>(
    _ body: () throws(MachineError) -> Value
) throws(GitError) -> Value {
    do throws(MachineError) {
        return try body()
    } catch {
        throw GitError("judge", "a commit", error.description)
    }
}
