import Facts
package import JSON

/// What a person said, and what holds until they take it back or until it ends by itself: a
/// suspension of turns, a hold on a unit, a rollback that stays.
package struct PersonsWord: Hashable, Sendable {
    /// Why, in their words; empty where nobody has to say.
    package var reason: String
    /// The account that said it: the one that logged in, whatever it became since.
    package var by: String
    /// Microseconds since 1970.
    package var atUs: Int64
    /// When it ends by itself, in microseconds since 1970; nil: not before it is taken back.
    package var untilUs: Int64?

    package init(reason: String, by: String, atUs: Int64, untilUs: Int64? = nil) {
        self.reason = reason
        self.by = by
        self.atUs = atUs
        self.untilUs = untilUs
    }

    /// Whether it still holds.
    package func holds(atUs nowUs: Int64) -> Bool { untilUs.map { nowUs < $0 } ?? true }

    /// `by root since 2026-11-25T02:44:09Z until 2026-11-25T04:44:09Z: a new disk`.
    package var words: String {
        let end = untilUs.map { " until \(WallTime(us: $0))" } ?? ""
        let why = reason.isEmpty ? "" : ": \(reason)"
        return "by \(by) since \(WallTime(us: atUs))\(end)\(why)"
    }

    /// As the state folder keeps it and `--json` shows it.
    package var json: JSONValue {
        [
            "reason": .string(reason), "by": .string(by),
            "since": .string("\(WallTime(us: atUs))"), "at_us": .integer(atUs),
            "until": untilUs.map { .string("\(WallTime(us: $0))") } ?? .null,
            "until_us": untilUs.map { .integer($0) } ?? .null,
        ]
    }

    /// Reads what `json` made; nil for anything else.
    package init?(_ json: JSONValue) {
        guard let reason = json["reason"]?.asString, let by = json["by"]?.asString,
            let at = json["at_us"]?.asInteger, let until = json["until_us"],
            until == .null || until.asInteger != nil
        else { return nil }
        self.init(reason: reason, by: by, atUs: at, untilUs: until.asInteger)
    }
}

extension Plan {
    /// What of a plan is applied although a person suspended turns: nothing, yet.
    ///
    /// This is the one place to decide it: what only lowers risk (design, promise 12) will be told
    /// apart here, once limits and trading state have gates of their own.
    package var appliedWhileSuspended: Plan { Plan() }
}

/// How long a person's word may hold when it has an end: as long as desired state may say.
package enum WordsEnd {
    /// Reads `--for 30m` or `--until 2026-11-25T04:44:09Z`.
    ///
    /// - Returns: when it ends, in microseconds since 1970; nil where the text is neither, or lies
    ///   not after `nowUs`.
    package static func us(for span: String?, until text: String?, nowUs: Int64) -> Int64? {
        if let span {
            guard let time = Duration(desired: span), time > .zero else { return nil }
            return nowUs + time.components.seconds * 1_000_000
        }
        guard let time = text.flatMap({ WallTime($0) }), time > WallTime(us: nowUs) else {
            return nil
        }
        return time.seconds * 1_000_000
    }
}
