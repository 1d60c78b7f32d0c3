import HostKit
import Machine
import SandboxKit
import TestKit
import Testing

/// A release that is built in a sandbox, by the real compiler, from a small package of its own.
struct BuildTests {
    /// Pushes sources whose program says this, and a unit that runs it.
    private func push(_ box: Sandbox, _ words: String) throws {
        box.scratch.write(
            "tree/Package.swift",
            """
            // swift-tools-version: 6.0
            import PackageDescription
            let package = Package(
                name: "tiny",
                targets: [
                    .executableTarget(name: "say"),
                    .executableTarget(name: "unneeded"),
                    .target(name: "Kit", path: "Tests/Kit"),
                ])

            """)
        box.scratch.write(
            "tree/Sources/say/main.swift",
            """
            import Glibc
            if access("\(box.scratch.path)/host/said", F_OK) != 0 { print("first") }
            let file = fopen("\(box.scratch.path)/host/said", "w")
            fputs("\(words)\\n", file)
            fclose(file)
            while true { pause() }

            """)
        box.scratch.write("tree/Sources/unneeded/main.swift", "does not compile\n")
        box.scratch.write("tree/Tests/Kit/Kit.swift", "let kit = 1\n")
        box.scratch.write("tree/Sources/manifest.json", #"{"programs": ["say"], "formats": {}}"#)
        if box.scratch.read("tree/systemd/say.service") == nil {
            box.unit("say.service", running: "/opt/v6/say/bin/say")
            try box.wanted(
                "services",
                "say.service: {unit: systemd/say.service, state: running, release: true}")
        }
        try box.push(words)
    }

    /// A swift that counts its builds, then does as the real one.
    private func countBuilds(_ box: Sandbox) throws {
        let swift = try #require(
            ["/usr/bin/swift", "/usr/local/bin/swift", "/opt/swift/usr/bin/swift"]
                .first { textOfFile($0) != nil })
        box.scratch.write(
            "swift",
            """
            #!/bin/sh
            case "$*" in *--product*) echo build >>'\(box.scratch.path)/builds';; esac
            exec '\(swift)' "$@"

            """)
        try box.shell("chmod 0755 ../swift")
        box.scratch.write(
            "host/etc/v6-reconcile/host.yaml",
            """
            environment: sandbox
            repository: \(box.repository)
            build: {swift: \(box.scratch.path)/swift}

            """)
    }

    private func builds(_ box: Sandbox) -> Int {
        (box.scratch.read("builds") ?? "").split(separator: "\n").count
    }

    @Test func sourcesAreBuiltByTheRealCompilerAndAConfigurationOrARevertBuildsNothing() throws {
        try Sandbox.fresh { box in
            try countBuilds(box)
            try push(box, "one")
            let plan = try box.turn(["--plan", "--refresh"])
            #expect(plan.ending == .exited(2), "\(plan.errorText)")
            #expect(builds(box) == 0, "a plan builds nothing")
            let first = try box.turn()
            #expect(first.ending == .exited(0), "\(first.outputText)\(first.errorText)")
            #expect(first.outputText.contains("Release: building release "))
            #expect(first.outputText.split(separator: "\n").count { $0.contains("Release: ") } > 1)
            while box.scratch.read("host/said") != "one\n" {}
            #expect(builds(box) == 1)
            let key = try box.shell("git ls-tree HEAD Package.swift Sources | git mktree")
                .dropLast()
            #expect(try box.shell("readlink ../host/opt/v6/say") == "releases/\(key)\n")
            #expect(try box.shell("readlink ../host/opt/v6/healthy") == "releases/\(key)\n")
            #expect(try box.shell("ls ../host/opt/v6/releases/\(key)/bin") == "say\n")
            let left = "host/var/lib/v6-reconcile/build/source/Package.swift"
            #expect(box.scratch.read(left) == nil)
            box.scratch.write("tree/desired/files/README", "configuration alone\n")
            try box.push("configuration alone")
            #expect(try box.turn().ending == .exited(0))
            try box.pushRevert()
            #expect(try box.turn().ending == .exited(0))
            #expect(builds(box) == 1)
        }
    }

    @Test func sourcesThatDoNotCompileAreSaidWithTheCompilersWords() throws {
        try Sandbox.healthy { box in
            try countBuilds(box)
            try push(box, "one")
            box.scratch.write("tree/Sources/say/main.swift", "nonsense()\n")
            try box.push("does not compile")
            let before = try box.look()
            for _ in 1...2 {
                let turn = try box.turn()
                #expect(turn.ending == .exited(1))
                #expect(
                    turn.errorText.contains(
                        "Sources/say/main.swift:1:1: error: cannot find 'nonsense' in scope"),
                    "\(turn.errorText)")
            }
            #expect(builds(box) == 1, "not tried again at once")
            #expect(try box.look() == before)
        }
    }

    @Test func aHostWithoutSwiftSaysWhereItLookedAndTheWayOut() throws {
        try Sandbox.healthy { box in
            box.scratch.write(
                "host/etc/v6-reconcile/host.yaml",
                "environment: sandbox\nrepository: \(box.repository)\nbuild: {swift: /no/swift}\n")
            try push(box, "one")
            let turn = try box.turn()
            #expect(turn.ending == .exited(1))
            #expect(turn.errorText.contains("cannot build with /no/swift: there is no swift"))
            #expect(turn.errorText.contains("build: {swift: PATH}"))
        }
    }
}
