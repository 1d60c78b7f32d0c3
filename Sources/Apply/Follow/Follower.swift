import Digest
package import Facts
package import Git
package import Machine
package import Reconcile

/// How one turn, plan or check follows a repository.
package struct FollowManner: Sendable {
    /// Whether a timer started it: then a repository that failed is left alone for a while.
    package var isAutomatic = false
    /// Whether it is a plan that asks although something is known: then that is a way out.
    package var asksAnew = false
    /// Where the jitter of that while comes from.
    package var random: UInt64 = 0
    /// Why a person lets a rewound history through, this once; nil: nobody does.
    package var overrideReason: String?
    /// Why the host's clock may be wrong; nil when it is proved, or not judged.
    package var clockDoubt: @Sendable () -> String? = { nil }

    package init() {}
}

/// Finds the newest commit that may act here, among the repositories in their order.
package struct Follower: Sendable {
    /// A commit that may act here.
    package struct Followed: Hashable, Sendable {
        /// The newest that may.
        package var commit: CommitID
        /// Who signed it; nil where nobody had to.
        package var signer: String?
        /// Why no repository could be asked: the commit is the one that was accepted last.
        package var failure: String?
        package var warnings: [String] = []
    }

    let settings: HostSettings
    let mirror: any Repository & History
    let verifier: any SignatureVerifier
    let memory: FollowMemory
    let clock: any HostClock
    let manner: FollowManner

    package init(
        settings: HostSettings, mirror: any Repository & History,
        verifier: any SignatureVerifier, memory: FollowMemory, clock: any HostClock,
        manner: FollowManner = FollowManner()
    ) {
        self.settings = settings
        self.mirror = mirror
        self.verifier = verifier
        self.memory = memory
        self.clock = clock
        self.manner = manner
    }

    /// Asks the repositories.
    ///
    /// `isReady`: whether a commit lies laid out, so that nothing of it has to be fetched.
    /// Throws `TargetError`: a refusal, when none of them offers a commit that may act here.
    package func newest(isReady: (CommitID) -> Bool) throws(TargetError) -> Followed {
        let before = try machine { () throws(MachineError) in try memory.notes() }
        var search = FollowSearch(self, before, try memory.trust(settings.signatures))
        let outcome = Result { () throws(TargetError) in try search.run(isReady) }
        let notes = search.notes
        try machine { () throws(MachineError) in try memory.keep(notes, insteadOf: before) }
        return try outcome.get()
    }

    /// What a plan is made for, without asking anybody; nil when that is not known, or not ready.
    package func known(isReady: (CommitID) -> Bool) throws(TargetError) -> Followed? {
        let notes = try machine { () throws(MachineError) in try memory.notes() }
        guard let fetched = notes.fetched else { return nil }
        var search = FollowSearch(self, notes, try memory.trust(settings.signatures))
        let refusal: TipRefusal?
        do throws(GitError) {
            refusal = try search.refusal(of: fetched)
        } catch {
            // The mirror is lost: then it is asked for anew.
            return nil
        }
        if let refusal { throw TargetError(refusal.text, exitCode: TargetError.refused) }
        return isReady(fetched) ? search.followed : nil
    }

    /// Whether the branch stands by now at another commit that may act; false where nobody answers.
    /// Nothing is noted: the next turn judges for itself.
    package func hasNewer(than commit: CommitID) -> Bool {
        do throws(TargetError) {
            let notes = try machine { () throws(MachineError) in try memory.notes() }
            var search = FollowSearch(self, notes, try memory.trust(settings.signatures))
            return search.findsNewer(than: commit)
        } catch {
            return false
        }
    }

    /// The commit that was accepted last, as far as that is known.
    func accepted() -> CommitID? {
        do throws(MachineError) {
            return try memory.notes().accepted?.commit
        } catch {
            return nil
        }
    }

    /// Has what a person let through written down, where that was not done yet.
    ///
    /// `write`: writes it, durably; only then it is forgotten here.
    func tellOverride(
        _ write: (CommitID, String) throws(MachineError) -> Void
    ) throws(MachineError) {
        let before = try memory.notes()
        guard let accepted = before.accepted, let reason = accepted.overrideReason else { return }
        try write(accepted.commit, reason)
        var notes = before
        notes.accepted?.overrideReason = nil
        try memory.keep(notes, insteadOf: before)
    }

    /// The commit that a plan is made for, as far as that is known.
    func fetched() -> CommitID? {
        do throws(MachineError) {
            return try memory.notes().fetched
        } catch {
            return nil
        }
    }
}
