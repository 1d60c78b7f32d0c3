import Facts
package import JSON

extension HealthReport {
    /// One document, with everything that the text says, and how old each part of it is.
    package var json: JSONValue {
        [
            "format_version": "1.0",
            "state": .string(state.rawValue),
            "exit_status": .integer(Int64(exitStatus)),
            "looked_at": .string("\(WallTime(us: looked.wallUs))"),
            "checks": .array(checks.map(Self.json)),
        ]
    }

    private static func json(_ check: Check) -> JSONValue {
        [
            "subject": .string(check.subject),
            "state": .string(check.state.rawValue),
            "critical": .bool(check.isCritical),
            "found": .string(check.found.rawValue),
            "reason": .string(check.reason),
            "age_seconds": seconds(check.ageMs),
            "state_for_seconds": seconds(check.stateForMs),
            "measures": .array(check.measures.map(json)),
        ]
    }

    private static func json(_ measure: Measure) -> JSONValue {
        [
            "label": .string(measure.label),
            "value": number(measure.value),
            "unit": .string(measure.value.scale.rawValue),
            "warn": measure.thresholds.map { number($0.warn) } ?? .null,
            "fail": measure.thresholds.map { number($0.fail) } ?? .null,
        ]
    }

    private static func number(_ amount: Amount) -> JSONValue {
        amount.thousandths % 1_000 == 0
            ? .integer(amount.thousandths / 1_000) : .number(Double(amount.thousandths) / 1_000)
    }

    private static func seconds(_ ms: Int64?) -> JSONValue {
        ms.map { number(.milliseconds($0)) } ?? .null
    }
}
