import Glibc
import Machine
import TestKit
import Testing

@Suite struct SpawnedCommandsTests {
    @Test func childSeesNothingOfOurEnvironmentButWhatIsGiven() throws {
        let own = getenv("PATH").map { String(cString: $0) }
        try #require(own != nil)
        let result = try SpawnedCommands().run(
            Command("/usr/bin/env", [], environment: ["GIVEN": "a value", "ALSO": ""]))
        #expect(result.outputText == "ALSO=\nGIVEN=a value\n")
    }

    @Test func inputOutputErrorsAndStatusAreTold() throws {
        let result = try SpawnedCommands().run(
            Command("/bin/sh", ["-c", "cat; echo words >&2; exit 7"], input: Array("text".utf8)))
        #expect(
            result
                == CommandResult(
                    ending: .exited(7), output: Array("text".utf8), errors: Array("words\n".utf8)))
    }

    /// The child's child holds a lock while it lives: that it is had says that it is dead.
    @Test func childThatHangsIsKilledWithAllThatItStarted() throws {
        let scratch = ScratchFolder()
        scratch.write("lock", "")
        let path = scratch.path + "/lock"
        let script = "exec 9<\(path); flock 9; sleep 30 & wait"
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
                deadline: .seconds(1)))
        #expect(result.ending == .hung)
        let file = open(path, O_RDONLY)
        defer { close(file) }
        let begin = ContinuousClock.now
        #expect(flock(file, LOCK_EX) == 0)
        #expect(ContinuousClock.now - begin < .seconds(15))
    }

    @Test func childThatPrintsWithoutEndIsKilled() throws {
        let result = try SpawnedCommands().run(
            Command("/usr/bin/yes", [], outputBytesMax: 1 << 20))
        #expect(result.ending == .flooded)
    }

    @Test func programThatIsNotThereIsAnError() {
        #expect(throws: MachineError("run", "/no/such", .errno(ENOENT))) {
            try SpawnedCommands().run(Command("/no/such", []))
        }
    }
}
