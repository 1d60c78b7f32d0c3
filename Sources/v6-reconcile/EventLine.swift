import JSON
import Reconcile

/// One event: a JSON line, and an entry for journald.
struct EventLine {
    let kind: EventKind
    /// Of the JSON line, behind `type` and `timestamp`.
    var fields: JSONObject
    /// For people.
    let message: String
    var priority = EventPriority.info
    /// As V6_COMMIT, V6_UNIT and V6_VERDICT say it.
    var commit: String?
    var unit: String?
    var verdict: String?

    init(
        _ kind: EventKind, _ fields: JSONObject, _ message: String,
        priority: EventPriority = .info, unit: String? = nil, verdict: String? = nil
    ) {
        self.kind = kind
        self.fields = fields
        self.message = message
        self.priority = priority
        self.unit = unit
        self.verdict = verdict
    }

    /// `at`: as RFC 3339 has it.
    func json(at: String) -> JSONValue {
        var line: JSONObject = ["type": .string(kind.rawValue), "timestamp": .string(at)]
        line.members += fields.members
        return .object(line)
    }

    /// As journald takes it: systemd.journal-fields(7).
    var journalFields: [(name: String, value: String)] {
        var all = [
            (name: "MESSAGE", value: message), (name: "MESSAGE_ID", value: kind.messageID),
            (name: "PRIORITY", value: "\(priority.rawValue)"),
            (name: "SYSLOG_IDENTIFIER", value: "v6-reconcile"),
            (name: "V6_EVENT", value: kind.rawValue),
        ]
        for (name, value) in [
            ("V6_COMMIT", commit), ("V6_UNIT", unit), ("V6_VERDICT", verdict),
            ("V6_ADDRESS", fields["address"]?.asString), ("V6_REASON", fields["reason"]?.asString),
            ("V6_EXIT_STATUS", fields["exit_code"]?.asInteger.map { "\($0)" }),
        ] {
            if let value { all.append((name: name, value: value)) }
        }
        return all
    }
}
