import CommandLine

/// A program with everything that a table can say.
let table = ProgramTable(
    name: "v6-demo",
    summary: "brings a host to what git says, and shows in its help how texts are wrapped",
    discussion: """
        The first paragraph is long enough that it has to be wrapped at the eightieth column, or
        it would be cut by the terminal.

            git push          lines that begin with a space are kept
            v6-demo --plan
        """,
    options: [
        OptionRow(name: "root", value: "DIR", summary: "take DIR for /"),
        OptionRow(name: "json", summary: "answer with one JSON document"),
    ],
    root: VerbRow(
        name: "", summary: "one turn",
        options: [
            OptionRow(name: "plan", summary: "show what would change, and change nothing"),
            OptionRow(
                name: "override-gate", value: "NAME",
                summary: "let this gate pass, when it is one that may be overridden, and say so "
                    + "in the journal", isRepeatable: true),
            OptionRow(name: "a-very-long-option-name", value: "VALUE", summary: "beside nothing"),
            OptionRow(name: "secret", summary: "never shown", isHidden: true),
        ],
        examples: ["v6-demo --plan            # what would change", "v6-demo --root /tmp/x"]),
    verbs: [
        VerbRow(name: "status", summary: "how the host is"),
        VerbRow(
            name: "rollback", summary: "go back to a healthy commit",
            discussion: "Without REV it is the newest.", operands: "[REV]", operandsMax: 1,
            options: [OptionRow(name: "reason", value: "TEXT", summary: "kept in the journal")],
            examples: ["v6-demo rollback --reason 'feed is wrong'"]),
        VerbRow(
            name: "restart", summary: "restart a unit", operands: "UNIT", operandsMin: 1,
            operandsMax: 1),
        VerbRow(
            name: "arm", summary: "permit a rise of risk",
            options: [OptionRow(name: "plan", value: "FILE", summary: "for this saved plan")]),
        VerbRow(name: "inner", summary: "for programs", isHidden: true),
    ],
    exitCodes: [ExitCodeRow(0, "done"), ExitCodeRow(64, "the call was not understood")])

/// A program without verbs.
let plainTable = ProgramTable(
    name: "v6-check", summary: "checks files",
    root: VerbRow(name: "", summary: "", operands: "FILE...", operandsMin: 1, operandsMax: 3))
