extension Schema {
    /// What services read, and what holds the host's behaviour: all but resources.
    static let settings: [Field] = [
        Field("dry_run", .bool, "No order leaves the host while true."),
        Field("config", .map(config), "What the services are told."),
        Field("limits", .map(limits), "What trading must stay within."),
        Field("trading", .map(trading), "Whether there is trading."),
        Field("health", .map(health), "How a result is judged, and what is watched."),
        Field("windows", .list(.map(window)), "When turns may act on what."),
        Field("release", .map(release), "Where the programs come from."),
        Field("backup", .map(backup), "What is kept, where and how long."),
        Field("alerts", .map(alerts), "Who is told."),
    ]

    /// What a unit may name in `reads`, by the first key.
    static let readable = Set(settings.map(\.key) + ["environment", "services"])

    private static let hour = Scalar.duration(secondsMax: 3_600)
    private static let year = Scalar.duration(secondsMax: Duration.desiredSecondsMax)
    private static let count = Scalar.integer(1...1_000_000)

    static let config: [Field] = [
        Field("ib", .map(ib), "The gateway, and what is expected of it."),
        Field("logging", .map(logging), "What is logged."),
        Field("monitoring", .map(monitoring), "What watches."),
        Field("health_check", .map(healthCheck), "The services' own look at themselves."),
    ]

    private static let ib: [Field] = [
        Field("host", .host, "Where the gateway listens.", standard: "127.0.0.1"),
        Field(
            "port", .scalar(.integer(1...65_535)), "Its port; it proves nothing.", whenRead: true),
        Field(
            "mode", .scalar(.word(["paper", "live"])),
            "Proved by the account that IB reports, never by the port.", whenRead: true),
        Field(
            "account", .scalar(.brokerAccount), "The account that IB must report.", whenRead: true),
        Field(
            "client_ids", .table(names: .name, .scalar(.integer(1...2_147_483_647))),
            "One number for each connection, no two the same."),
        Field("connect_timeout", hour, "How long one try may take.", standard: "10s"),
        Field("connect_tries", count, "Tries before it is called down.", standard: "3"),
        Field("retry_delay", hour, "Before the second try; doubled after each.", standard: "2s"),
        Field("heartbeat", hour, "How often it is asked whether it lives.", standard: "30s"),
        Field("breaker", .map(connectionBreaker), "When no more is tried for a while."),
        Field("client_id", removed: "client_ids: {NAME: 1}"),
    ]

    private static let connectionBreaker: [Field] = [
        Field("failures", count, "Failures in a row that open it.", standard: "5"),
        Field("open_for", hour, "How long it stays open.", standard: "60s"),
    ]

    private static let logging: [Field] = [
        Field(
            "level", .word(["debug", "info", "warning", "error", "critical"]),
            "The least that is logged.", standard: "info"),
        Field("file", .managedPath, "A file besides the journal."),
        Field("size_max", .size, "When that file is turned over.", standard: "100MiB"),
        Field("files_max", count, "How many are kept.", standard: "10"),
        Field("max_size_mb", removed: "size_max: 100MiB"),
        Field("backup_count", removed: "files_max"),
    ]

    private static let monitoring: [Field] = [
        Field("enabled", .bool, "Whether measures are taken.", standard: "true"),
        Field("dashboard", .address, "Where the dashboard listens.", standard: "127.0.0.1:8501"),
        Field("alert_webhook_url", removed: "alerts.sinks.NAME: {url: {credential: NAME}}"),
    ]

    private static let healthCheck: [Field] = [
        Field("interval", year, "How often.", standard: "60s"),
        Field("interval_seconds", removed: "interval: 60s"),
    ]

    static let trading: [Field] = [
        Field(
            "state", .scalar(.word(["active", "reducing", "halted"])),
            "What orders may do: all, shrink exposure, or none.", whenRead: true)
    ]

    static let limits: [Field] = [
        Field("positions_max", .scalar(count), "Open positions.", whenRead: true),
        Field("order_quantity_max", .scalar(count), "Contracts of one order.", whenRead: true),
        Field("orders_per_day_max", .scalar(count), "Orders of one session.", whenRead: true),
        Field("daily_loss_max", .scalar(.money), "Loss that ends a day.", whenRead: true),
        Field("drawdown_max", .percentage, "Loss since the highest value."),
        Field("position_max", .percentage, "One position's share of all exposure."),
        Field("correlated_max", .percentage, "Share of positions that move together."),
        Field("symbols", .list(.scalar(.name)), "What may be traded; left out: anything."),
        Field("portfolio", .map(greeks), "Over all positions.", whenRead: true),
        Field("symbol", .map(symbol), "Over the positions of one symbol.", whenRead: true),
        Field("breaker", .map(tradingBreaker), "When orders stop after failures."),
    ]

    private static let greeks: [Field] = [
        Field("delta_max", .scalar(.decimal), "Absolute delta.", whenRead: true),
        Field("gamma_max", .scalar(.decimal), "Absolute gamma.", whenRead: true),
    ]

    private static let symbol: [Field] = [
        Field("delta_max", .scalar(.decimal), "Absolute delta.", whenRead: true),
        Field("positions_max", .scalar(count), "Open positions.", whenRead: true),
    ]

    private static let tradingBreaker: [Field] = [
        Field("failures", count, "Failures that open it.", standard: "5"),
        Field("within", hour, "The time in which they count.", standard: "60s"),
        Field("open_for", hour, "How long it stays open.", standard: "300s"),
        Field("successes", count, "Successes that close it again.", standard: "3"),
    ]
}
