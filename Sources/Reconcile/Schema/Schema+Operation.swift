extension Schema {
    private static let year = Scalar.duration(secondsMax: Duration.desiredSecondsMax)
    private static let count = Scalar.integer(1...1_000_000)

    static let health: [Field] = [
        Field(
            "stable_for",
            .duration(secondsMax: Int(DesiredHealth.stableForMax.components.seconds)),
            "How long all units must stay up before a result is healthy.", standard: "60s"),
        Field(
            "checks", .map(checks),
            "What v6-health-check looks at, and what is too much. A commit that brings disk, "
                + "inodes or memory over `fail` is gone back from."),
        Field("hysteresis", .map(hysteresis), "Looks that must agree before a state changes."),
    ]

    private static let checks: [Field] = [
        Field("disk", .map(diskCheck), "Bytes used of the disks that hold `folders`."),
        Field("inodes", .map(percentages("90%", "95%")), "Inodes used of the same disks."),
        Field("memory", .map(percentages("90%", "95%")), "Memory that cannot be had."),
        Field("load", .map(loadCheck), "Processes that want to run, for each core."),
        Field("clock", .map(durations("100ms", "1s", .interval)), "How far the clock may be off."),
        Field("units", .map(unitsCheck), "Units that have to be as desired."),
        Field("drift", .map(durations("15m", "1h", year)), "Age of drift that is not healed."),
        Field("last_turn", .map(durations("15m", "1h", year)), "Age of the last turn."),
        Field("sync", .map(durations("300s", "600s", year)), "Age of the last position sync."),
    ]

    private static func percentages(_ warn: String, _ fail: String) -> [Field] {
        [
            Field("warn", .percentage, "Above it: degraded.", standard: warn),
            Field("fail", .percentage, "Above it: unhealthy.", standard: fail),
        ]
    }

    private static func durations(_ warn: String, _ fail: String, _ scalar: Scalar) -> [Field] {
        [
            Field("warn", scalar, "Above it: degraded.", standard: warn),
            Field("fail", scalar, "Above it: unhealthy.", standard: fail),
        ]
    }

    private static let diskCheck: [Field] =
        percentages("90%", "95%") + [
            Field("folders", .list(.scalar(.folder)), "Folders whose disks are looked at.")
        ]

    private static let loadCheck: [Field] = [
        Field("warn", .decimal, "Above it: degraded.", standard: "8"),
        Field("fail", .decimal, "Above it: unhealthy.", standard: "16"),
    ]

    private static let unitsCheck: [Field] = [
        Field("critical", .list(.scalar(.unit)), "Those without which the host is unhealthy."),
        Field("ignored", .list(.scalar(.unit)), "Those that are not looked at."),
    ]

    private static let hysteresis: [Field] = [
        Field("bad", .integer(1...100), "Bad looks in a row before it shows.", standard: "2"),
        Field("good", .integer(1...100), "Good looks in a row before it clears.", standard: "2"),
    ]

    static let window: [Field] = [
        Field(
            "kind", .scalar(.word(["allow", "deny"])), "Deny beats allow.", needed: "kind: deny"),
        Field("calendar", .word(["XNYS"]), "The exchange whose sessions count."),
        Field(
            "phase", .list(.scalar(.word(["pre", "regular", "post"]))), "Parts of its session."),
        Field("pad", .map(pad), "Time around each session that counts too."),
        Field("schedule", .text, "Minute, hour, day, month and weekday, as in crontab(5)."),
        Field("timezone", .zone, "The zone of `schedule`."),
        Field("duration", .duration(secondsMax: 7 * 86_400), "How long from `schedule` on."),
        Field(
            "risk", .word(["none", "service", "trading", "live"]),
            "Steps of this risk or a higher one.", standard: "service"),
        Field(
            "overrun", .word(["finish", "abort"]), "What becomes of work that has begun.",
            standard: "finish"),
    ]

    private static let pad: [Field] = [
        Field("before", .duration(secondsMax: 86_400), "Before it begins."),
        Field("after", .duration(secondsMax: 86_400), "After it ends."),
    ]

    static let release: [Field] = [
        Field(
            "build", .word(["host"]), "Built on the host from the commit; never in production."),
        Field(
            "artifact", .text,
            "A .tar.gz with bin/ and manifest.json: an absolute path, an https or file address."),
        Field("sha256", .sha256, "Over the bytes of the artifact."),
        Field(
            "no_way_back", .bool,
            "Whether a build may write what the healthy one cannot read.", standard: "false"),
    ]

    static let backup: [Field] = [
        Field("enabled", .bool, "Whether backups are made.", standard: "true"),
        Field("folder", .path, "Where they lie.", standard: "/var/backups/v6"),
        Field("at", .time, "When, every day.", standard: "17:00 America/New_York"),
        Field("keep", .map(keep), "Which are kept; one is kept that any rule keeps."),
        Field("upload", .map(upload), "Where a copy goes."),
        Field("path", removed: "folder"),
    ]

    private static let keep: [Field] = [
        Field("within", year, "All that are younger.", standard: "30d"),
        Field("daily", count, "The last of each day, for so many days."),
        Field("weekly", count, "The last of each week, for so many weeks."),
        Field("monthly", count, "The last of each month, for so many months."),
    ]

    private static let upload: [Field] = [
        Field("with", .scalar(.word(["rsync", "rclone"])), "The program.", needed: "with: rsync"),
        Field("to", .scalar(.target), "As that program takes it.", needed: "to: REMOTE:PATH"),
        Field("credential", .name, "The systemd credential that it needs."),
    ]

    static let alerts: [Field] = [
        Field("sinks", .table(names: .name, .map(sink)), "Where alerts go, by name."),
        Field("repeat", year, "How often what goes on is told again.", standard: "4h"),
        Field("heartbeat", year, "How often all being well is told."),
    ]

    private static let sink: [Field] = [
        Field(
            "kind", .scalar(.word(["slack", "discord", "webhook", "mail"])), "What speaks there.",
            needed: "kind: slack"),
        Field(
            "url", .map(credential), "Its address: a secret, so only the credential's name."),
        Field("to", .text, "Of mail: who it is for."),
        Field(
            "least", .word(["info", "warning", "critical"]), "The least that is told there.",
            standard: "warning"),
    ]

    private static let credential: [Field] = [
        Field(
            "credential", .scalar(.name), "The systemd credential that holds it.",
            needed: "credential: NAME")
    ]

    /// Keys of the system that this one follows.
    static let tombstones: [Field] = [
        Field("ib", removed: "config.ib"),
        Field("ib_host", removed: "config.ib.host"),
        Field("ib_port", removed: "config.ib.port"),
        Field("ib_client_id", removed: "config.ib.client_ids"),
        Field("logging", removed: "config.logging"),
        Field("log_level", removed: "config.logging.level"),
        Field("log_file", removed: "config.logging.file"),
        Field("max_log_size_mb", removed: "config.logging.size_max: 100MiB"),
        Field("log_backup_count", removed: "config.logging.files_max"),
        Field("monitoring", removed: "config.monitoring"),
        Field("monitoring_enabled", removed: "config.monitoring.enabled"),
        Field("alert_webhook_url", removed: "alerts.sinks.NAME: {url: {credential: NAME}}"),
        Field("backup_enabled", removed: "backup.enabled"),
        Field("backup_path", removed: "backup.folder"),
        Field("health_check", removed: "config.health_check"),
        Field("health_check_interval", removed: "config.health_check.interval: 60s"),
        Field("max_positions", removed: "limits.positions_max"),
        Field("max_order_size", removed: "limits.order_quantity_max"),
        Field("allowed_symbols", removed: "limits.symbols"),
    ]
}
