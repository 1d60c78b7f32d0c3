import Facts
import Glibc
import Machine
import TestKit
import Testing

/// Other programs, and the lock that none of them inherits.
struct CommandTests {
    private func shell(
        _ script: String, environment: [String: String] = [:], input: [UInt8] = [],
        deadline: Duration = .seconds(30), outputBytesMax: Int = 1 << 20
    ) throws -> CommandResult {
        try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-c", script], environment: environment, input: input,
                deadline: deadline, outputBytesMax: outputBytesMax))
    }

    @Test func endingAndBothOutputsAreKept() throws {
        let result = try shell("echo out; echo err >&2; exit 7")
        #expect(result.ending == .exited(7))
        #expect(result.outputText == "out\n" && result.errorText == "err\n")
        #expect(try shell("kill -9 $$").ending == .signalled(9))
        #expect(throws: MachineError("run", "/nowhere/program", .errno(ENOENT))) {
            try SpawnedCommands().run(Command("/nowhere/program", []))
        }
    }

    @Test func environmentIsExactlyTheGivenOne() throws {
        let result = try SpawnedCommands().run(
            Command("/usr/bin/env", [], environment: ["A": "b c", "E": ""]))
        #expect(result.outputText == "A=b c\nE=\n")
        #expect(try SpawnedCommands().run(Command("/usr/bin/env", [])).output == [])
    }

    @Test func argumentsAreNotReadByAnyShell() throws {
        let words = ["a b", "$HOME", "*", "", "\n", "'\""]
        let result = try SpawnedCommands().run(Command("/usr/bin/printf", ["%s|"] + words))
        #expect(result.outputText == words.map { $0 + "|" }.joined())
    }

    @Test func inputLargerThanAPipeIsFedWhileOutputIsRead() throws {
        let input = [UInt8](repeating: 65, count: 3_000_000)
        let result = try shell("cat", input: input, outputBytesMax: 4 << 20)
        #expect(result.output == input)
        #expect(try shell("exec true", input: input).succeeded, "a reader that wants none of it")
        #expect(try shell("cat").output == [], "with no input it ends at once")
    }

    /// The child's child holds a lock while it lives: that it can be had says that it is dead.
    @Test func deadlineEndsTheWholeGroup() throws {
        let scratch = ScratchFolder()
        scratch.write("lock", "")
        let path = scratch.path + "/lock"
        let result = try shell(
            "exec 9<\(path); flock 9; sleep 30 & wait",
            environment: ["PATH": "/usr/bin:/bin"], deadline: .seconds(1))
        #expect(result.ending == .hung)
        let file = open(path, O_RDONLY)
        defer { close(file) }
        let begin = ContinuousClock.now
        #expect(flock(file, LOCK_EX) == 0)
        #expect(ContinuousClock.now - begin < .seconds(15))
    }

    @Test func deadlineHoldsWhenTheOutputIsClosedOrHeldByAnother() throws {
        let closed = try shell("exec >&- 2>&-; sleep 1000", deadline: .milliseconds(300))
        #expect(closed.ending == .hung)
        let held = try shell("setsid sleep 2 & exit 0", deadline: .milliseconds(300))
        #expect(held.ending == .hung, "who keeps the pipe is not waited for past the deadline")
    }

    @Test func floodIsCutOffAndEnded() throws {
        let result = try shell("yes", outputBytesMax: 100_000)
        #expect(result.ending == .flooded)
        #expect(result.output.count >= 100_000 && result.output.count < 400_000)
    }

    @Test func noDescriptorOfOursReachesAChild() throws {
        let scratch = ScratchFolder()
        let files = try HostFiles(root: scratch.path, honoursOwners: false)
        let lock = try KernelLock.take(try HostPath("/lock"), in: files)
        let result = try SpawnedCommands().run(Command("/bin/ls", ["-l", "/proc/self/fd"]))
        #expect(!result.outputText.contains(scratch.path))
        withExtendedLifetime(lock) {}
    }

    @Test func anotherAccountHasNoRightLeftAndDiesWithItsCaller() throws {
        try #require(geteuid() == 0, "run as root")
        var command = Command(
            "/bin/sh",
            [
                "-c",
                "grep -E '^(Uid|Gid|Groups|NoNewPrivs|Cap(Inh|Prm|Eff|Amb))' /proc/self/status",
            ],
            environment: ["PATH": "/usr/bin:/bin"])
        command.account = Command.Account(user: 65_534, group: 65_533)
        let result = try SpawnedCommands().run(command)
        let words = result.outputText.split(separator: "\n").map {
            $0.split(whereSeparator: \.isWhitespace)
        }
        #expect(words.contains(["Uid:", "65534", "65534", "65534", "65534"]), "\(result)")
        #expect(words.contains(["Gid:", "65533", "65533", "65533", "65533"]), "\(result)")
        #expect(words.contains(["Groups:"]), "\(result)")
        #expect(words.contains(["NoNewPrivs:", "1"]), "\(result)")
        let rights = words.filter { $0.first?.hasPrefix("Cap") == true }
        #expect(rights.count == 4 && rights.allSatisfy { $0.last == "0000000000000000" })
        // Which signal it gets when the thread that runs it ends: the change of account takes it
        // back, see prctl(2).
        let script = """
            import ctypes
            signal = ctypes.c_int()
            ctypes.CDLL(None).prctl(2, ctypes.byref(signal))
            print(signal.value)
            """
        var dying = Command("/usr/bin/python3", ["-c", script])
        dying.account = command.account
        #expect(try SpawnedCommands().run(dying).outputText == "9\n")
        #expect(geteuid() == 0 && getegid() == 0, "only the child changed")
    }

    @Test func noFileThatACommandWritesGrowsPastItsBound() throws {
        let scratch = ScratchFolder()
        for (bytes, ending) in [(1_024, CommandResult.Ending.exited(0)), (1_025, .exited(1))] {
            var command = Command(
                "/bin/sh", ["-c", "exec head -c \(bytes) /dev/zero > \(scratch.path)/f"],
                environment: ["PATH": "/usr/bin:/bin"])
            command.fileBytesMax = 1_024
            let result = try SpawnedCommands().run(command)
            #expect(result.ending == ending, "\(result)")
        }
    }

    @Test func lockIsHeldOnceAndFallsWithItsHolder() throws {
        let scratch = ScratchFolder()
        let files = try HostFiles(root: scratch.path, honoursOwners: false)
        let place = try HostPath("/lock")
        var lock = try KernelLock.take(place, in: files)
        #expect(lock != nil)
        #expect(try KernelLock.take(place, in: files) == nil)
        let asked = Command("/usr/bin/flock", ["-n", scratch.path + "/lock", "true"])
        #expect(try SpawnedCommands().run(asked).ending == .exited(1))
        lock = nil
        #expect(try SpawnedCommands().run(asked).succeeded)
        #expect(try KernelLock.take(place, in: files) != nil, "the file alone means nothing")
        symlink(scratch.path + "/elsewhere", scratch.path + "/link")
        #expect(throws: MachineError.self) {
            try KernelLock.take(try HostPath("/link"), in: files)
        }
        _ = lock
    }
}
