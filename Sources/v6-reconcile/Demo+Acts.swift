import CLinux
import Glibc
import Machine

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

    /// Starts a turn, and kills it as soon as its journal tells of a first step.
    func killAtFirstStep() throws(CommandError) {
        let journal = "\(host)/var/lib/v6-reconcile/journal.jsonl"
        let before = sizeOfFile(journal)
        printOut("   $ v6-reconcile --root HOST & kill -9 $!")
        var child: pid_t = 0
        let failure = withCStrings([program, "--root", host]) {
            posix_spawn(&child, program, nil, nil, $0, [nil])
        }
        guard failure == 0 else { throw CommandError("error: cannot start \(program)") }
        var status: Int32 = 0
        // Bounded by the turn itself: it ends, and then there is nothing to wait for.
        while waitpid(child, &status, WNOHANG) == 0 {
            if sizeOfFile(journal) > before { kill(child, SIGKILL) }
        }
        printOut("   killed")
    }

    private func sizeOfFile(_ path: String) -> Int {
        var found = stat()
        return stat(path, &found) == 0 ? Int(found.st_size) : 0
    }
}
