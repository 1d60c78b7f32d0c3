package import Digest
package import Facts
package import JSON
package import Reconcile

/// What following a repository has to remember from turn to turn: `follow.json`.
package struct FollowNotes: Hashable, Sendable {
    /// A commit that may act here, and by which trust that was judged.
    package struct Accepted: Hashable, Sendable {
        /// Of the branch, as it stood then.
        package var commit: CommitID
        /// Over all that the host's owner allowed then.
        package var trust: ContentDigest
        /// Nil where nobody had to sign it.
        package var signer: String?
        /// The reason of the person who let it through, until the journal has it; nil otherwise.
        package var overrideReason: String?

        package init(
            _ commit: CommitID, trust: ContentDigest, signer: String?,
            overrideReason: String? = nil
        ) {
            self.commit = commit
            self.trust = trust
            self.signer = signer
            self.overrideReason = overrideReason
        }
    }

    /// So many commits are kept that were seen, and so many that were healthy: the newest.
    package static let commitsMax = 10_000
    private static let format: Int64 = 1

    /// The commit that a plan is made for: accepted last, or refused last.
    package var fetched: CommitID?
    package var accepted: Accepted?
    /// When this host first saw a commit, in microseconds since 1970.
    package var seenUs: [CommitID: Int64] = [:]
    /// What was healthy on this host, oldest first.
    package var healthy: [CommitID] = []
    /// By digest of the URL, which may hold a password.
    package var remotes: [ContentDigest: Backoff] = [:]

    package init() {}

    /// Notes that a commit is healthy here.
    package mutating func noteHealthy(_ commit: CommitID) {
        guard healthy.last != commit else { return }
        healthy.removeAll { $0 == commit }
        healthy = (healthy + [commit]).suffix(Self.commitsMax)
    }

    /// When each of these was seen first; one that was not is seen now, and never before one that
    /// was: a clock that is set back makes no key young again.
    package mutating func see(_ commits: [CommitID], atUs: Int64) {
        let new = commits.filter { seenUs[$0] == nil }
        guard !new.isEmpty else { return }
        let now = max(atUs, seenUs.values.max() ?? atUs)
        for commit in new { seenUs[commit] = now }
        guard seenUs.count > Self.commitsMax else { return }
        let needed = Set(commits)
        let old = seenUs.filter { !needed.contains($0.key) }
            .sorted { ($0.value, $0.key.text) < ($1.value, $1.key.text) }
        for (commit, _) in old.prefix(seenUs.count - Self.commitsMax) { seenUs[commit] = nil }
    }

    /// As `follow.json` keeps it.
    package var json: JSONValue {
        [
            "format": .integer(Self.format),
            "fetched": fetched.map { .string($0.text) } ?? .null,
            "accepted": accepted.map {
                [
                    "commit": .string($0.commit.text), "trust": .string("\($0.trust)"),
                    "signer": $0.signer.map { .string($0) } ?? .null,
                    "override": $0.overrideReason.map { .string($0) } ?? .null,
                ]
            } ?? .null,
            "seen_us": .object(
                JSONObject(
                    seenUs.sorted { $0.key.text < $1.key.text }.map {
                        JSONMember(key: $0.key.text, value: .integer($0.value))
                    })),
            "healthy": .array(healthy.map { .string($0.text) }),
            "remotes": .object(
                JSONObject(
                    remotes.map { ("\($0.key)", $0.value) }.sorted { $0.0 < $1.0 }.map {
                        JSONMember(
                            key: $0.0,
                            value: [
                                "failures": .integer(Int64($0.1.failures)),
                                "not_before_us": .integer($0.1.notBeforeUs),
                            ])
                    })),
        ]
    }

    /// Nil when the document is not of this shape.
    package init?(_ json: JSONValue) {
        guard json["format"]?.asInteger == Self.format, let seen = json["seen_us"]?.asObject,
            let healthy = json["healthy"]?.asArray, let remotes = json["remotes"]?.asObject
        else { return nil }
        if let text = json["fetched"]?.asString {
            guard let commit = CommitID(text) else { return nil }
            fetched = commit
        }
        if let json = json["accepted"], json != .null {
            guard let commit = json["commit"]?.asString.flatMap({ CommitID($0) }),
                let trust = json["trust"]?.asString.flatMap({ ContentDigest(hex: $0) })
            else { return nil }
            accepted = Accepted(
                commit, trust: trust, signer: json["signer"]?.asString,
                overrideReason: json["override"]?.asString)
        }
        for member in seen.members {
            guard let commit = CommitID(member.key), let us = member.value.asInteger else {
                return nil
            }
            seenUs[commit] = us
        }
        for item in healthy {
            guard let commit = item.asString.flatMap({ CommitID($0) }) else { return nil }
            self.healthy.append(commit)
        }
        for member in remotes.members {
            guard let name = ContentDigest(hex: member.key),
                let failures = member.value["failures"]?.asInteger,
                let until = member.value["not_before_us"]?.asInteger
            else { return nil }
            self.remotes[name] = Backoff(failures: Int(clamping: failures), notBeforeUs: until)
        }
    }
}
