import Facts
package import JSON

extension HealthMemory {
    /// As it is kept.
    package var json: JSONValue {
        [
            "format_version": "1.0",
            "boot_id": .string(looked.bootId),
            "since_boot_ms": .integer(looked.sinceBootMs),
            "at_us": .integer(looked.wallUs),
            "drift_since_ms": driftSinceMs.map { .integer($0) } ?? .null,
            "checks": .object(
                JSONObject(
                    entries.sorted { $0.key < $1.key }.map {
                        JSONMember(key: $0.key, value: $0.value.json)
                    })),
        ]
    }

    /// Reads what `json` made; nil for anything else: then nothing is remembered.
    package init?(_ json: JSONValue) {
        guard json["format_version"] == "1.0", let boot = json["boot_id"]?.asString,
            let since = json["since_boot_ms"]?.asInteger, let at = json["at_us"]?.asInteger,
            let checks = json["checks"]?.asObject
        else { return nil }
        self.init(looked: HostMoment(wallUs: at, bootId: boot, sinceBootMs: since))
        driftSinceMs = json["drift_since_ms"]?.asInteger
        for member in checks {
            guard let entry = Entry(member.value) else { return nil }
            entries[member.key] = entry
        }
    }
}

extension HealthMemory.Entry {
    fileprivate var json: JSONValue {
        [
            "state": .string(state.rawValue), "since_ms": .integer(sinceMs),
            "worse": .integer(Int64(worse)), "better": .integer(Int64(better)),
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let state = json["state"]?.asString.flatMap(CheckState.init),
            let since = json["since_ms"]?.asInteger,
            let worse = json["worse"]?.asInteger.flatMap(Int.init(exactly:)), worse >= 0,
            let better = json["better"]?.asInteger.flatMap(Int.init(exactly:)), better >= 0,
            worse < .max, better < .max
        else { return nil }
        self.init(state: state, sinceMs: since, worse: worse, better: better)
    }
}
