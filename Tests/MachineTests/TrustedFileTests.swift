import Facts
import Glibc
import Machine
import TestKit
import Testing

/// Files that only root can have written, and bytes that reach a child without a name.
struct TrustedFileTests {
    private let scratch = ScratchFolder()

    private func files(honoursOwners: Bool) throws -> HostFiles {
        try HostFiles(root: scratch.path, honoursOwners: honoursOwners)
    }

    /// Root's own test: each harm alone makes the file one that is not trusted.
    @Test func fileThatOthersCouldChangeIsNotTrusted() throws {
        try #require(geteuid() == 0, "run as root")
        scratch.write("etc/v6/signers", "alice\n")
        let path = try HostPath("/etc/v6/signers")
        let files = try files(honoursOwners: true)
        chmod(scratch.path, 0o755)
        #expect(try files.readTrusted(path) == Array("alice\n".utf8))
        for name in ["etc/v6/signers", "etc/v6", "etc", "."] {
            let place = scratch.path + "/" + name
            let mode: mode_t = name.hasSuffix("signers") ? 0o644 : 0o755
            for harm in [{ chown(place, 65_534, 0) }, { chmod(place, mode | 0o020) }] {
                #expect(harm() == 0)
                #expect(throws: MachineError.self, "\(name)") { try files.readTrusted(path) }
                #expect(chown(place, 0, 0) == 0 && chmod(place, mode) == 0)
            }
        }
        #expect(try files.readTrusted(path) == Array("alice\n".utf8))
        symlink("signers", scratch.path + "/etc/v6/link")
        #expect(throws: MachineError.self) {
            try files.readTrusted(try HostPath("/etc/v6/link"))
        }
        #expect(throws: MachineError.self) { try files.readTrusted(try HostPath("/etc/v6")) }
    }

    @Test func whereOwnersDoNotCountEverybodyStillMayNotWriteIt() throws {
        scratch.write("signers", "alice\n")
        let files = try files(honoursOwners: false)
        let path = try HostPath("/signers")
        #expect(try files.readTrusted(path) == Array("alice\n".utf8))
        chmod(scratch.path + "/signers", 0o666)
        #expect(throws: MachineError.self) { try files.readTrusted(path) }
    }

    @Test func attachedBytesAreReadByTheChildAsOftenAsItLikesAndLeaveNothing() throws {
        var command = Command(
            "/bin/sh",
            [
                "-c",
                """
                cat /proc/self/fd/3 /proc/self/fd/4 /proc/self/fd/3
                ls -l /proc/self/fd | grep -c memfd
                """,
            ])
        command.environment = ["PATH": "/usr/bin:/bin"]
        command.attached = [Array("one\n".utf8), Array("two\n".utf8)]
        let result = try SpawnedCommands().run(command)
        #expect(result.outputText == "one\ntwo\none\n2\n")
        command.attached = [[UInt8](repeating: 7, count: 3_000_000)]
        command.arguments = ["-c", "wc -c < /proc/self/fd/3"]
        #expect(try SpawnedCommands().run(command).outputText == "3000000\n")
    }

    @Test func moreThanEightAttachmentsAreAnError() throws {
        var command = Command("/bin/true", [])
        command.attached = [[UInt8]](repeating: [1], count: 9)
        #expect(throws: MachineError.self) { try SpawnedCommands().run(command) }
    }
}
