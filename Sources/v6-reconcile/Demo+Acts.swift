import Apply
import Facts
import Glibc
import Machine
import Services

/// What the demonstration does, shown as it would be typed.
extension Demo {
    func say(_ text: String) { printOut("\n\(text)") }

    /// Runs this program on the demonstration's host, shows what it prints, and checks its exit.
    func reconcile(_ arguments: [String], expecting expected: Int32) throws(CommandError) {
        printOut("   $ v6-reconcile \((["--root", "HOST"] + arguments).joined(separator: " "))")
        let result = try start(program, ["--root", host] + arguments)
        for line in (result.outputText + result.errorText).split(separator: "\n") {
            printOut("   | \(line)")
        }
        printOut("   exit \(code(result))")
        guard result.ending == .exited(expected) else {
            throw CommandError("error: the demonstration expected exit \(expected)")
        }
    }

    private func code(_ result: CommandResult) -> String {
        switch result.ending {
        case .exited(let code): "\(code)"
        case .signalled(let signal): "by signal \(signal)"
        case .hung: "never"
        case .flooded: "flooded"
        }
    }

    func push(_ message: String) throws(CommandError) {
        try quietly("git", ["-C", tree, "add", "-A"])
        let author = ["-c", "user.name=demo", "-c", "user.email=demo@example.net"]
        try quietly("git", ["-C", tree] + author + ["commit", "-q", "-m", message])
        printOut("   $ git push      # \(message)")
        try quietly("git", ["-C", tree, "push", "-q", "\(folder)/v6.git", "main"])
    }

    func git(_ arguments: [String]) throws(CommandError) {
        printOut("   $ git \(arguments.joined(separator: " "))")
        let author = ["-c", "user.name=demo", "-c", "user.email=demo@example.net"]
        let words = arguments.map { $0 == "origin" ? "\(folder)/v6.git" : $0 }
        try quietly("git", ["-C", tree] + author + words)
    }

    func shell(_ script: String) throws(CommandError) {
        printOut("   $ \(script.replacing(host, with: "HOST"))")
        try quietly("sh", ["-c", script])
    }

    func show(_ path: String, _ indent: String) {
        guard let file = fopen(path, "r") else { return }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        while fgets(&line, Int32(line.count), file) != nil {
            let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            printOut("\(indent)| \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    func quietly(_ program: String, _ arguments: [String]) throws(CommandError) {
        let result = try start("/usr/bin/\(program)", arguments)
        guard result.succeeded else {
            throw CommandError("error: \(program) \(arguments): \(result.errorText)")
        }
    }

    func start(_ program: String, _ arguments: [String]) throws(CommandError) -> CommandResult {
        let command = Command(
            program, arguments,
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder, "LC_ALL": "C"])
        return try attempt { () throws(MachineError) in try commands.run(command) }
    }

    func write(_ path: String, _ text: String) throws(CommandError) {
        var above = ""
        for part in path.split(separator: "/").dropLast() {
            above += "/\(part)"
            mkdir(above, 0o755)
        }
        guard let file = fopen(path, "w") else {
            throw CommandError("error: cannot write \(path)")
        }
        fputs(text, file)
        fclose(file)
    }

    /// Ends the feed's process as somebody with a shell would.
    func endFeed() throws(CommandError) {
        guard let unit = UnitName("demo-feed.service") else { return }
        let host = host
        let files = try attempt { () throws(MachineError) in
            try HostFiles(root: host, honoursOwners: false)
        }
        let supervisor = Supervisor(files: files, program: program)
        guard let process = try status(of: unit, supervisor)?.mainProcess, process > 1 else {
            throw CommandError("error: the feed does not run")
        }
        try shell("kill \(process)")
        // Bounded by the demonstration's next act: a feed that goes on is found by its plan.
        var looks = 0
        while try status(of: unit, supervisor)?.isActive == true, looks < 10_000 { looks += 1 }
    }

    private func status(
        of unit: UnitName, _ supervisor: Supervisor
    ) throws(CommandError) -> UnitStatus? {
        do throws(ServicesError) {
            return try supervisor.look(at: [unit])[unit]
        } catch {
            throw CommandError("error: \(error)")
        }
    }

    /// Starts a turn, and kills it as soon as its journal tells of a first step.
    func killInFirstStep() throws(CommandError) {
        let before = try stepsInJournal()
        printOut("   $ v6-reconcile --root HOST & kill -9 $!")
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var child: pid_t = 0
        let failure = withCStrings([program, "--root", host]) {
            posix_spawn(&child, program, &actions, nil, $0, [nil])
        }
        guard failure == 0 else { throw CommandError("error: cannot start \(program)") }
        var status: Int32 = 0
        // Bounded by the turn itself: it ends, and then there is nothing to wait for.
        while waitpid(child, &status, WNOHANG) == 0 {
            if try stepsInJournal() > before { kill(child, SIGKILL) }
        }
        printOut("   killed")
    }

    private func stepsInJournal() throws(CommandError) -> Int {
        let host = host
        let bytes = try attempt { () throws(MachineError) in
            try HostFiles(root: host, honoursOwners: false).read(
                try StateFolder.hostPath("\(StateFolder.folder)/journal.jsonl"))
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .count { $0.contains("\"event\":\"step\"") }
    }
}
