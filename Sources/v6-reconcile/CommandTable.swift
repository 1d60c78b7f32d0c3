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
                Shows which commit is the newest, which was attempted, which is applied and which \
                is healthy; whether a person suspended turns, rolled back or has a unit in hand; \
                and the conditions Ready, Reconciling and Stalled, each with its reason and since \
                when. Looks at the units that desired state wants, the disk, the memory, the load, \
                the clock, the last turn and its drift. Ends with 2 when something needs attention.
                """),
        VerbRow(
            name: "history", summary: "every turn that did something, newest first",
            discussion: """
                When, towards which commit and for which cause, how it ended; what was planned, \
                how many steps it took and how long; who wrote the commit; what was held back. \
                Read from the journal, which `v6-reconcile verify` proves.
                """,
            options: [
                OptionRow(name: "limit", value: "N", summary: "so many turns; 20 if left out")
            ],
            examples: ["v6-reconcile history --limit 5", "v6-reconcile history --json"]),
        VerbRow(
            name: "rollback", summary: "at once to a release that was healthy here before",
            discussion: """
                Without REV: to what was healthy before the healthy commit. REV is a commit by its \
                first digits, or a generation by its number; only what stayed up through its \
                window on this host can be named. No network is needed.

                It is a turn like any other: planned, applied, judged through the window. The host \
                then stays there, drift is healed, and turns end with 3 (gate rollback) until the \
                branch moves past the commit that was newest here, or until resume.

                Ends with 3 when REV is quarantined or a part is held back, 5 when it is not \
                healthy there: the host is then on what was healthy before, if that can be had.
                """,
            operands: "[REV]", operandsMax: 1,
            options: [
                OptionRow(name: "plan", summary: "show what it would do; change nothing"),
                OptionRow(name: "reason", value: "TEXT", summary: "why, for the history"),
            ],
            examples: [
                "v6-reconcile rollback --plan",
                "v6-reconcile rollback 4f2c1aa --reason 'slow feed'",
            ]),
        VerbRow(
            name: "suspend", summary: "let turns look and plan, but apply nothing",
            discussion: """
                A turn then ends with 3 (gate suspension) and shows what waits. Needs no lock: one \
                that runs now ends first. rollback and restart by hand still work. It ends with \
                resume, or by itself at the time given.
                """,
            options: [
                OptionRow(name: "reason", value: "TEXT", summary: "why; has to be said"),
                OptionRow(name: "for", value: "TIME", summary: "ends by itself after 30m, 8h, 2d"),
                OptionRow(
                    name: "until", value: "TIME",
                    summary: "ends by itself at 2026-11-25T04:44:09Z, in UTC"),
            ],
            examples: ["v6-reconcile suspend --reason 'a new disk' --for 2h"]),
        VerbRow(
            name: "resume", summary: "end a suspension, and the hold of a rollback",
            discussion: """
                The next turn follows the branch again. Holds on units stay. Ends with 6 when a \
                rollback holds the host and a turn is running: then nothing is done.
                """,
            examples: ["v6-reconcile resume"]),
        VerbRow(
            name: "hold", summary: "take a unit in hand, so that no turn touches it",
            discussion: """
                Neither a drift nor a commit changes, restarts or stops a unit on hold; turns say \
                what waits (gate hold) and end with 3. Going back leaves it alone too. Without an \
                operand: lists what is on hold.
                """,
            operands: "[UNIT]", operandsMax: 1,
            options: [
                OptionRow(name: "reason", value: "TEXT", summary: "why; has to be said"),
                OptionRow(name: "for", value: "TIME", summary: "ends by itself after 30m, 8h, 2d"),
                OptionRow(
                    name: "until", value: "TIME",
                    summary: "ends by itself at 2026-11-25T04:44:09Z, in UTC"),
                OptionRow(name: "end", value: "UNIT", summary: "give this unit back"),
            ],
            examples: [
                "v6-reconcile hold v6-feed.service --reason 'under the debugger' --for 1h",
                "v6-reconcile hold --end v6-feed.service",
            ]),
        VerbRow(
            name: "restart", summary: "restart one unit, as a turn would",
            discussion: """
                Through the same lock, journal and window. The unit loads what the applied commit \
                wants: what differs of it is put right on the way, and nothing else. Ends with 3 \
                when a gate of the unit is closed (hold, drained, window), 5 when it does not stay \
                up: there is nothing to go back to.
                """,
            operands: "UNIT", operandsMin: 1, operandsMax: 1,
            options: [
                OptionRow(name: "reason", value: "TEXT", summary: "why, for the history")
            ],
            examples: ["v6-reconcile restart v6-feed.service --reason 'it leaks'"]),
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
