import Apply
import Facts
import Machine
import Release
import Synchronization
import TestKit
import Testing

/// Releases that were built elsewhere.
@Suite struct ArtifactTests {
    private func healthy() throws -> (ReleaseStage, String) {
        let stage = try ReleaseStage()
        stage.push(release: "{build: host}", sources: "one")
        let key = try stage.key()
        stage.push(release: try stage.artifact(key: key), sources: "one")
        let end = stage.turn()
        try #require(end.exitCode == 0, "\(end)")
        return (stage, key)
    }

    @Test func anArtifactIsLaidOutUnderTheKeyOfTheCommitAndRun() throws {
        let (stage, key) = try healthy()
        #expect(stage.builder.builds == 0)
        #expect(stage.read("/opt/v6/releases/\(key)/bin/feed") == "#!/bin/sh\n")
        #expect(try stage.shell("stat -c %a host/opt/v6/releases/\(key)/bin/feed") == "755\n")
        #expect(try stage.releases.manifest(of: key)?.programs == ["feed"])
        #expect(try stage.releases.manifest(of: key)?.formats == Formats([:]))
        #expect(try stage.link("/opt/v6/feed") == "releases/\(key)")
        #expect(stage.lines.count == 1 && stage.lines[0].hasPrefix("fetching /"))
        #expect(stage.read("/var/lib/v6-reconcile/ready/.archive") == nil)
    }

    @Test func aSecondTurnFetchesNothingNorDoesAnotherCommitWithTheSameSources() throws {
        let (stage, key) = try healthy()
        let release = try stage.artifact(key: key)
        try stage.shell("rm artifact.tar.gz")
        #expect(stage.turn().exitCode == 0)
        stage.push(release: release, sources: "one", text: "two")
        #expect(stage.turn().exitCode == 0)
        #expect(stage.lines.isEmpty)
        #expect(stage.read("/etc/v6/text") == "two")
    }

    @Test func whatWasVerifiedIsFetchedOnceThoughTheTurnFailsAfterIt() throws {
        let (stage, _) = try healthy()
        stage.push(release: "{build: host}", sources: "two")
        let release = try stage.artifact(key: try stage.key())
        stage.push(release: release, sources: "two")
        stage.services.state.withLock { $0.silentLooks = 1 }
        #expect(stage.turn().exitCode == 1)
        #expect(stage.lines.count == 1)
        try stage.shell("rm artifact.tar.gz")
        #expect(stage.turn().exitCode == 0)
        #expect(stage.lines.isEmpty)
        #expect(try stage.link("/opt/v6/feed") == "releases/\(try stage.key())")
        #expect(stage.read("/var/lib/v6-reconcile/ready") == nil)
    }

    @Test func aReleaseThatWasRemovedByHandIsFetchedAndLaidOutAgain() throws {
        let (stage, key) = try healthy()
        try stage.shell("rm -r host/opt/v6/releases/\(key)")
        #expect(stage.turn().exitCode == 0)
        #expect(try stage.installed() == [key])
    }

    @Test func anArtifactForACommitWithoutSourcesGoesByItsDigest() throws {
        let stage = try ReleaseStage()
        let release = try stage.artifact(key: "whatever it was built from")
        stage.push(release: release, sources: nil)
        let end = stage.turn()
        #expect(end.exitCode == 0, "\(end)")
        let digest = String(release.suffix(66).prefix(64))
        #expect(try stage.installed() == [digest])
        #expect(try stage.releases.manifest(of: digest)?.isBuiltFromKey == false)
    }

    // MARK: What is not taken

    private static let good = "echo x >bin/feed; echo '{\"key\": \"KEY\"}' >manifest.json\n"

    @Test(arguments: [
        ("its key is ", "echo '{\"key\": \"abcdef12\"}' >manifest.json; PACK bin manifest.json"),
        ("no manifest.json", "PACK bin"),
        ("its manifest.json is broken", "echo '{' >manifest.json; PACK bin manifest.json"),
        ("it has no program in bin/", "rm bin/feed; PACK manifest.json"),
        ("it has a link: bin/l", "ln -s /etc/passwd bin/l; PACK bin manifest.json"),
        ("it has a hard link: bin/", "ln bin/feed bin/l; PACK bin manifest.json"),
        ("bin/p is no plain file", "mkfifo bin/p; PACK bin manifest.json"),
        ("it has ../bin/up", "PACK -P --transform s,bin/feed,../bin/up, bin/feed manifest.json"),
        ("it has /bin/up", "PACK -P --transform s,bin/feed,/bin/up, bin/feed manifest.json"),
        ("it has etc/x; only", "mkdir etc; touch etc/x; PACK bin etc/x manifest.json"),
        ("it has a folder bin/in/", "mkdir bin/in; PACK bin manifest.json"),
        ("bin/feed is there twice", "PACK bin/feed bin/feed --hard-dereference manifest.json"),
        ("makes it over 256 MiB", "truncate -s 300M bin/big; PACK -S bin manifest.json"),
        ("unexpected end of file", "PACK bin manifest.json; truncate -s -20 ../artifact.tar.gz"),
        (
            "names other, and in bin/",
            """
            echo '{"key": "KEY", "programs": ["other"]}' >manifest.json; PACK bin manifest.json
            """
        ),
    ])
    func anArtifactThatIsNotAsItShouldBeIsNamedAndTheHostIsUnharmed(
        _ reason: String, _ script: String
    ) throws {
        let (stage, _) = try healthy()
        stage.push(release: "{build: host}", sources: "two")
        let key = try stage.key()
        let release = try stage.artifact(
            (Self.good + script).replacing("PACK", with: "tar -czf ../artifact.tar.gz")
                .replacing("KEY", with: key))
        try refused(stage, release, reason)
    }

    @Test func anArtifactWithAnotherDigestIsNotEvenUnpacked() throws {
        let (stage, _) = try healthy()
        stage.push(release: "{build: host}", sources: "two")
        let key = try stage.key()
        let wrong = String(repeating: "ab", count: 32)
        let release = try stage.artifact(
            Self.good.replacing("KEY", with: key) + "tar -czf ../artifact.tar.gz bin manifest.json",
            sha256: wrong)
        try refused(stage, release, "its sha256 is ")
        #expect(stage.read("/var/lib/v6-reconcile/ready/.new/bin/feed") == nil)
    }

    @Test func anArtifactThatIsNotThereIsNamed() throws {
        let (stage, _) = try healthy()
        let digest = String(repeating: "a", count: 64)
        try refused(
            stage, "{artifact: /no/such/file.tar.gz, sha256: \(digest)}",
            "cannot read /no/such/file.tar.gz")
        try refused(
            stage, "{artifact: file:///no/such/file.tar.gz, sha256: \(digest)}",
            "cannot fetch file:///no/such/file.tar.gz: curl: (37)")
    }

    /// Refused with exit 1 and this reason; a drift is healed all the same, on the healthy commit.
    private func refused(_ stage: ReleaseStage, _ release: String, _ reason: String) throws {
        let before = try stage.installed()
        let link = try stage.link("/opt/v6/feed")
        stage.push(release: release, sources: "two", text: "two")
        try stage.shell("echo drift >host/etc/v6/text")
        let end = stage.turn()
        #expect(end.exitCode == 1)
        guard case .failed(let text) = end else { return }
        #expect(text.contains(reason), "\(text)")
        #expect(text.contains("is not taken: "))
        #expect(text.contains("The host stays on 2000000, which is healthy."))
        #expect(stage.read("/etc/v6/text") == "one", "the drift is healed")
        #expect(try stage.installed() == before)
        #expect(try stage.link("/opt/v6/feed") == link)
    }
}
