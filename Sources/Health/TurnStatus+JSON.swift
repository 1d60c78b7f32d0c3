import Facts
package import JSON

extension TurnStatus {
    /// The document; durations and ages in seconds, instants in UTC.
    package var json: JSONValue {
        [
            "format_version": "1.0",
            "ended_at": .string("\(WallTime(us: ended.wallUs))"),
            "ended_at_us": .integer(ended.wallUs),
            "boot_id": .string(ended.bootId),
            "since_boot_ms": .integer(ended.sinceBootMs),
            "duration_ms": .integer(durationMs),
            "exit_status": .integer(Int64(exitStatus)),
            "outcome": .string(outcome),
            "since_us": sinceUs.map { .integer($0) } ?? .null,
            "reason": text(reason),
            "desired": text(desired),
            "attempted": text(attempted),
            "applied": text(applied),
            "healthy": text(healthy),
            "clock": text(clock),
            "units": .object(
                JSONObject(
                    units.sorted { $0.key < $1.key }.map {
                        JSONMember(key: $0.key.text, value: .string($0.value))
                    })),
            "drift": .array(drift.map(\.json)),
            "held": .array(held.map(\.json)),
            "quarantined": .array(quarantined.map(\.json)),
            "warnings": .array(warnings.map { .string($0) }),
        ]
    }

    private func text(_ words: String?) -> JSONValue { words.map { .string($0) } ?? .null }

    /// Reads what `json` made; nil for anything else.
    package init?(_ json: JSONValue) {
        guard let wall = json["ended_at_us"]?.asInteger, let boot = json["boot_id"]?.asString,
            let since = json["since_boot_ms"]?.asInteger,
            let duration = json["duration_ms"]?.asInteger,
            let status = json["exit_status"]?.asInteger.flatMap(Int32.init(exactly:)),
            let outcome = json["outcome"]?.asString, let units = json["units"]?.asObject,
            let drift = json["drift"]?.asArray, let held = json["held"]?.asArray,
            let quarantined = json["quarantined"]?.asArray,
            let warnings = json["warnings"]?.asArray
        else { return nil }
        self.init(
            ended: HostMoment(wallUs: wall, bootId: boot, sinceBootMs: since),
            exitStatus: status, outcome: outcome)
        durationMs = duration
        sinceUs = json["since_us"]?.asInteger
        reason = json["reason"]?.asString
        desired = json["desired"]?.asString
        attempted = json["attempted"]?.asString
        applied = json["applied"]?.asString
        healthy = json["healthy"]?.asString
        clock = json["clock"]?.asString
        for member in units {
            guard let name = UnitName(member.key), let word = member.value.asString else {
                return nil
            }
            self.units[name] = word
        }
        self.drift = drift.compactMap(Drift.init)
        self.held = held.compactMap(Held.init)
        self.quarantined = quarantined.compactMap(Quarantined.init)
        self.warnings = warnings.compactMap(\.asString)
        guard self.drift.count == drift.count, self.held.count == held.count,
            self.quarantined.count == quarantined.count, self.warnings.count == warnings.count
        else { return nil }
    }
}

extension TurnStatus.Drift {
    /// As the document and `status --json` show it.
    package var json: JSONValue {
        [
            "address": .string(address), "action": .string(action),
            "details": .array(details.map { .string($0) }), "healed": .bool(isHealed),
        ]
    }

    init?(_ json: JSONValue) {
        guard let address = json["address"]?.asString, let action = json["action"]?.asString,
            let details = json["details"]?.asArray?.compactMap(\.asString),
            let healed = json["healed"]?.asBool
        else { return nil }
        self.init(address: address, action: action, details: details, isHealed: healed)
    }
}

extension TurnStatus.Held {
    /// As the document and `status --json` show it.
    package var json: JSONValue {
        ["address": .string(address), "gate": .string(gate), "reason": .string(reason)]
    }

    init?(_ json: JSONValue) {
        guard let address = json["address"]?.asString, let gate = json["gate"]?.asString,
            let reason = json["reason"]?.asString
        else { return nil }
        self.init(address: address, gate: gate, reason: reason)
    }
}

extension TurnStatus.Quarantined {
    /// As the document shows it.
    package var json: JSONValue {
        [
            "commit": .string(commit), "reason": .string(reason),
            "at": .string("\(WallTime(us: atUs))"), "at_us": .integer(atUs),
        ]
    }

    init?(_ json: JSONValue) {
        guard let commit = json["commit"]?.asString, let reason = json["reason"]?.asString,
            let at = json["at_us"]?.asInteger
        else { return nil }
        self.init(commit: commit, reason: reason, atUs: at)
    }
}
