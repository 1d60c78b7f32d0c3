import CommandLine

/// Everything that v6-reconcile takes on its command line.
let commandTable = ProgramTable(
    name: "v6-reconcile",
    summary: "make this host what a git commit says, or put it back",
    discussion: """
        A turn fetches the branch that /etc/v6-reconcile/host.yaml names, compares what the newest \
        commit wants with what the host is, changes what differs, and watches the units through \
        the stability window. When the result is not healthy, the host goes back by itself to the \
        last healthy commit, and the bad content is not tried again.

        Deploy and update: git push, then v6-reconcile. Roll back: git revert, then push.
        """,
    options: [
        OptionRow(
            name: "root", value: "DIR",
            summary: "a sandbox: everything below DIR, the embedded supervisor, no systemd"),
        OptionRow(name: "json", summary: "machine-readable output"),
    ],
    root: VerbRow(
        name: "", summary: "one turn",
        options: [
            OptionRow(name: "plan", summary: "show what a turn would do; change nothing"),
            OptionRow(
                name: "refresh", summary: "with --plan: ask the repository first, keep nothing"),
            OptionRow(
                name: "out", value: "FILE",
                summary: "with --plan: save it, so that it and nothing else is applied"),
            OptionRow(
                name: "for", value: "TIME",
                summary: "with --out: how long it may be applied, such as 30m; 1h if left out"),
            OptionRow(
                name: "apply", value: "FILE",
                summary: "apply a saved plan, when commit and host are still as they were"),
            OptionRow(
                name: "desired", value: "CHECKOUT",
                summary: "use this folder's desired/ and systemd/ instead of following git"),
            OptionRow(
                name: "environment", value: "NAME",
                summary: "with --plan: the environment, where no host.yaml names it"),
            OptionRow(
                name: "read-all",
                summary: "read every managed file, also those that look unchanged"),
            OptionRow(
                name: "deadline", value: "TIME",
                summary: "a turn that hangs is killed after this; 30m if left out"),
            OptionRow(
                name: "override-gate", value: "NAME",
                summary: "let this gate be, once: ancestry (a history that was rewritten)"),
            OptionRow(
                name: "reason", value: "TEXT",
                summary: "with --override-gate: why; the journal keeps it"),
            OptionRow(name: "detailed-exitcode", summary: "end with 2 when something was changed"),
            OptionRow(name: "down", summary: "with --root: stop what runs there"),
            OptionRow(name: "version", summary: "say which release this program is"),
        ],
        examples: [
            "v6-reconcile                   # one turn",
            "v6-reconcile --plan            # what would change, and why",
            "v6-reconcile --plan --out FILE && v6-reconcile --apply FILE",
            "v6-reconcile --root /srv/try --desired .   # this work tree in a sandbox",
        ]),
    verbs: [
        VerbRow(
            name: "validate", summary: "check desired state, and name every fault at once",
            options: [
                OptionRow(name: "desired", value: "CHECKOUT", summary: "the folder to check"),
                OptionRow(
                    name: "environment", value: "NAME", summary: "the environment to check for"),
                OptionRow(name: "show", summary: "print every value that holds"),
                OptionRow(
                    name: "origin", summary: "with --show: and what says so, by file and line"),
                OptionRow(
                    name: "variables",
                    summary: "print the variables of /etc/v6-reconcile/environment instead"),
                OptionRow(
                    name: "schema", summary: "print the JSON Schema for editors instead"),
            ],
            examples: [
                "v6-reconcile validate --desired . --environment paper",
                "v6-reconcile validate --desired . --environment paper --show --origin",
            ]),
        VerbRow(
            name: "status", summary: "where the host stands: commits, units, last turn, drift",
            discussion: """
                Shows which commit is healthy and which is applied, and looks at the units that \
                desired state wants, the disk, the memory, the load, the clock, the last turn and \
                its drift. Ends with 2 when something needs attention.
                """),
        VerbRow(
            name: "quarantine", summary: "content that failed here and is not tried again",
            discussion: """
                Without an operand, or with list: shows it. clear CONTENT takes one entry out, \
                named by its content or its commit, by the first four digits or more; clear all \
                takes out all of them. The next turn then tries that content again.
                """,
            operands: "[list | clear CONTENT]", operandsMax: 2,
            examples: ["v6-reconcile quarantine", "v6-reconcile quarantine clear 3f2a91c"]),
        VerbRow(
            name: "verify", summary: "walk the journal, and name the first line that was changed",
            discussion: """
                Every line names the digest of the line before it and ends in a digest of itself; \
                the state remembers where the last turn ended. Exit 0 when all of that agrees, 1 \
                with the line and what is wrong with it when not.
                """),
        VerbRow(
            name: "doctor", summary: "which programs of others this host needs, and has",
            discussion: """
                Exit 2 when one is missing that the host's settings or its desired state call for.
                """,
            options: [
                OptionRow(name: "desired", value: "CHECKOUT", summary: "the folder to judge by"),
                OptionRow(
                    name: "environment", value: "NAME",
                    summary: "the environment, where no host.yaml names it"),
            ],
            examples: ["v6-reconcile doctor", "v6-reconcile doctor --json"]),
        VerbRow(
            name: "recover",
            summary: "undo what a killed turn began; without network",
            discussion: """
                Where a turn was killed, the host is made again what its healthy commit wants; \
                where none was, nothing is done. v6-reconcile-recover.service runs it at boot, \
                before every V6 unit; a timer of systemd's runs it when a turn has not ended by \
                its deadline and none has after it. A commit in the middle of which the host went \
                down twice is quarantined.
                """,
            options: [
                OptionRow(
                    name: "boot", summary: "start nothing: the units start when this has ended")
            ]),
        VerbRow(
            name: "demo", summary: "show deploy, drift, a bad commit and the way back, in a minute",
            discussion: """
                Everything happens in a temporary folder, with a real git repository and real \
                processes; nothing else on this machine is touched, and nothing stays.
                """),
        VerbRow(name: "supervise", summary: "the supervisor of a sandbox", isHidden: true),
    ],
    exitCodes: [
        ExitCodeRow(0, "done: converged and healthy, or nothing to do"),
        ExitCodeRow(1, "error: nothing changed, or all of it undone"),
        ExitCodeRow(2, "--plan: changes are pending; status, doctor: something needs attention"),
        ExitCodeRow(3, "a gate holds something back, or a saved plan is stale"),
        ExitCodeRow(4, "applied, not healthy, went back; or quarantined and not tried"),
        ExitCodeRow(5, "a person is needed: the host is on neither commit"),
        ExitCodeRow(6, "another turn is running"),
        ExitCodeRow(7, "a commit is refused: its signature, or its place in history"),
        ExitCodeRow(64, "the command line is not understood"),
        ExitCodeRow(142, "killed by its own deadline; the next turn finishes"),
    ])
