package import Digest
package import Facts
package import JSON

/// What a plan is bound to: it may be applied to this machine, from this commit, while the host is
/// as it was, until it expires.
package struct PlanBinding: Hashable, Sendable {
    /// How long a plan may be applied when nobody says: an hour.
    package static let lifetimeDefault: Duration = .seconds(3_600)
    /// The longest that somebody may say: a week.
    package static let lifetimeMax: Duration = .seconds(7 * 86_400)

    /// The commit's whole name.
    package var commit: String
    package var host: HostPicture
    /// Over the steps, what is held, and the wanted content.
    package var plan: ContentDigest
    /// Of the machine: over its machine-id and the root that was planned for.
    package var machine: ContentDigest
    package var expiresAt: WallTime

    package init(
        commit: String, host: HostPicture, plan: ContentDigest, machine: ContentDigest,
        expiresAt: WallTime
    ) {
        self.commit = commit
        self.host = host
        self.plan = plan
        self.machine = machine
        self.expiresAt = expiresAt
    }

    /// As a plan's JSON shows it; what the broker looks like is not bound yet.
    package var json: JSONValue {
        [
            "commit": .string(commit), "host_digest": .string("\(host.digest)"),
            "broker_digest": nil, "plan_digest": .string("\(plan)"),
            "machine": .string("\(machine)"), "expires_at": .string("\(expiresAt)"),
        ]
    }

    /// Why a plan that was bound like this may not be applied now: what has changed, in words;
    /// empty when nothing has. `now`: the same plan, made anew.
    package func changes(to now: PlanBinding) -> [String] {
        var changes: [String] = []
        if machine != now.machine { changes.append("machine: it was made for another one") }
        if commit != now.commit {
            changes.append("commit: it is \(now.commit.short), the plan is for \(commit.short)")
        }
        let things = host.differences(from: now.host)
        changes += things.prefix(Self.shownMax).map { "host: \($0) has changed" }
        if things.count > Self.shownMax {
            changes.append("host: \(things.count - Self.shownMax) things more have changed")
        }
        if changes.isEmpty, plan != now.plan {
            changes.append("plan: the same host and commit would be planned otherwise now")
        }
        return changes
    }

    /// Most things of the host that are named one by one.
    private static let shownMax = 10
}

extension String {
    /// A commit's name as people say it.
    fileprivate var short: String {
        String((hasPrefix("folder-") ? dropFirst("folder-".count) : self[...]).prefix(7))
    }
}

/// A plan that was shown and kept: `--plan --out FILE`.
package struct SavedPlan: Hashable, Sendable {
    /// What the document says it is.
    package static let kind = "v6-reconcile plan"
    private static let hostKey = "host"

    /// What it may be applied to.
    package var binding: PlanBinding

    package init(_ binding: PlanBinding) { self.binding = binding }

    /// The document: what `--plan --json` shows, and the host thing by thing.
    package func document(_ shown: JSONValue) -> JSONValue {
        var fields: JSONObject = ["saved": .string(Self.kind)]
        fields.members += shown.asObject?.members ?? []
        fields[Self.hostKey] = binding.host.json
        return .object(fields)
    }

    /// Reads a document.
    ///
    /// - Throws: `SavedPlanFault` when it is none, is of another version, or was changed.
    package init(_ document: JSONValue) throws(SavedPlanFault) {
        guard document["saved"]?.asString == Self.kind else {
            throw SavedPlanFault("it is no plan that v6-reconcile --plan --out saved")
        }
        guard document["format_version"]?.asString == Plan.formatVersion else {
            throw SavedPlanFault("it was saved by another version; plan again")
        }
        let binding = document["binding"]
        func digest(_ key: String) -> ContentDigest? {
            binding?[key]?.asString.flatMap { ContentDigest(hex: $0) }
        }
        guard let commit = binding?["commit"]?.asString, let plan = digest("plan_digest"),
            let machine = digest("machine"),
            let expiresAt = binding?["expires_at"]?.asString.flatMap({ WallTime($0) }),
            let host = document[Self.hostKey].flatMap({ HostPicture($0) })
        else { throw SavedPlanFault("its binding is broken") }
        guard digest("host_digest") == host.digest else {
            throw SavedPlanFault("it was changed: its host is not what its digest was made over")
        }
        self.binding = PlanBinding(
            commit: commit, host: host, plan: plan, machine: machine, expiresAt: expiresAt)
    }
}

/// Why a file is no saved plan: the rest of a sentence that begins with the file.
package struct SavedPlanFault: Error, Hashable, Sendable {
    /// Without the file.
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

extension Plan {
    /// Over everything that applying the plan would do, and what it would not.
    ///
    /// `content`: of the wanted state, where the bytes and owners that steps write come from.
    package func digest(_ content: ContentDigest) -> ContentDigest {
        var lines = ["v6 plan 1", "\(content)"]
        for change in changes {
            lines.append(
                "\(change.action) \(change.address) \(change.cause) \(change.effect)")
            lines += change.details + change.steps.map { "  \($0)" }
        }
        lines += held.map { "held \($0.address) \($0.gate)" }
        lines += obstacles.map { "obstacle \($0.subject)" }
        return .of(lines.map { $0 + "\0" }.joined())
    }
}
