import Facts
import Git
import Reconcile

/// Gathers what has to be known of a commit before it may act here.
struct CommitJudge: Sendable {
    /// So many commits are verified in one turn; each takes two short runs of a program.
    static let commitsMax = 10_000

    let settings: SignatureSettings
    let history: any History
    let verifier: any SignatureVerifier
    let keys: AllowedKeys

    /// `healthy`: the commit that is healthy here.
    /// `notes` learns which commits were seen.
    func facts(
        of tip: CommitID, healthy: CommitID?, notes: inout FollowNotes, atUs: Int64,
        complete: (inout TipFacts) throws(GitError) -> Void
    ) throws(GitError) -> TipFacts {
        let own = try history.objects(of: [tip])
        var facts = TipFacts(tip, author: own.first?.author ?? "")
        facts.healthy = healthy
        facts.containsHealthy =
            try healthy.map { healthy throws(GitError) in
                try history.contains(healthy, in: tip)
            } ?? false
        facts.floor = settings.floor
        var floor: CommitID?
        if let named = settings.floor {
            floor = try history.commit(named: named)
            facts.containsFloor =
                try floor.map { floor throws(GitError) in
                    try history.contains(floor, in: tip)
                } ?? false
        }
        try complete(&facts)
        guard settings.required, case .accepted = facts.ancestry else { return facts }
        var range = try history.commits(of: tip, without: [healthy, floor].compactMap(\.self))
        if let floor, !settings.isFloorWhole, try !isIn(healthy, floor) { range.append(floor) }
        if range.count > Self.commitsMax {
            throw GitError(
                "verify", "\(range.count) commits at once",
                "at most \(Self.commitsMax): name a newer `signatures.floor` in host.yaml")
        }
        notes.see(range, atUs: atUs)
        facts.signatures = try verdicts(on: range, notes, atUs)
        return facts
    }

    private func isIn(_ healthy: CommitID?, _ floor: CommitID) throws(GitError) -> Bool {
        guard let healthy else { return false }
        return try history.contains(floor, in: healthy)
    }

    /// Up to the first that is not good: one is enough to refuse them all.
    private func verdicts(
        on commits: [CommitID], _ notes: FollowNotes, _ atUs: Int64
    ) throws(GitError) -> [TipFacts.Signed] {
        var signed: [TipFacts.Signed] = []
        for (commit, object) in zip(commits, try history.objects(of: commits)) {
            let verdict = try verifier.verdict(
                on: object, by: keys, atUs: notes.seenUs[commit] ?? atUs)
            signed.append(TipFacts.Signed(commit, author: object.author, verdict))
            guard case .good = verdict else { break }
        }
        return signed
    }
}
