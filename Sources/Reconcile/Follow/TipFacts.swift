package import Facts

/// All that is known of the commit that a branch stands at, before it may act on this host.
package struct TipFacts: Hashable, Sendable {
    /// One commit of the range that has to be signed.
    package struct Signed: Hashable, Sendable {
        /// The tip, or one that it brings along.
        package var commit: CommitID
        /// `Name <mail>`, as it says of itself.
        package var author: String
        package var verdict: SignatureVerdict

        package init(_ commit: CommitID, author: String, _ verdict: SignatureVerdict) {
            self.commit = commit
            self.author = author
            self.verdict = verdict
        }
    }

    /// The commit that the branch stands at.
    package var tip: CommitID
    /// `Name <mail>` of the tip.
    package var author: String
    /// The commit that is healthy here; nil where none is.
    package var healthy: CommitID?
    /// Whether the tip's history holds it.
    package var containsHealthy = false
    /// Whether this very commit was healthy on this host before.
    package var wasHealthy = false
    /// Whether a person lets a rewound history through, with a reason.
    package var overridesAncestry = false
    /// As host.yaml names it; nil where it names none.
    package var floor: String?
    /// Whether the tip's history holds it, or is it.
    package var containsFloor = false
    /// Every commit since healthy or the floor, through all parents; nil where none has to be
    /// signed.
    package var signatures: [Signed]?

    package init(_ tip: CommitID, author: String) {
        self.tip = tip
        self.author = author
    }

    /// Whether the tip may act here, as far as its place in history says.
    package var ancestry: TipVerdict {
        if let floor, !containsFloor { return .refused(refusal(.belowFloor(floor))) }
        guard let healthy, !containsHealthy, !wasHealthy else { return .accepted(overrides: false) }
        if overridesAncestry { return .accepted(overrides: true) }
        return .refused(refusal(.rewound(healthy)))
    }

    /// Whether the tip may act here.
    package var verdict: TipVerdict {
        let place = ancestry
        guard case .accepted = place, let signatures else { return place }
        for signed in signatures {
            if case .good = signed.verdict { continue }
            return .refused(
                TipRefusal(
                    tip: tip, commit: signed.commit, author: signed.author,
                    reason: .signature(signed.verdict, since: healthy?.short ?? floor)))
        }
        return place
    }

    /// Who signed the tip; nil where nobody had to, or where it is older than the range.
    package var signer: String? {
        guard case .good(let signer)? = signatures?.first(where: { $0.commit == tip })?.verdict
        else { return nil }
        return signer
    }

    private func refusal(_ reason: TipRefusal.Reason) -> TipRefusal {
        TipRefusal(tip: tip, commit: tip, author: author, reason: reason)
    }
}

/// Whether a commit may act on this host.
package enum TipVerdict: Hashable, Sendable {
    /// `overrides`: only because a person said so.
    case accepted(overrides: Bool)
    case refused(TipRefusal)
}
