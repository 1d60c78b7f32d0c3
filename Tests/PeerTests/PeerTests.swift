import Glibc
import Machine
import TestKit
import Testing

/// Two real clients of the TWS API judge our messages, one suite after the other: while one waits
/// for their answers it holds a thread.
@Suite(.serialized) struct PeerTests {
    /// Where they were never installed and cannot be, there is no answer: an error, no skip.
    @Test func librariesThatCannotBeInstalledAreAnError() throws {
        let scratch = ScratchFolder()
        scratch.write("bin/python3", "#!/bin/sh\necho No network. >&2\nexit 1\n")
        #expect(chmod(scratch.path + "/bin/python3", 0o755) == 0)
        let result = try Peers.run(
            "decode.py", given: [],
            environment: [
                "V6_PEERS": scratch.path + "/peers", "PATH": scratch.path + "/bin:/usr/bin:/bin",
            ])
        #expect(result.ending == .exited(1))
        #expect(result.errorText.hasPrefix("No network.\n"))
        #expect(result.errorText.contains("ib_async and ibapi cannot be installed"))
        #expect(result.outputText == "")
    }
}
