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

    @Test func childThatHangsIsKilledWithAllThatItStarted() throws {
        let script = "sleep 600 & echo $!; wait"
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-c", script], environment: ["PATH": "/usr/bin:/bin"],
                deadline: .milliseconds(300)))
        #expect(result.ending == .hung)
        let grandchild = try #require(pid_t(result.outputText.dropLast()))
        // It is init's to collect: until then it may be there, but dead.
        let status = textOfFile("/proc/\(grandchild)/stat") ?? ""
        #expect(status.isEmpty || status.contains(") Z ") || status.contains(") X "))
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
