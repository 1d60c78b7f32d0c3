package import JSON

extension HealthReport {
    /// One document, with everything that the text says. Percentages are whole numbers.
    package var json: JSONValue {
        [
            "format_version": "1.0",
            "state": .string(state.rawValue),
            "exit_status": .integer(Int64(exitStatus)),
            "checks": .array(checks.map(Self.json)),
        ]
    }

    private static func json(_ check: Check) -> JSONValue {
        [
            "subject": .string(check.subject),
            "state": .string(check.state.rawValue),
            "critical": .bool(check.isCritical),
            "reason": .string(check.reason),
            "measures": .array(check.measures.map(json)),
        ]
    }

    private static func json(_ measure: Measure) -> JSONValue {
        [
            "label": .string(measure.label),
            "percent": .integer(Int64(measure.value.value)),
            "warn": .integer(Int64(measure.thresholds.warn.value)),
            "fail": .integer(Int64(measure.thresholds.fail.value)),
        ]
    }
}
