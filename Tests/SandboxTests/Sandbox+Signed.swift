import Machine
import SandboxKit
import TestKit
import Testing

extension Sandbox {
    /// What the keys of these tests are called, and what host.yaml allows of them: `old` was valid
    /// until 2020, `lost` is revoked, `mallory` is nobody's.
    private static let names = ["alice", "bob", "old", "lost", "mallory"]

    /// A sandbox that requires signatures, healthy on the second of two signed commits that were
    /// pushed at once; below them lies an unsigned one, which is the floor.
    static func signed(_ body: (Sandbox) throws -> Void) throws {
        try fresh { box in
            // Signing by gpg leaves an agent behind.
            defer {
                do {
                    try box.shell("gpgconf --homedir ../gpg --kill gpg-agent")
                } catch {
                    Issue.record(error)
                }
            }
            try box.makeKeys()
            let floor = try box.shell("git rev-parse HEAD").prefix(40)
            try box.require("floor: \(floor)")
            box.scratch.write("tree/desired/files/README", "One.\n")
            try box.history("save; sign alice commit -q -S -m one")
            box.scratch.write("tree/desired/files/README", "Two.\n")
            try box.history("save; sign bob commit -q -S -m two; publish")
            let first = try box.turn()
            guard first.ending == .exited(0) else { throw NotDone("first turn", first) }
            try body(box)
        }
    }

    /// Writes host.yaml, with these members of `signatures` besides those that are always there.
    func require(_ more: String = "") throws {
        scratch.write(
            "host/etc/v6-reconcile/host.yaml",
            """
            environment: sandbox
            repository: \(repository)
            signatures:
              required: true
              allowed_signers: /etc/v6-reconcile/allowed_signers
              revoked_keys: /etc/v6-reconcile/revoked_keys
              openpgp: /etc/v6-reconcile/gpg
              \(more)

            """)
    }

    /// Runs a script in the work tree that signs by the keys of these tests.
    @discardableResult
    func history(_ script: String) throws -> String {
        try shell(
            """
            scratch='\(scratch.path)'
            export GNUPGHOME=$scratch/gpg
            save() { echo "$((n=n+1))" >> desired/files/more; git add -A; }
            sign() {
                key=$1; shift
                git -c gpg.format=ssh -c user.signingkey="$scratch/keys/$key" "$@"
            }
            publish() { git push -qf ../v6.git HEAD:refs/heads/main; }
            \(script)
            """)
    }

    private func makeKeys() throws {
        scratch.makeFolder("keys")
        scratch.makeFolder("host/etc/v6-reconcile/gpg")
        for name in Self.names {
            try shell("ssh-keygen -q -t ed25519 -N '' -C '' -f ../keys/\(name)")
        }
        try shell(
            """
            cd ../keys
            etc="$HOST/etc/v6-reconcile"
            allow() { printf '%s %s %s\\n' "$1@example.net" "$2" "$(cat $1.pub)"; }
            {
                allow alice 'namespaces="git"'
                allow bob ''
                allow old 'valid-before="20200101"'
                allow lost ''
            } > "$etc/allowed_signers"
            cp lost.pub "$etc/revoked_keys"
            mkdir -m 700 ../gpg
            for who in carol eve; do
                gpg --homedir ../gpg --batch --quiet --passphrase '' \\
                    --quick-gen-key "$who <$who@example.net>" ed25519 sign never 2>/dev/null
            done
            gpg --homedir ../gpg --batch --export carol > "$etc/gpg/pubring.gpg"
            """)
    }
}
