import Glibc

// A peer that goes away ends a write with an error, not this program with a signal.
signal(SIGPIPE, SIG_IGN)

// A child of a sandbox's supervisor finds the sandbox by V6_ROOT; it is read here and nowhere else.
exit(
    run(
        Array(Swift.CommandLine.arguments.dropFirst()),
        inheritedRoot: getenv("V6_ROOT").map { String(cString: $0) }))
