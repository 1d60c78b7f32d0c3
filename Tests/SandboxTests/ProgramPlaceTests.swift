import Facts
import Machine
import SandboxKit
import TestKit
import Testing

/// Where a sandbox looks the programs of its units up.
struct ProgramPlaceTests {
    /// The sandbox's host.yaml, with roots of its own.
    private func declare(_ roots: String, in box: Sandbox) {
        box.scratch.write(
            "host/etc/v6-reconcile/host.yaml",
            """
            environment: sandbox
            repository: \(box.repository)
            roots: [/etc/v6, /etc/systemd/system, \(roots)]

            """)
    }

    @Test func programBelowARootThatOnlyTheHostsFileDeclaresRunsFromTheSandbox() throws {
        try Sandbox.healthy { box in
            // The supervisor that runs already reads the file anew.
            declare("/data", in: box)
            box.scratch.write("tree/desired/files/run", "#!/bin/sh\nexec sleep 100000\n")
            try box.wanted("files", "/data/bin/run: {source: files/run, mode: \"0755\"}")
            try box.addUnit("more.service", running: "/data/bin/run")
            try box.push("a program of its own")
            let turn = try box.turn()
            #expect(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            #expect(try box.status("more.service")?.active == "active", "\(turn.outputText)")
            #expect(try box.turn().outputText.hasPrefix("No changes."))
        }
    }

    @Test func programThatOnlyTheMachineHasIsMissingBelowADeclaredRoot() throws {
        try Sandbox.healthy { box in
            try box.addUnit("more.service", running: "/usr/bin/sleep 100000")
            try box.push("a program of the machine")
            #expect(try box.turn(["--plan", "--refresh"]).ending == .exited(2))
            declare("/usr/bin", in: box)
            let turn = try box.turn()
            #expect(turn.ending == .exited(1))
            let reason = "there is no program to run at /usr/bin/sleep"
            #expect((turn.outputText + turn.errorText).contains(reason), "\(turn.errorText)")
        }
    }
}
