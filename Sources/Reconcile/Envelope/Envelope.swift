package import JSON

/// Account and mode, dry run, trading state and limits: what going back must never loosen
/// (design, promise 7), kept apart from release and configuration.
package struct Envelope: Hashable, Sendable {
    /// As written, by place: `limits.positions_max` is `20`. A list stands as its items with
    /// commas between. What is not there limits nothing.
    package private(set) var values: [String: String]

    /// Every place that belongs to it.
    package static var places: [String] { EnvelopeRow.table.map(\.place) }

    package init(values: [String: String] = [:]) {
        self.values = values.filter { place, _ in EnvelopeRow.row(place) != nil }
    }

    /// What one value becomes by a change, and whether that raises risk.
    package enum Direction: String, Hashable, Sendable {
        case tightens, loosens
        /// Neither is stricter than the other: another account, other symbols.
        case differs
    }

    /// One value that is not the same in two envelopes.
    package struct Difference: Hashable, Sendable {
        /// `limits.positions_max`
        package var place: String
        /// Nil where nothing stood.
        package var before: String?
        /// Nil where nothing stands.
        package var after: String?
        package var direction: Direction
    }

    /// All that is not the same, in order of place.
    package func differences(from before: Envelope) -> [Difference] {
        EnvelopeRow.table.compactMap { row in
            let (old, new) = (before.values[row.place], values[row.place])
            guard old != new, let direction = row.direction(from: old, to: new) else { return nil }
            return Difference(place: row.place, before: old, after: new, direction: direction)
        }
    }

    /// Whether nothing in it is looser than in the other, and who trades, and how, is the same.
    package func isWithin(_ other: Envelope) -> Bool {
        differences(from: other).allSatisfy { $0.direction == .tightens }
    }

    /// Of each value the stricter one; of what has no order, such as the account, its own.
    package func stricter(of other: Envelope) -> Envelope {
        var result = self
        for row in EnvelopeRow.table {
            result.values[row.place] = row.stricter(values[row.place], other.values[row.place])
        }
        return result
    }

    /// Whether both trade the same account in the same mode. What one of them does not name does
    /// not count.
    package func isForSameAccount(as other: Envelope) -> Bool {
        EnvelopeRow.identity.allSatisfy { place in
            guard let one = values[place], let two = other.values[place] else { return true }
            return one == two
        }
    }

    /// Whether of each limit one of the two is the stricter: not so for amounts of two currencies.
    package func isComparable(with other: Envelope) -> Bool {
        differences(from: other).allSatisfy { difference in
            let row = EnvelopeRow.row(difference.place)
            return difference.direction != .differs || row?.order == .list
                || EnvelopeRow.identity.contains(difference.place)
        }
    }

    /// The same, with nothing traded: cancels only.
    package var halted: Envelope {
        var result = self
        result.values["trading.state"] = "halted"
        return result
    }

    /// As the state keeps it.
    package var json: JSONValue {
        .object(
            JSONObject(
                values.sorted { $0.key < $1.key }.map {
                    JSONMember(key: $0.key, value: .string($0.value))
                }))
    }

    /// Nil for anything but a mapping of texts.
    package init?(_ json: JSONValue) {
        guard let members = json.asObject?.members else { return nil }
        var values: [String: String] = [:]
        for member in members {
            guard let text = member.value.asString else { return nil }
            values[member.key] = text
        }
        self.init(values: values)
    }
}
