package import Digest
import Facts
package import JSON
package import Machine

/// Content that failed here and is not tried again until it changes or a person clears it.
package struct Quarantine: Hashable, Sendable {
    /// One failed content.
    package struct Entry: Hashable, Sendable {
        /// Digest over all that desired state wants, whatever the commit is called:
        /// `Desired.contentDigest`.
        package var content: ContentDigest
        /// The commit by which it came first.
        package var label: String
        package var reason: String
        /// Microseconds since 1970.
        package var atUs: Int64
    }

    /// In the order in which they came; each content at most once.
    package var entries: [Entry] = []

    package init() {}

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
            entries.append(Entry(content: content, label: label, reason: reason, atUs: at))
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
