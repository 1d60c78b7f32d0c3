import Apply
import Glibc
import Machine

/// Shows the main road in a temporary folder: real processes, a real repository, nothing left.
struct Demo {
    let folder: String
    let program: String
    let commands = SpawnedCommands()

    /// The operator's work tree.
    var tree: String { folder + "/work" }
    /// The folder that stands for the host's `/`.
    var host: String { folder + "/host" }

    init() throws(CommandError) {
        var template = Array("/tmp/v6-demo-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandError("error: cannot make a folder in /tmp")
        }
        folder = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let program = realPath("/proc/self/exe") else {
            throw CommandError("error: cannot find this program's own path in /proc")
        }
        self.program = program
    }

    /// - Returns: 0 when everything went as it should; else 1, naming the act that did not.
    func run() throws(CommandError) -> Int32 {
        let outcome: Result<Void, CommandError>
        do throws(CommandError) {
            outcome = .success(try perform())
        } catch {
            outcome = .failure(error)
        }
        _ = try start(program, ["--root", host, "--down"])
        try attempt { () throws(MachineError) in
            try HostFiles(root: "/tmp", honoursOwners: false)
                .removeTree(try StateFolder.hostPath(String(folder.dropFirst("/tmp".count))))
        }
        try outcome.get()
        printOut("\nThe end. Everything above was in \(folder), which is removed.")
        return 0
    }

    private func perform() throws(CommandError) {
        try prepare()
        say(
            "1. A push, then a turn: what the commit wants is made, and watched until it is stable."
        )
        try reconcile([], expecting: 0)
        say("2. Another turn: nothing to do.")
        try reconcile([], expecting: 0)
        try showDrift()
        try showWayBack()
        try showKill()
        say("8. The supervisor and all that it runs are stopped.")
        try reconcile(["--down"], expecting: 0)
    }

    private func prepare() throws(CommandError) {
        say("A repository with desired state, a host in \(host), and its own file:")
        try write("\(tree)/desired/sandbox.yaml", DemoFiles.desired)
        try write("\(tree)/desired/files/README", DemoFiles.readme)
        try write(
            "\(tree)/systemd/demo-feed.service", DemoFiles.unit(running: DemoFiles.goodCommand))
        try write(
            "\(host)/etc/v6-reconcile/host.yaml",
            "environment: sandbox\nrepository: \(folder)/v6.git\n")
        show("\(host)/etc/v6-reconcile/host.yaml", "  ")
        try quietly("git", ["init", "-q", "-b", "main", tree])
        try quietly("git", ["init", "-q", "--bare", "-b", "main", "\(folder)/v6.git"])
        try push("a feed and a README")
    }

    private func showDrift() throws(CommandError) {
        say("3. Somebody edits a file, changes a mode, disables the feed and ends it.")
        try shell("echo oops >> \(host)/etc/v6/README")
        try shell("chmod 0600 \(host)/etc/systemd/system/demo-feed.service")
        try shell("rm \(host)/etc/systemd/system/multi-user.target.wants/demo-feed.service")
        try endFeed()
        try reconcile(["--plan"], expecting: 2)
        say("   A turn heals it.")
        try reconcile([], expecting: 0)
    }

    private func showWayBack() throws(CommandError) {
        say("4. A bad commit: its feed ends at once. The turn goes back by itself, exit 4.")
        try write(
            "\(tree)/systemd/demo-feed.service", DemoFiles.unit(running: DemoFiles.badCommand))
        try push("a feed that fails")
        try reconcile([], expecting: 4)
        say("5. The next turn does not try the same content again.")
        try reconcile([], expecting: 4)
        say("6. git revert, and push: healthy again, exit 0.")
        try git(["revert", "--no-edit", "HEAD"])
        try git(["push", "-q", "origin", "main"])
        try reconcile([], expecting: 0)
    }

    private func showKill() throws(CommandError) {
        say("7. A turn is killed by SIGKILL in its first step. The next one finishes.")
        try write("\(tree)/desired/files/README", DemoFiles.readme + "One line more.\n")
        try write(
            "\(tree)/systemd/demo-feed.service",
            DemoFiles.unit(running: "sleep 0.1; " + DemoFiles.goodCommand))
        try push("a line more, and a slower feed")
        try killInFirstStep()
        try reconcile(["status"], expecting: 2)
        try reconcile([], expecting: 0)
    }
}
