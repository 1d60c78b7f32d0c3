import HostKit
import Machine
import TestKit
import Testing

extension HostTests {
    /// Releases that are built on the host, by a stand-in for the compiler that tells what it was
    /// allowed.
    @Suite(.serialized) struct Builds {
        /// Makes the programs that a commit names; the one of its own says how it was made.
        private static let swift = """
            #!/bin/sh
            case "$*" in *--show-bin-path*) echo "$PWD/out"; exit;; esac
            mkdir -p out
            cp /srv/programs/ib-gateway-simulator /srv/programs/v6-* out/
            {
                echo '#!/bin/sh'
                echo "# user $(id -un) $(id -Gn)"
                echo "# network $(readlink /proc/self/ns/net)"
                echo "# privileges $(sed -n 's/^NoNewPrivs:.//p' /proc/self/status)"
                echo "# capabilities $(sed -n 's/^CapBnd:.//p' /proc/self/status)"
                echo "# unit $(sed -n 's,.*/,,p' /proc/self/cgroup | sort -u | xargs)"
                for place in / /etc /opt /srv /var /var/lib /var/lib/v6-reconcile /root /home \\
                    /opt/v6 /run; do
                    (: >"$place/x") 2>/dev/null && echo "# could write $place"
                done
                ls /var/lib/v6-reconcile >/dev/null 2>&1 && echo "# could read the state"
                grep -hE '^(MemoryMax|CPUWeight|TasksMax|RuntimeMaxSec|PrivateTmp)=' \\
                    /run/systemd/transient/v6-build.service | sort | sed 's/^/# /'
                cat Tests/words | sed 's/^/# tests: /'
                echo 'exec sleep 100000'
            } >out/try-built
            chmod 0755 out/*

            """

        /// Runs tests on a host that is healthy, with this compiler; what they make goes with it.
        private func withHost(
            deadline: String, swift: String = Self.swift, _ body: (RoadHost) throws -> Void
        ) throws {
            let road = try RoadHost.fresh()
            let first = try road.turn()
            try #require(first.ending == .exited(0), "\(first.outputText)\(first.errorText)")
            try road.host.write("/srv/swift", swift, mode: "0755")
            // The programs that the stand-in copies are of this build, and so are their formats.
            try road.host.copyIn(
                packageFolder() + "/Sources/manifest.json", to: "/srv/manifest.json")
            try road.host.write(
                "/etc/v6-reconcile/host.yaml",
                """
                environment: paper
                repository: /srv/git/v6.git
                signatures: {required: false}
                build: {swift: /srv/swift, deadline: \(deadline), memory: 512MiB}

                """)
            let outcome = Result { try body(road) }
            // The next suite begins anew.
            try road.must("systemctl stop try-built.service || true; rm -r /var/lib/v6-reconcile")
            try outcome.get()
        }

        private static let sources = """
            mkdir Sources Tests
            echo '// a package' >Package.swift
            sed 's/"programs": \\[/&"try-built",/' /srv/manifest.json >Sources/manifest.json
            echo 'laid out too' >Tests/words
            printf '%s\\n' '[Service]' 'ExecStart=/opt/v6/try-built/bin/try-built' \\
                >systemd/try-built.service
            printf '\\nrelease: {build: host}\\n' >>desired/paper.yaml
            wanted='{unit: systemd/try-built.service, state: running, release: true}'
            sed -i "s#^services:#&\\n  try-built.service: $wanted#" desired/common.yaml
            """

        @Test func aBuildHasAnAccountOfItsOwnAndNoNetworkAndNothingToWrite() throws {
            try withHost(deadline: "5m") { road in
                try road.push("sources", Self.sources)
                // By the timer's own service, with all that it is denied itself.
                let start = try road.host.run(
                    ["systemctl", "start", "v6-reconcile.service"], deadline: .seconds(120))
                let log = try road.host.shell("journalctl -u v6-reconcile.service -n 40 -o cat")
                #expect(start.ending == .exited(0), "\(log.outputText)")
                #expect(log.outputText.contains("Release: building release "))
                let key = try road.host.shell(
                    "cd /srv/tree; git ls-tree HEAD Package.swift Sources | git mktree"
                ).outputText.dropLast()
                let place = "/opt/v6/releases/\(key)"
                let mode = try road.host.shell("stat -c '%U %G %a' \(place)/bin/try-built")
                #expect(mode.outputText == "root root 755\n")
                let network = try road.host.shell("readlink /proc/1/ns/net").outputText
                let made = try #require(try road.host.read("\(place)/bin/try-built"))
                let lines = made.split(separator: "\n").dropFirst().dropLast().map(String.init)
                #expect(!made.contains("network \(network.dropLast())"))
                #expect(
                    lines.filter { !$0.hasPrefix("# network") } == [
                        "# user v6-build v6-build", "# privileges 1",
                        "# capabilities 0000000000000000", "# unit v6-build.service",
                        "# CPUWeight=10", "# MemoryMax=536870912", "# PrivateTmp=yes",
                        "# RuntimeMaxSec=5min", "# TasksMax=512",
                        "# tests: laid out too",
                    ], "\(made)")
                let state = try road.host.shell(
                    """
                    systemctl is-active try-built.service
                    readlink /opt/v6/try-built /opt/v6/healthy
                    ls /var/tmp | grep v6-build || true
                    """)
                #expect(state.outputText == "active\nreleases/\(key)\nreleases/\(key)\n")
            }
        }

        @Test func aBuildThatDoesNotEndIsEndedWithAllThatItStarted() throws {
            let hangs = "#!/bin/sh\necho hanging >&2\n(exec sleep 100000) &\nexec sleep 100000\n"
            try withHost(deadline: "1s", swift: hangs) { road in
                try road.push("sources", Self.sources)
                let before = try road.digest()
                try road.must("echo drift >>/etc/v6/README")
                let turn = try road.turn()
                #expect(turn.ending == .exited(1))
                #expect(
                    turn.errorText.contains("is not built: it did not end within 1.0 seconds"),
                    "\(turn.errorText)")
                let left = try road.host.shell(
                    "ps -u v6-build -o args= || true; systemctl is-active v6-build.service || true")
                #expect(left.outputText == "inactive\n")
                #expect(try road.digest() == before, "drift is healed, and nothing is installed")
            }
        }
    }
}
