package import Digest
import Facts
package import JSON
package import Machine
package import Reconcile

/// Content that failed here and is not tried again until it changes or a person clears it.
package struct Quarantine: Hashable, Sendable {
    /// One failed content.
    package struct Entry: Hashable, Sendable {
        /// Digest over all that desired state wants, whatever the commit is called:
        /// `Desired.contentDigest`.
        package var content: ContentDigest
        /// The same without the envelope, `Desired.coreDigest`, and the envelope; nil for what came
        /// before these were kept.
        package var core: ContentDigest?
        package var envelope: Envelope?
        /// The commit by which it came first.
        package var label: String
        package var reason: String
        /// Microseconds since 1970.
        package var atUs: Int64
    }

    /// In the order in which they came; each content at most once.
    package var entries: [Entry] = []

    package init() {}

    /// The entry for a commit's content, whatever the commit is called: that very content, or one
    /// that is no looser and otherwise the same (design, promise 9). Nil when it may be tried.
    package func entry(for target: Target) -> Entry? {
        if entries.isEmpty { return nil }
        if let entry = entry(for: target.content) { return entry }
        let core = target.desired.coreDigest
        return entries.first { entry in
            entry.core == core
                && entry.envelope.map { target.desired.envelope.isWithin($0) } == true
        }
    }

    /// The entry for this content; nil when it may be tried.
    package func entry(for content: ContentDigest) -> Entry? {
        entries.first { $0.content == content }
    }

    /// As `quarantine.json` keeps it and `quarantine --json` shows it.
    package var json: JSONValue {
        .array(
            entries.map {
                [
                    "content": .string("\($0.content)"), "commit": .string($0.label),
                    "reason": .string($0.reason), "at_us": .integer($0.atUs),
                    "core": $0.core.map { .string("\($0)") } ?? .null,
                    "envelope": $0.envelope?.json ?? .null,
                ]
            })
    }

    init?(_ json: JSONValue) {
        guard let items = json.asArray else { return nil }
        for item in items {
            guard let content = item["content"]?.asString.flatMap({ ContentDigest(hex: $0) }),
                let label = item["commit"]?.asString, let reason = item["reason"]?.asString,
                let at = item["at_us"]?.asInteger
            else { return nil }
            entries.append(
                Entry(
                    content: content,
                    core: item["core"]?.asString.flatMap { ContentDigest(hex: $0) },
                    envelope: item["envelope"].flatMap { Envelope($0) }, label: label,
                    reason: reason, atUs: at))
        }
    }
}

extension StateFolder {
    private static let quarantineName = "quarantine.json"

    /// What is quarantined here; empty where no content ever failed. One that cannot be read is an
    /// error, never taken for empty.
    package func quarantine() throws(MachineError) -> Quarantine {
        guard let document = try document(Self.quarantineName) else { return Quarantine() }
        guard let quarantine = Quarantine(document) else {
            throw MachineError(
                "read", files.outside(try path(Self.quarantineName)),
                .found("it is not of a shape known here"))
        }
        return quarantine
    }

    /// Replaces `quarantine.json`, durably; whoever calls holds the lock.
    package func write(_ quarantine: Quarantine) throws(MachineError) {
        try write(Self.quarantineName, quarantine.json)
    }
}
