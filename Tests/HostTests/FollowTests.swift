import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Signed commits on a real host, fetched by an account that owns nothing else.
    @Suite(.serialized) struct Follow {
        private static let sign =
            "git -c gpg.format=ssh -c user.signingkey=/srv/keys/alice commit -q -S -m"

        /// The next test begins on a fresh host: others push unsigned.
        private func withSignedHost(_ body: (RoadHost) throws -> Void) throws {
            let road = try RoadHost.fresh()
            try road.must(
                """
                mkdir /srv/keys
                ssh-keygen -q -t ed25519 -N '' -f /srv/keys/alice
                echo "alice@example.net $(cat /srv/keys/alice.pub)" \
                    > /etc/v6-reconcile/allowed_signers
                sed -i '/signatures/d' /etc/v6-reconcile/host.yaml
                {
                    echo 'signatures:'
                    echo '  allowed_signers: /etc/v6-reconcile/allowed_signers'
                    echo "  floor: $(git -C /srv/tree rev-parse HEAD)"
                } >> /etc/v6-reconcile/host.yaml
                """)
            let outcome = Result { try body(road) }
            try road.must("rm -rf /var/lib/v6-reconcile /etc/v6-reconcile")
            try outcome.get()
        }

        @Test func signedCommitsAloneActAndGitOwnsItsMirrorAndNothingElse() throws {
            try withSignedHost { road in
                let plan = try road.turn(["--plan"])
                #expect(plan.ending == .exited(2), "\(plan)")
                #expect(try !road.host.run(["getent", "passwd", "v6-git"]).succeeded)
                let first = try road.turn()
                #expect(first.ending == .exited(0), "\(first)")
                try road.must(
                    """
                    cd /var/lib/v6-reconcile
                    test "$(stat -c '%U %a' . repo.git | tr '\\n' ' ')" = 'root 711 v6-git 700 '
                    test -z "$(find repo.git ! -user v6-git)"
                    test "$(find . -user v6-git ! -path './repo.git*')" = ''
                    test "$(getent passwd v6-git | cut -d: -f6,7)" \
                        = /etc/v6-reconcile/git:/usr/sbin/nologin
                    for words in 'ls .' 'cat state.json' 'cat journal.jsonl' 'cat follow.json' \
                        'ls generations'; do
                        if setpriv --reuid=v6-git --regid=v6-git --clear-groups \
                            $words >/dev/null 2>&1
                        then echo "v6-git may: $words" >&2; exit 1; fi
                    done
                    """)
                let before = try road.digest()
                try road.push("not signed", "echo '# mallory' >> desired/files/README")
                let unsigned = try road.host.run(["systemctl", "start", "v6-reconcile.service"])
                #expect(unsigned.ending == .exited(1))
                let status = try road.host.shell(
                    "systemctl show -P ExecMainStatus v6-reconcile.service; systemctl reset-failed")
                #expect(status.outputText == "7\n")
                // How far a timer is on its way is its own business.
                func still(_ text: String) -> [Substring] {
                    text.split(separator: "\n").filter {
                        // Nor is what the health check found meanwhile.
                        !$0.contains(".timer loaded")
                            && !$0.contains("v6-health-check.service loaded")
                    }
                }
                let after = try road.digest()
                #expect(still(after) == still(before))
                for words in [["--plan"], ["--plan", "--refresh"], ["validate"], []] {
                    let result = try road.turn(words)
                    #expect(result.ending == .exited(7), "\(words) \(result)")
                    #expect(result.errorText.contains("it is not signed"))
                }
                try road.must(
                    """
                    cd /srv/tree
                    git reset -q --hard HEAD~1
                    echo '# alice' >> desired/files/README
                    git add -A
                    \(Self.sign) signed
                    git push -qf origin main
                    systemctl start v6-reconcile.service
                    grep -q alice /etc/v6/README
                    grep -q '"signed_by":"alice@example.net"' /var/lib/v6-reconcile/state.json
                    """)
                #expect(try road.turn().ending == .exited(0))
            }
        }

        /// What root would read has to be root's, up to the root itself.
        @Test func keysThatOthersCouldWriteRefuseEveryCommit() throws {
            try withSignedHost { road in
                #expect(try road.turn().ending == .exited(0))
                for (harm, mend) in [
                    ("chown nobody %", "chown root %"), ("chmod g+w %", "chmod g-w %"),
                    ("chown nobody /etc/v6-reconcile", "chown root /etc/v6-reconcile"),
                    ("chmod g+w /etc/v6-reconcile", "chmod g-w /etc/v6-reconcile"),
                    ("mv % /srv/x; ln -s /srv/x %", "rm %; mv /srv/x %"),
                ] {
                    let file = "/etc/v6-reconcile/allowed_signers"
                    try road.must(harm.replacing("%", with: file))
                    let turn = try road.turn()
                    #expect(turn.ending == .exited(7), "\(harm): \(turn)")
                    #expect(turn.errorText.contains("cannot trust \(file): "), "\(turn.errorText)")
                    try road.must(mend.replacing("%", with: file))
                }
                #expect(try road.turn().ending == .exited(0))
            }
        }

        /// A remote that names a program of its own, or leads elsewhere, gains nothing of root's.
        @Test func remoteThatCannotBeReadByGitsAccountIsNamedWithTheWayOut() throws {
            try withSignedHost { road in
                #expect(try road.turn().ending == .exited(0))
                try road.must("chmod 700 /srv/git")
                let turn = try road.turn()
                try road.must("chmod 755 /srv/git")
                #expect(turn.ending == .exited(1))
                #expect(turn.errorText.contains("git runs as v6-git, which has to be able to read"))
                #expect(try road.turn().ending == .exited(0))
            }
        }
    }
}
