import Glibc
import Machine
import SandboxKit
import TestKit
import Testing

/// What a plan asks of the kernel, its children included: nothing that changes anything.
struct PlanCallsTests {
    typealias Allowance = SystemCalls.Allowance

    static let supervisor = [
        Allowance(
            "connect", "sun_path=\"/proc/self/fd/", because: "the supervisor is asked for units"),
        Allowance(
            "sendto", #""{\"verb\":\"look\","#, because: "what it is asked is how they are"),
    ]
    static let mirror = [
        Allowance(
            below: "/tmp/v6-plan-", because: "--refresh has a mirror of its own, and removes it"),
        Allowance("openat", "\"/dev/null\", O_RDWR", because: "git sees to its standard files"),
    ]

    static let versions =
        Array(mirror.suffix(1)) + [
            Allowance(
                "connect", "sun_path=\"/var/run/nscd/socket\"",
                because: "ssh asks glibc for its user, and glibc a cache of accounts")
        ]

    private func traced(_ box: Sandbox, _ words: [String]) throws -> (SystemCalls, CommandResult) {
        let log = box.scratch.path + "/calls"
        let strace = [
            "/usr/bin/strace", "-f", "-y", "-s", "512", "-o", log, "-e",
            "trace=\(SystemCalls.traced)",
        ]
        let result = try box.command(strace + [box.program, "--root", box.root] + words)
        return (SystemCalls(box.scratch.read("calls") ?? ""), result)
    }

    /// On a host with drift, a pending commit and a unit that is down: there would be much to do.
    @Test(
        arguments: [
            (["--plan"], 2, supervisor), (["--plan", "--json"], 2, supervisor),
            (["--plan", "--refresh"], 2, supervisor + mirror),
            (["--plan", "--refresh", "--json"], 2, supervisor + mirror),
            (["validate"], 0, []), (["status"], nil, supervisor), (["verify"], 0, []),
            (["doctor"], 0, versions),
            (["quarantine"], 0, []),
            (["--help"], 0, []), (["--pln"], 64, []), (["--plan", "--read-all"], 2, supervisor),
        ] as [([String], Int32?, [Allowance])])
    func planAndWhateverElseOnlyLooksMakesNoMutatingCall(
        _ words: [String], _ exit: Int32?, _ allowed: [Allowance]
    ) throws {
        try Sandbox.healthy { box in
            try box.shell("echo drift >> \"$HOST/etc/v6/README\"; chmod 0700 \"$HOST/etc/v6\"")
            box.unit("feed.service", running: "/bin/sleep 200000")
            try box.push("another feed")
            let (calls, result) = try traced(box, words)
            // What status says depends on how full this machine is: 0 or 2.
            let exits: [Int32] = exit.map { [$0] } ?? [0, 2]
            #expect(exits.contains { result.ending == .exited($0) }, "\(result.errorText)")
            #expect(calls.count > 10)
            let mutations = calls.mutations(allowing: allowed)
            #expect(mutations.isEmpty, "\n\(mutations.joined(separator: "\n"))")
            #expect(calls.unneeded(of: allowed) == [])
            #expect(calls.temporaryFolders.isEmpty == !words.contains("--refresh"))
            for folder in calls.temporaryFolders { #expect(access(folder, F_OK) != 0) }
        }
    }

    /// Help and a mistyped line are answered from the program alone.
    @Test(arguments: [
        ["--help"], ["status", "--help"], ["--pln"], ["--plan", "--down"], ["--refresh"],
        ["--plan", "--for", "1h"], ["--plan", "--json", "extra"],
    ])
    func helpAndUsageErrorsReadNothingOfTheHost(_ words: [String]) throws {
        try Sandbox.fresh { box in
            let (calls, result) = try traced(box, words)
            let isHelp = words.contains("--help")
            #expect(result.ending == .exited(isHelp ? 0 : 64))
            #expect(calls.reaching(box.root) == [])
            #expect(calls.reaching("/etc/v6-reconcile") == [])
            #expect(calls.reaching("/var/lib") == [])
            let (others, _) = try traced(box, ["status"])
            #expect(!others.reaching(box.root).isEmpty, "the check sees who reads")
        }
    }

    /// The one file that `--out` names.
    @Test func savedPlanIsTheOnlyFileThatIsWritten() throws {
        try Sandbox.healthy { box in
            try box.shell("echo drift >> \"$HOST/etc/v6/README\"")
            let file = box.scratch.path + "/plan.json"
            let (calls, result) = try traced(box, ["--plan", "--out", file])
            #expect(result.ending == .exited(2))
            let allowed = Self.supervisor + [Allowance(below: file, because: "--out names it")]
            #expect(calls.mutations(allowing: allowed) == [])
            #expect(calls.unneeded(of: allowed) == [])
        }
    }

    /// The proof that the check sees what it looks for: a turn has to fail it, by every kind.
    @Test func turnFailsTheCheck() throws {
        try Sandbox.healthy { box in
            try box.shell("echo drift >> \"$HOST/etc/v6/README\"; chmod 0700 \"$HOST/etc/v6\"")
            box.unit("feed.service", running: "/bin/sleep 200000")
            try box.push("another feed")
            let (calls, result) = try traced(box, [])
            #expect(result.ending == .exited(0), "\(result.errorText)")
            let mutations = calls.mutations(allowing: Self.supervisor + Self.mirror)
            for sign in [
                "O_CREAT", "renameat(", "fchmod(", "fsync(", "flock(", "mkdirat(", "unlinkat(",
                #"{\"verb\":\"restart\""#, "O_WRONLY|O_APPEND",
            ] {
                #expect(mutations.contains { $0.contains(sign) }, "\(sign)")
            }
        }
    }

    @Test(arguments: [
        "7 openat(AT_FDCWD</>, \"/etc/passwd\", O_WRONLY) = 3",
        "7 rename(\"/tmp/v6-plan-x/a\", \"/etc/a\") = 0", "7 chmod(\"/tmp/x\", 0600) = 0",
        "7 connect(4, {sa_family=AF_INET, sin_port=htons(443)}, 16) = 0",
        "7 openat(5</etc>, \"x\", O_RDONLY|O_CREAT, 0600) = 6", "7 unlink(\"a\") = 0",
        "7 openat2(5</etc>, \"x\", {flags=O_RDWR, resolve=RESOLVE_BENEATH}, 24) = 6",
        "7 execve(\"/usr/bin/systemctl\", [\"/usr/bin/systemctl\", \"start\", \"a\"], 0x7) = 0",
        "7 fchownat(5</etc>, \"x\", 0, 0, 0) = 0", "7 mknodat(5</etc>, \"x\", S_IFIFO) = 0",
        "7 utimensat(5</etc>, \"x\", NULL, 0) = 0", "7 truncate(\"/etc/x\", 0) = 0",
        "7 linkat(5</tmp/v6-plan-x>, \"a\", 6</etc>, \"b\", 0 <unfinished ...>",
        "7 kill(1, SIGTERM) = 0", "7 mount(\"a\", \"/b\", \"c\", 0, NULL) = 0",
        #"7 sendto(24, "{\"verb\":\"start\"", 10, MSG_NOSIGNAL, NULL, 0) = 10"#,
    ])
    func eachKindOfMutationIsSeen(_ line: String) {
        #expect(
            SystemCalls(line).mutations(allowing: Self.supervisor + Self.mirror) == [line])
    }
}
