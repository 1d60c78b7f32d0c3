import Apply
import Facts
import Machine
import Release
import Services
import Synchronization
import TestKit
import Testing

/// Releases that are built on the host, and what becomes of all of them.
@Suite struct BuildTests {
    private func healthy() throws -> ReleaseStage {
        let stage = try ReleaseStage()
        stage.push(release: "{build: host}", sources: "one")
        let end = stage.turn()
        try #require(end.exitCode == 0, "\(end)")
        return stage
    }

    @Test func sourcesAreBuiltOnceAndConfigurationAndARevertBuildNothing() throws {
        let stage = try healthy()
        let first = try stage.key()
        #expect(stage.builder.builds == 1)
        #expect(stage.lines.first == "building release \(first)")
        #expect(stage.read("/opt/v6/releases/\(first)/bin/feed") == "feed\n")
        stage.push(release: "{build: host}", sources: "one", text: "two")
        #expect(stage.turn().exitCode == 0)
        #expect(stage.builder.builds == 1, "only configuration")
        stage.push(release: "{build: host}", sources: "two")
        #expect(stage.turn().exitCode == 0)
        #expect(stage.builder.builds == 2)
        stage.push(release: "{build: host}", sources: "one")
        #expect(stage.turn().exitCode == 0)
        #expect(stage.builder.builds == 2, "a revert")
        #expect(try stage.link("/opt/v6/feed") == "releases/\(first)")
    }

    @Test func theBuildIsGivenSourcesAndTestsAndNothingElse() throws {
        let stage = try healthy()
        let order = try #require(stage.builder.state.withLock { $0.orders.first })
        #expect(order.programs == ["feed"])
        try stage.shell("rm -rf sources; mkdir sources")
        try stage.files.replaceCache(try StateFolder.hostPath("/order.tar"), with: order.sources)
        let listed = try stage.shell("tar -tf host/order.tar")
        #expect(
            listed == "Package.swift\nSources/feed/main.swift\nSources/manifest.json\nTests/a\n")
    }

    @Test func aBuildThatFailsIsSaidAndNotTriedAgainForAnHour() throws {
        let stage = try healthy()
        stage.builder.state.withLock { $0.failure = "main.swift:1: error: no such thing" }
        stage.push(release: "{build: host}", sources: "two", text: "two")
        try stage.shell("echo drift >host/etc/v6/text")
        let end = stage.turn()
        #expect(end.exitCode == 1)
        guard case .failed(let text) = end else { return }
        #expect(text.contains("is not built: main.swift:1: error: no such thing"), "\(text)")
        #expect(text.contains("The host stays on 1000000"))
        #expect(stage.read("/etc/v6/text") == "one", "the drift is healed")
        stage.builder.state.withLock { $0.failure = nil }
        guard case .failed(let again) = stage.turn() else {
            Issue.record("it was tried again")
            return
        }
        #expect(again.contains("not tried again for an hour"), "\(again)")
        #expect(stage.builder.builds == 2)
        stage.clock.wait(.seconds(3_601))
        #expect(stage.turn().exitCode == 0)
        #expect(stage.builder.builds == 3)
    }

    @Test func aBuildThatMakesSomethingElseIsRefused() throws {
        let stage = try healthy()
        stage.builder.state.withLock { $0.makes = ["feed", "more"] }
        stage.push(release: "{build: host}", sources: "two")
        guard case .failed(let text) = stage.turn() else {
            Issue.record("it was taken")
            return
        }
        #expect(text.contains("it made feed, more"), "\(text)")
        #expect(try stage.installed().count == 1)
    }

    @Test func contentThatIsQuarantinedIsNotBuilt() throws {
        let stage = try healthy()
        stage.push(release: "{build: host}", sources: "two")
        let key = try stage.key()
        stage.services.state.withLock { $0.failuresOnce["restart feed.service"] = .failed("no") }
        #expect(stage.turn().exitCode == 4)
        try stage.shell("rm -rf host/opt/v6/releases/\(key) host/var/lib/v6-reconcile/ready")
        #expect(stage.turn().exitCode == 4)
        #expect(stage.builder.builds == 2)
    }

    // MARK: The healthy one

    @Test func theHealthyLinkFollowsCommitsThatBecomeHealthyAndNoOthers() throws {
        let stage = try healthy()
        let first = try stage.key()
        #expect(try stage.link("/opt/v6/healthy") == "releases/\(first)")
        #expect(stage.journal("switch /opt/v6/healthy") == 1)
        stage.push(release: "{build: host}", sources: "two")
        stage.services.state.withLock { $0.failuresOnce["restart feed.service"] = .failed("no") }
        #expect(stage.turn().exitCode == 4)
        #expect(try stage.link("/opt/v6/healthy") == "releases/\(first)")
        stage.push(release: "{build: host}", sources: "three")
        #expect(stage.turn().exitCode == 0)
        #expect(try stage.link("/opt/v6/healthy") == "releases/\(try stage.key())")
        #expect(stage.journal("switch /opt/v6/healthy") == 2)
    }

    @Test func aHealthyLinkThatWasRemovedComesBackAtTheNextTurn() throws {
        let stage = try healthy()
        try stage.shell("rm host/opt/v6/healthy")
        #expect(stage.turn().exitCode == 0)
        #expect(try stage.link("/opt/v6/healthy") == "releases/\(try stage.key())")
        #expect(stage.journal("switch /opt/v6/healthy") == 2)
        #expect(stage.turn().exitCode == 0)
        #expect(stage.journal("switch /opt/v6/healthy") == 2)
    }

    // MARK: Old ones

    @Test func theLastThreeReleasesStayAndThoseThatSomethingUses() throws {
        let stage = try healthy()
        var keys = [try stage.key()]
        try stage.shell("ln -s releases/\(keys[0]) host/opt/v6/old")
        for sources in ["two", "three", "four", "five", "six"] {
            stage.push(release: "{build: host}", sources: sources)
            #expect(stage.turn().exitCode == 0)
            keys.append(try stage.key())
        }
        #expect(try stage.installed() == (keys.suffix(3) + [keys[0]]).sorted())
        try stage.shell("rm host/opt/v6/old")
        stage.push(release: "{build: host}", sources: "seven")
        #expect(stage.turn().exitCode == 0)
        keys.append(try stage.key())
        #expect(try stage.installed() == keys.suffix(3).sorted())
    }

    @Test func theHealthyReleaseStaysThoughItIsTheOldest() throws {
        let stage = try healthy()
        let healthy = try stage.key()
        try stage.shell(
            """
            cd host/opt/v6/releases; touch -d '2001-01-01' \(healthy)/manifest.json
            for key in aaaaaaa1 aaaaaaa2 aaaaaaa3 aaaaaaa4; do
                cp -r \(healthy) $key; touch -d "2002-01-0${key#aaaaaaa}" $key/manifest.json
            done
            cp -r \(healthy) .new-aaaaaaa5
            """)
        stage.push(release: "{build: host}", sources: "one", text: "two")
        #expect(stage.turn().exitCode == 0)
        #expect(
            try stage.installed() == [healthy, "aaaaaaa2", "aaaaaaa3", "aaaaaaa4"].sorted())
        #expect(try stage.files.list(try StateFolder.hostPath(Releases.folder))?.count == 4)
    }

    @Test func aReleaseThatAProcessRunsStays() throws {
        let stage = try healthy()
        let healthy = try stage.key()
        try stage.shell(
            """
            cd host/opt/v6/releases
            for key in aaaaaaa1 aaaaaaa2 aaaaaaa3 aaaaaaa4; do
                cp -r \(healthy) $key; touch -d "2002-01-0${key#aaaaaaa}" $key/manifest.json
            done
            cp /bin/cat aaaaaaa1/bin/feed
            """)
        let pipe = RunningCat(stage.scratch.path + "/host/opt/v6/releases/aaaaaaa1/bin/feed")
        defer { pipe.end() }
        stage.push(release: "{build: host}", sources: "one", text: "two")
        #expect(stage.turn().exitCode == 0)
        #expect(try stage.installed().contains("aaaaaaa1"))
        #expect(try !stage.installed().contains("aaaaaaa2"))
    }

    // MARK: Formats

    private func manifest(_ reads: String, _ writes: Int) -> String {
        """
        {"programs": ["feed"], "formats": {"book": {"reads": \(reads), "writes": \(writes)}}}
        """
    }

    @Test func aBuildThatWouldWriteWhatHealthyCannotReadWaitsUntilThereIsNoWayBack() throws {
        let stage = try ReleaseStage()
        stage.push(release: "{build: host}", sources: "one", manifest: manifest("[1]", 1))
        #expect(stage.turn().exitCode == 0)
        let first = try stage.key()
        stage.push(
            release: "{build: host}", sources: "two", text: "two", manifest: manifest("[1, 2]", 2))
        for _ in 1...2 {
            #expect(stage.turn().exitCode == 3)
            #expect(try stage.link("/opt/v6/feed") == "releases/\(first)")
            #expect(try stage.link("/opt/v6/healthy") == "releases/\(first)")
        }
        #expect(stage.read("/etc/v6/text") == "two", "the rest is not held")
        stage.push(
            release: "{build: host, no_way_back: true}", sources: "two", text: "two",
            manifest: manifest("[1, 2]", 2))
        #expect(stage.turn().exitCode == 0)
        #expect(try stage.link("/opt/v6/feed") == "releases/\(try stage.key())")
        #expect(try stage.link("/opt/v6/healthy") == "releases/\(try stage.key())")
    }
}
