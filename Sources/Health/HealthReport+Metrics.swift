import Facts

extension HealthReport {
    /// The report for Prometheus: gauges in a text that both its old format and OpenMetrics take,
    /// as node_exporter's textfile collector wants it, without timestamps.
    package var metrics: String {
        var text = ""
        func family(_ name: String, _ help: String, _ samples: [(labels: String, value: String)]) {
            guard !samples.isEmpty else { return }
            text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
            for sample in samples {
                let labels = sample.labels.isEmpty ? "" : "{\(sample.labels)}"
                text += "\(name)\(labels) \(sample.value)\n"
            }
        }
        family(
            "v6_health_status",
            "What is said of each check: 0 ok, 1 degraded, 2 unhealthy, "
                + "3 unknown.",
            checks.map { (Self.label("check", $0.subject), "\($0.state.rank)") })
        family(
            "v6_health_exit_status", "What all checks come to, by the same numbers.",
            [("", "\(exitStatus)")])
        family(
            "v6_health_last_look_timestamp_seconds", "When the host was looked at.",
            [("", Self.seconds(looked.wallUs))])
        for (kind, name, help) in Self.ratios {
            family(
                name, help,
                measures(of: kind).map { (Self.label("path", $0), $1.share) })
        }
        for (label, name, help) in Self.plain {
            family(name, help, measures(named: label).map { ("", $0.plain) })
        }
        if let turn {
            for (name, help, labels, value) in Self.samples(of: turn) {
                family(name, help, [(labels, value)])
            }
        }
        return text + "# EOF\n"
    }

    private static let ratios = [
        ("disk_", "v6_disk_used_ratio", "Bytes used of the disk that holds the folder."),
        ("inodes_", "v6_disk_inodes_used_ratio", "Names used of the disk that holds the folder."),
    ]

    private static let plain = [
        ("memory", "v6_memory_used_ratio", "Memory that programs cannot give back."),
        ("load", "v6_load_per_core", "Processes that want to run, for each core."),
        ("clock_error", "v6_clock_error_seconds", "How far the clock is off by estimate."),
        ("last_turn_age", "v6_reconcile_last_run_age_seconds", "Age of the last turn."),
        ("drift", "v6_drift_resources", "Things that differ and were not mended."),
        ("held", "v6_held_resources", "Things that are wanted and held back."),
    ]

    private static func samples(
        of turn: TurnStatus
    ) -> [(name: String, help: String, labels: String, value: String)] {
        let info = [
            label("commit", turn.applied ?? ""), label("last_good", turn.healthy ?? ""),
        ].joined(separator: ",")
        let prefix = "v6_reconcile"
        return [
            ("\(prefix)_info", "Which commit is applied, and which is healthy.", info, "1"),
            (
                "\(prefix)_last_run_timestamp_seconds", "When the last turn ended.", "",
                seconds(turn.ended.wallUs)
            ),
            (
                "\(prefix)_last_exit_status", "What the last turn ended with.", "",
                "\(turn.exitStatus)"
            ),
            (
                "\(prefix)_last_duration_seconds", "How long the last turn took.", "",
                Amount.milliseconds(turn.durationMs).number
            ),
            (
                "\(prefix)_quarantined_revisions", "Contents that failed and are not tried.", "",
                "\(turn.quarantined.count)"
            ),
        ]
    }

    private func measures(of kind: String) -> [(path: String, value: Amount)] {
        checks.flatMap(\.measures).filter { $0.label.hasPrefix(kind) }
            .map { (String($0.label.dropFirst(kind.count)), $0.value) }
    }

    private func measures(named label: String) -> [Amount] {
        checks.flatMap(\.measures).filter { $0.label == label }.map(\.value)
    }

    private static func seconds(_ us: Int64) -> String { Amount.milliseconds(us / 1_000).number }

    /// A label with its value; what would end it is escaped.
    private static func label(_ name: String, _ value: String) -> String {
        let escaped = value.reduce("") { text, letter in
            switch letter {
            case "\\": text + "\\\\"
            case "\"": text + "\\\""
            case "\n": text + "\\n"
            default: text + String(letter)
            }
        }
        return "\(name)=\"\(escaped)\""
    }
}

extension Amount {
    /// A share of 1.
    fileprivate var share: String {
        let digits = "\(thousandths % 100_000 + 100_000)".dropFirst()
        return "\(thousandths / 100_000).\(digits)"
    }

    fileprivate var plain: String { scale == .percent ? share : number }
}
