import Facts
import Machine
import SandboxKit
import TestKit
import Testing

/// A secret of the host's: it restarts who was handed it, and appears nowhere.
struct CredentialTests {
    @Test func rotatedSecretRestartsItsUnitAndIsNowhereToBeRead() throws {
        try Sandbox.healthy { box in
            box.scratch.write("host/etc/credstore/token", "correct horse")
            box.scratch.write(
                "tree/systemd/more.service",
                """
                [Service]
                ExecStart=/bin/sleep 100000
                LoadCredential=token:/etc/credstore/token

                """)
            try box.wanted("services", "more.service: {unit: systemd/more.service, state: running}")
            try box.push("a unit with a secret")
            #expect(try box.turn().ending == .exited(0))
            #expect(try box.turn().outputText.hasPrefix("No changes."))
            let before = try #require(try box.status("more.service"))
            box.scratch.write("host/etc/credstore/token", "battery staple")
            let plan = try box.turn(["--plan"])
            let shown = /credential token [0-9a-f]{8} -> [0-9a-f]{8}, restart/
            #expect(plan.outputText.contains(shown), "\(plan.outputText)")
            #expect(plan.ending == .exited(2))
            #expect(try box.turn().ending == .exited(0))
            let after = try #require(try box.status("more.service"))
            #expect(after.invocation != before.invocation)
            #expect(try box.turn().outputText.hasPrefix("No changes."))
            // Ends with 1, and so throws, when it finds one.
            try box.shell("! grep -rE 'correct horse|battery staple' \"$HOST/var\" \"$HOST/run\"")
            #expect(
                try box.shell("stat -c %a \"$HOST/var/lib/v6-reconcile/fingerprint.key\"")
                    == "600\n")
        }
    }
}
