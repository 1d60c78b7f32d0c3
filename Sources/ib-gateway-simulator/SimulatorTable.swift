import CommandLine

let simulatorTable = ProgramTable(
    name: "ib-gateway-simulator",
    summary: "an IB Gateway with its broker and a seeded market, for tests and sandboxes",
    discussion: """
        Any client of the TWS API that speaks server version 178 connects to it: ib_async, ibapi, \
        v6-trading. SPY, QQQ, IWM and AAPL are always there, with their option chains. The same \
        seed, start and inputs bring the same day. No real order ever leaves it.

        What goes wrong is said on the control socket (`tell`); `commands` lists it.
        """,
    root: VerbRow(
        name: "", summary: "serves until SIGTERM or SIGINT",
        options: [
            OptionRow(name: "port", value: "N", summary: "on 127.0.0.1; 4002, 0 for any"),
            OptionRow(name: "seed", value: "N", summary: "which market it is; 1"),
            OptionRow(
                name: "start", value: "TIME",
                summary: "when its day begins, such as 2026-11-24T14:30:00Z; now"),
            OptionRow(name: "speed", value: "X", summary: "how much faster its time goes; 1"),
            OptionRow(
                name: "account", value: "NAME", summary: "DU… for paper; DU1234567",
                isRepeatable: true),
            OptionRow(name: "cash", value: "AMOUNT", summary: "that each begins with; 1000000"),
            OptionRow(
                name: "always-open", summary: "prices move and orders fill at any hour"),
            OptionRow(name: "read-only", summary: "orders are refused with 321"),
            OptionRow(
                name: "master", value: "CLIENT", summary: "the client that sees all orders"),
            OptionRow(
                name: "id-hold", value: "SECONDS",
                summary: "how long the id of a client that went away stays taken; 0"),
            OptionRow(
                name: "rate", value: "N", summary: "messages a second that it takes; 50"),
            OptionRow(name: "control", value: "PATH", summary: "makes a control socket there"),
            OptionRow(
                name: "do", value: "COMMAND", summary: "done before anybody connects",
                isRepeatable: true),
            OptionRow(name: "record", value: "FILE", summary: "writes down all that happens"),
        ],
        examples: [
            "ib-gateway-simulator --port 4002 --seed 7 --always-open",
            "ib-gateway-simulator --do 'position SPY 200 598.25' --control /run/v6/sim.sock",
            "ib-gateway-simulator --start 2026-11-24T14:30:00Z --speed 60 --record day.txt",
        ]),
    verbs: [
        VerbRow(
            name: "tell", summary: "has a running simulator do something",
            operands: "COMMAND", operandsMin: 1, operandsMax: 64,
            options: [OptionRow(name: "control", value: "PATH", summary: "its control socket")],
            examples: [
                "ib-gateway-simulator tell --control /run/v6/sim.sock link lost 30",
                "ib-gateway-simulator tell --control /run/v6/sim.sock status",
            ]),
        VerbRow(name: "commands", summary: "lists what can be told"),
        VerbRow(
            name: "replay", summary: "has a recorded day happen again",
            discussion: "Prints the first line that differs, if one does, and exits with 1 then.",
            operands: "FILE", operandsMin: 1, operandsMax: 1,
            examples: ["ib-gateway-simulator replay day.txt"]),
    ],
    exitCodes: [
        ExitCodeRow(0, "it was ended, or done as told"),
        ExitCodeRow(1, "it could not be done, or a replay differs"),
        ExitCodeRow(64, "the command line is wrong"),
    ])
