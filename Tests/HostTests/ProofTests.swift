import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// A service proves over its socket which build it runs and which configuration it parsed.
    @Suite(.serialized) struct Proving {
        /// Answers `status` on its control socket; `$lie` is what it says of its configuration.
        private static func server(lie: String) -> String {
            """
            use strict; use IO::Socket::UNIX;
            my $run = $ENV{INVOCATION_ID};
            my ($build) = readlink("/opt/v6/try-proof") =~ m{releases/(.*)};
            my ($digest) = `sha256sum /etc/v6/try-proof/config.json` =~ m{^(\\S+)};
            $digest = "\(lie)" if "\(lie)";
            my $socket = IO::Socket::UNIX->new(
                Local => "/run/v6/try-proof/control.sock", Listen => 5) or die "no socket: $!";
            while (my $caller = $socket->accept) {
                <$caller>;
                print $caller qq({"invocation_id":"$run","build":"$build",),
                    qq("configuration_digest":"$digest"}\\n);
                close $caller;
            }

            """
        }

        private func push(_ road: RoadHost, lie: String, _ message: String) throws {
            try road.host.write("/srv/tree/desired/files/server", Self.server(lie: lie))
            let entry =
                "  try-proof.service: {unit: systemd/try-proof.service, state: running, "
                + "release: true, reads: [config.logging]}"
            try road.host.write(
                "/srv/tree/systemd/try-proof.service",
                """
                [Service]
                ExecStart=/usr/bin/perl /etc/v6/try-server
                RuntimeDirectory=v6/try-proof

                """)
            try road.push(
                message,
                """
                grep -q try-server desired/common.yaml ||
                    sed -i 's#^files:#files:\\n  /etc/v6/try-server: {source: files/server}#
                        s#^services:#services:\\n\(entry)#' desired/common.yaml
                sed -i '/^# /d' systemd/try-proof.service
                echo '# \(message)' >>systemd/try-proof.service
                """)
        }

        @Test func oneThatSaysAnotherConfigurationIsGoneBackFromAndOneThatProvesItIsHealthy() throws
        {
            let road = try RoadHost.healthy()
            let before = try road.digest()
            try push(road, lie: "0123456789", "a liar")
            let liar = try road.turn()
            #expect(liar.ending == .exited(4), "\(liar.outputText)\(liar.errorText)")
            #expect(
                liar.errorText.contains("try-proof.service has parsed another configuration"),
                "\(liar.errorText)")
            #expect(try road.digest() == before)
            try push(road, lie: "", "an honest one")
            let honest = try road.turn()
            #expect(honest.ending == .exited(0), "\(honest.outputText)\(honest.errorText)")
            try road.must(
                """
                cd /srv/tree
                git revert --no-edit HEAD HEAD~1 >/dev/null
                git push -q origin main
                """)
            #expect(try road.turn().ending == .exited(0))
            #expect(try road.digest() == before)
        }
    }
}
