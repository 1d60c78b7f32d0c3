import Facts
import Git
import Machine
import TestKit
import Testing

/// Signatures by real ssh-keygen and gpg, judged at times that the test chooses.
struct SignatureTests {
    private let scratch = ScratchFolder()
    private let verifier = SignaturePrograms(commands: SpawnedCommands())
    private let payload = Array("tree x\n\nm\n".utf8)
    /// 2026-01-01, in microseconds.
    private let nowUs: Int64 = 1_767_225_600_000_000

    private struct NotDone: Error { let how: String }

    @discardableResult
    private func shell(_ script: String) throws -> String {
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-euc", "cd '\(scratch.path)'\n\(script)"],
                environment: ["PATH": "/usr/bin:/bin", "HOME": scratch.path]))
        guard result.succeeded else { throw NotDone(how: result.errorText) }
        return result.outputText
    }

    private func key(_ name: String) throws -> String {
        try shell("ssh-keygen -q -t ed25519 -N '' -C '' -f \(name); cat \(name).pub")
            .split(separator: "\n").joined()
    }

    private func signed(by name: String, namespace: String = "git") throws -> CommitObject {
        scratch.write("payload", String(decoding: payload, as: UTF8.self))
        let keygen = "ssh-keygen -q -Y sign -n \(namespace) -f \(name)"
        try shell("rm -f payload.sig; \(keygen) payload 2>/dev/null")
        var commit = CommitObject([], digits: 40)
        commit.payload = payload
        commit.signature = .ssh(Array((scratch.read("payload.sig") ?? "").utf8))
        return commit
    }

    private func allowed(_ lines: String..., revoked: String? = nil) -> AllowedKeys {
        AllowedKeys(
            signers: Array((lines.joined(separator: "\n") + "\n").utf8),
            revoked: revoked.map { Array("\($0)\n".utf8) })
    }

    private func verdict(
        _ commit: CommitObject, _ keys: AllowedKeys, us: Int64? = nil
    ) throws -> SignatureVerdict {
        try verifier.verdict(on: commit, by: keys, atUs: us ?? nowUs)
    }

    @Test func signerIsNamedAsTheHostNamesTheKey() throws {
        let (alice, bob) = (try key("alice"), try key("bob"))
        let commit = try signed(by: "alice")
        let keys = allowed("bob@x \(bob)", "a@x,alice@x namespaces=\"git,file\" \(alice)")
        #expect(try verdict(commit, keys) == .good(signer: "a@x"))
        #expect(try verdict(commit, allowed("*@x \(alice)")) == .good(signer: "*@x"))
        var changed = commit
        changed.payload[5] ^= 1
        guard case .bad = try verdict(changed, keys) else {
            Issue.record("other bytes are not signed")
            return
        }
    }

    @Test func keyOfNobodyOrForAnotherPurposeIsUnknown() throws {
        let (alice, bob) = (try key("alice"), try key("bob"))
        let commit = try signed(by: "alice")
        for keys in [
            allowed("bob@x \(bob)"), allowed(), AllowedKeys(),
            allowed("alice@x namespaces=\"file\" \(alice)"),
            allowed("old@x valid-before=\"20200101\" \(bob)"),
        ] {
            guard case .unknownKey(let key) = try verdict(commit, keys) else {
                Issue.record("\(try verdict(commit, keys))")
                continue
            }
            #expect(key?.hasPrefix("SHA256:") == true)
        }
        guard case .bad = try verdict(signed(by: "alice", namespace: "file"), allowed(alice)) else {
            Issue.record("a signature for another purpose")
            return
        }
    }

    /// A second before the end it counts, a second after it does not; the date of the commit is
    /// not even looked at.
    @Test func keyCountsInItsTimeAsTheHostSawTheCommit() throws {
        let alice = try key("alice")
        let commit = try signed(by: "alice")
        let keys = allowed(
            "a@x valid-after=\"20250101000000Z\",valid-before=\"20260101000000Z\" \(alice)")
        #expect(try verdict(commit, keys, us: nowUs - 1_000_000) == .good(signer: "a@x"))
        for us in [nowUs + 1_000_000, nowUs - 400 * 86_400_000_000] {
            guard case .expired(let key) = try verdict(commit, keys, us: us) else {
                Issue.record("\(try verdict(commit, keys, us: us))")
                continue
            }
            #expect(key?.hasPrefix("SHA256:") == true)
        }
    }

    @Test func revokedKeyCountsNoMoreWhateverElseIsSaidOfIt() throws {
        let (alice, bob) = (try key("alice"), try key("bob"))
        let commit = try signed(by: "alice")
        #expect(
            try verdict(commit, allowed("a@x \(alice)", revoked: alice)) == .revoked("a@x"))
        #expect(
            try verdict(commit, allowed("a@x \(alice)", revoked: bob)) == .good(signer: "a@x"))
        try shell("ssh-keygen -q -k -f krl alice.pub; base64 -w0 krl > krl64")
        var keys = allowed("a@x \(alice)")
        keys.revoked = try SpawnedCommands().run(
            Command("/bin/cat", [scratch.path + "/krl"])
        ).output
        #expect(try verdict(commit, keys) == .revoked("a@x"), "a key revocation list")
    }

    @Test func signatureThatIsNoneIsBad() throws {
        let alice = try key("alice")
        for text in [
            "", "-----BEGIN SSH SIGNATURE-----\n", "-----BEGIN SSH SIGNATURE-----\n%%%\n",
            "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n",
        ] {
            var commit = try signed(by: "alice")
            commit.signature = .ssh(Array(text.utf8))
            guard case .bad = try verdict(commit, allowed("a@x \(alice)")) else {
                Issue.record("'\(text)'")
                continue
            }
        }
        var commit = try signed(by: "alice")
        commit.signature = .unusable("it has two")
        #expect(try verdict(commit, allowed("a@x \(alice)")) == .bad("it has two"))
        commit.signature = .none
        #expect(try verdict(commit, allowed("a@x \(alice)")) == .unsigned)
    }

    /// The key is good for 30 days from when it is made.
    @Test func keyOfGpgCountsInItsTimeAndRevokedNoMore() throws {
        defer { stopAgent() }
        scratch.write("payload", String(decoding: payload, as: UTF8.self))
        let made = try shell(
            """
            mkdir -m 700 g
            gpg() { command gpg --homedir g --batch --quiet "$@" 2>/dev/null; }
            gpg --passphrase '' --quick-gen-key 'Carol <c@x>' ed25519 sign 30d
            gpg --armor --detach-sign -o sig payload
            gpg --export > keyring
            sed 's/^:---/---/' g/openpgp-revocs.d/*.rev | gpg --import || true
            gpg --export > revoked
            date +%s
            """)
        let seconds = try #require(Int64(made.split(separator: "\n").last ?? ""))
        func bytes(_ name: String) throws -> [UInt8] {
            try SpawnedCommands().run(Command("/bin/cat", ["\(scratch.path)/\(name)"])).output
        }
        var commit = CommitObject([], digits: 40)
        commit.payload = payload
        commit.signature = .openPGP(try bytes("sig"))
        let keys = AllowedKeys(keyring: try bytes("keyring"))
        func at(days: Int64) throws -> SignatureVerdict {
            try verdict(commit, keys, us: (seconds + days * 86_400) * 1_000_000)
        }
        guard case .good(let signer) = try at(days: 29) else {
            Issue.record("\(try at(days: 29))")
            return
        }
        #expect(signer.hasPrefix("Carol <c@x> ("))
        guard case .expired = try at(days: 31) else {
            Issue.record("\(try at(days: 31))")
            return
        }
        let revoked = AllowedKeys(keyring: try bytes("revoked"))
        guard case .revoked = try verdict(commit, revoked, us: seconds * 1_000_000) else {
            Issue.record("\(try verdict(commit, revoked, us: seconds * 1_000_000))")
            return
        }
        guard case .unknownKey = try verdict(commit, AllowedKeys()) else {
            Issue.record("no keyring allows nobody")
            return
        }
        commit.payload[5] ^= 1
        guard case .bad = try at(days: 1) else {
            Issue.record("other bytes are not signed")
            return
        }
    }

    private func stopAgent() {
        do {
            try shell("gpgconf --homedir g --kill gpg-agent")
        } catch {
            Issue.record(error)
        }
    }

    @Test func programThatCannotBeStartedIsNoVerdict() throws {
        let alice = try key("alice")
        let commit = try signed(by: "alice")
        let programs = SignaturePrograms(commands: Missing())
        #expect(throws: GitError.self) {
            try programs.verdict(on: commit, by: allowed("a@x \(alice)"), atUs: nowUs)
        }
    }
}

/// Where the program is not there.
private struct Missing: CommandRunner {
    func run(_ command: Command) throws(MachineError) -> CommandResult {
        throw MachineError("run", command.program, .errno(2))
    }
}
