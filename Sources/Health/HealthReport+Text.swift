extension HealthReport {
    /// One line for monitoring, then a line for each check; ends in a newline.
    ///
    /// The first line is that of the Monitoring Plugins guidelines: words, `|`, and measures as
    /// `'label'=value[unit];warn;crit;min;max`.
    package var text: String {
        ([summary] + lines).joined(separator: "\n") + "\n"
    }

    /// A line for each check.
    package var lines: [String] {
        let width = CheckState.allCases.map(\.rawValue.count).max() ?? 0
        return checks.map { check in
            let padding = String(repeating: " ", count: width - check.state.rawValue.count)
            let line = "\(check.state.rawValue)\(padding)  \(check.subject): \(check.reason)"
            return Self.onOneLine(line)
        }
    }

    private var summary: String {
        var line = "V6 \(state.rawValue.uppercased()): \(checks.count) checks"
        for bad in [CheckState.unhealthy, .unknown, .degraded] {
            let count = checks.filter { $0.state == bad }.count
            if count > 0 { line += ", \(count) \(bad.rawValue)" }
        }
        let measures = checks.flatMap(\.measures).map(Self.measureText)
        return measures.isEmpty ? line : "\(line) | \(measures.joined(separator: " "))"
    }

    static func measureText(_ measure: Measure) -> String {
        let label = onOneLine(measure.label).reduce("") { text, letter in
            // The guidelines allow no equals sign in a label, and want quotes doubled.
            text + (letter == "=" ? "_" : letter == "'" ? "''" : String(letter))
        }
        let value = "'\(label)'=\(measure.value.number)\(measure.value.scale.rawValue)"
        let limits = measure.thresholds.map { "\($0.warn.number);\($0.fail.number)" } ?? ";"
        return "\(value);\(limits);0" + (measure.value.scale == .percent ? ";100" : "")
    }

    /// Keeps words of the host from ending a line or starting measures of their own.
    private static func onOneLine(_ words: String) -> String {
        String(
            String.UnicodeScalarView(
                words.unicodeScalars.map {
                    $0.value < 0x20 || $0 == "\u{7f}" || $0 == "|" ? " " : $0
                }
            ))
    }
}
