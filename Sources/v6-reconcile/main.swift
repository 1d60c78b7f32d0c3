import Glibc

// A peer that goes away ends a write with an error, not this program with a signal.
signal(SIGPIPE, SIG_IGN)

// A child of a sandbox's supervisor finds the sandbox by V6_ROOT, and a unit's process knows by
// INVOCATION_ID that systemd started it; both are read here and nowhere else.
exit(
    run(
        Array(Swift.CommandLine.arguments.dropFirst()),
        from: Caller(
            root: getenv("V6_ROOT").map { String(cString: $0) },
            isPerson: getenv("INVOCATION_ID") == nil || isatty(0) == 1)))
