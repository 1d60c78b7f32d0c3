import CommandLine
import Health

/// All that `v6-health-check` takes on its command line.
let healthCheckTable = ProgramTable(
    name: "v6-health-check",
    summary: "looks at this host and says whether it is well",
    discussion: """
        Checks the units that desired state wants, how full disks and memory are, the load, the \
        clock, how the reconciler's last turn ended, and drift that was not mended. Thresholds \
        come from \(HealthSettings.path), which a turn renders, and from these options, which win. \
        The first line is for monitoring, in the manner of the Monitoring Plugins; then a line \
        for each check with its reason. Nothing on the host is changed.

        A check that gives no answer within 5 s is unknown. Not knowing of a critical unit counts \
        as unhealthy. Run by its own service, it remembers: a state that is not critical changes \
        only when two looks in a row agree.
        """,
    root: VerbRow(
        name: "", summary: "looks at this host",
        options: [
            OptionRow(
                name: "unit", value: "NAME", summary: "a unit that must be up",
                isRepeatable: true),
            OptionRow(
                name: "path", value: "DIR", summary: "a folder whose disk is checked, beside /",
                isRepeatable: true),
            OptionRow(
                name: "disk-warn", value: "PERCENT",
                summary: "more bytes or inodes is degraded; else 90%"),
            OptionRow(
                name: "disk-fail", value: "PERCENT", summary: "more is unhealthy; else 95%"),
            OptionRow(
                name: "memory-warn", value: "PERCENT", summary: "the same for memory"),
            OptionRow(
                name: "memory-fail", value: "PERCENT", summary: "the same for memory"),
            OptionRow(
                name: "load-warn", value: "NUMBER",
                summary: "processes that want to run, for each core; else 8"),
            OptionRow(name: "load-fail", value: "NUMBER", summary: "the same; else 16"),
            OptionRow(
                name: "turn-warn", value: "AGE", summary: "age of the last turn; else 15m"),
            OptionRow(name: "turn-fail", value: "AGE", summary: "the same; else 1h"),
            OptionRow(
                name: "clock", value: "PROOF",
                summary: "what proves the clock: kernel, chrony or ib; else as the last turn says"),
            OptionRow(
                name: "skip", value: "CHECK",
                summary: "leaves out \(HealthSettings.kinds.joined(separator: ", "))",
                isRepeatable: true),
            OptionRow(
                name: "no-memory", summary: "one look by itself, whatever earlier ones found"),
            OptionRow(
                name: "textfile", value: "FILE",
                summary: "writes metrics too, for Prometheus' textfile collector"),
            OptionRow(name: "json", summary: "one JSON document instead of text"),
        ],
        examples: [
            "v6-health-check --unit v6-trading.service --path /srv --disk-warn 80%",
            "v6-health-check --json",
        ]),
    exitCodes: [
        ExitCodeRow(0, "ok"),
        ExitCodeRow(1, "degraded: over a first threshold, or on the way up or down"),
        ExitCodeRow(2, "unhealthy, or a critical unit could not be looked at"),
        ExitCodeRow(3, "unknown: a check hung or could not look"),
        ExitCodeRow(64, "the command line is wrong"),
    ])
