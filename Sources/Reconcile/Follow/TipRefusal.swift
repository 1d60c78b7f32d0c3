package import Facts

/// Why the commit that a branch stands at may not act on this host.
package struct TipRefusal: Hashable, Sendable {
    /// What is wrong.
    package enum Reason: Hashable, Sendable {
        /// Its history does not hold the commit that is healthy here.
        case rewound(CommitID)
        /// Its history does not hold the floor of host.yaml.
        case belowFloor(String)
        /// A commit of its range is not signed as it has to be; `since` is where the range begins,
        /// nil for the whole history.
        case signature(SignatureVerdict, since: String?)
    }

    /// The commit that the branch stands at.
    package var tip: CommitID
    /// The commit that is at fault: the tip, or one that it would bring along.
    package var commit: CommitID
    /// `Name <mail>`, as that commit says of itself.
    package var author: String
    package var reason: Reason

    package init(tip: CommitID, commit: CommitID, author: String, reason: Reason) {
        self.tip = tip
        self.commit = commit
        self.author = author
        self.reason = reason
    }

    /// For an operator: which commit, whose, what is wrong with it, and the way out.
    package var text: String {
        let by = author.isEmpty ? "" : "\n  Author: \(author)"
        return "error: \(tip.short) is refused: \(problem)\n  commit \(commit)\(by)\n  \(wayOut)"
    }

    private var problem: String {
        switch reason {
        case .rewound(let healthy):
            "its history does not contain \(healthy.short), which is healthy"
        case .belowFloor(let floor): "its history does not contain \(floor), the floor"
        case .signature(let verdict, _):
            commit == tip
                ? "it \(verdict.words)" : "\(commit.short), which it contains, \(verdict.words)"
        }
    }

    private var wayOut: String {
        switch reason {
        case .rewound(let healthy):
            """
            To take changes back, push a revert (git revert). Where history was rewritten on
              purpose, put it on top of \(healthy.short) again, or let it through once:
              v6-reconcile --override-gate ancestry --reason TEXT
            """
        case .belowFloor:
            """
            Push a commit that contains the floor, or set another `signatures.floor` in
              \(HostSettings.path).
            """
        case .signature(_, let since?):
            """
            Every commit after \(since) has to be signed by a key that this host allows: sign it
              again and push. Or set `signatures.floor` in \(HostSettings.path) to a
              commit that you have looked at, by all its digits: what it contains is trusted.
            """
        case .signature(_, nil):
            """
            No commit is healthy here yet, so the whole history has to be signed by keys that this
              host allows. Or set `signatures.floor` in \(HostSettings.path) to a
              commit that you have looked at, by all its digits: what it contains is trusted.
            """
        }
    }
}
