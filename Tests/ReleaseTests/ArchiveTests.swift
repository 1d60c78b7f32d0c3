import Facts
import Glibc
import Machine
import Release
import TestKit
import Testing

@Suite struct ArchiveTests {
    private let commands = SpawnedCommands()

    @Test func tarReadsSourcesAsTheyWerePacked() throws {
        let scratch = ScratchFolder()
        let deep = "Sources/" + String(repeating: "folder/", count: 15) + "main.swift"
        let files = [
            "Package.swift": "", deep: String(repeating: "x", count: 512), "Tests/a": "a\nb",
        ]
        var archive = SourceArchive()
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            let isAdded = archive.add(path, Array(text.utf8))
            #expect(isAdded)
        }
        archive.finish()
        let result = try commands.run(
            Command(
                "/usr/bin/tar", ["--extract", "--directory", scratch.path],
                environment: ["PATH": "/usr/bin:/bin"], input: archive.bytes))
        #expect(result.succeeded && result.errors.isEmpty, "\(result.errorText)")
        for (path, text) in files { #expect(scratch.read(path) == text, "\(path)") }
    }

    @Test func aPathThatTheFormatHasNoRoomForIsNotPacked() {
        var archive = SourceArchive()
        for path in ["", "a/"].map({ $0 + String(repeating: "x", count: 101) }) {
            let isAdded = archive.add(path, [])
            #expect(!isAdded)
        }
        #expect(archive.bytes.isEmpty)
    }

    @Test func aListingThatIsNoneIsRefused() {
        for text in [
            "", "nonsense\n", "-rw-r--r-- 0/0 many 2026-01-01 00:00:00 bin/x\n",
            "-rw-r--r-- 0/0 1 2026-01-01 00:00:00 bin/.hidden\n",
            "-rw-r--r-- 0/0 1 2026-01-01 00:00:00 bin/two words\n",
            "-rw-r--r-- 0/0 1 2026-01-01 00:00:00 bin/a\\nb\n",
            "crw-rw-rw- 0/0 1,3 2026-01-01 00:00:00 bin/null\n",
        ] {
            #expect(throws: ArchiveListing.Refusal.self, "\(text)") { try ArchiveListing(text) }
        }
    }

    @Test func aListingWhoseSizesDoNotFitANumberIsRefused() {
        let (row, date) = ("-rw-r--r-- 0/0 ", " 2026-01-01 00:00:00 ")
        let text = "\(row)1\(date)bin/a\n\(row)\(Int.max)\(date)bin/b\n"
        #expect(throws: ArchiveListing.Refusal.self) { try ArchiveListing(text) }
    }

    @Test func namesAreTakenWithAndWithoutTheFolderTheyWerePackedIn() throws {
        let line = "-rw-r--r-- 0/0 1 2026-01-01 00:00:00 "
        let plain = try ArchiveListing(line + "bin/b\n" + line + "bin/a\n")
        #expect(plain.programs == ["a", "b"])
        #expect(!plain.hasManifest)
        let packed = try ArchiveListing(
            "drwxr-xr-x 0/0 0 2026-01-01 00:00:00 ./\n"
                + line + "./bin/a\n" + line + "./manifest.json\n")
        #expect(packed.programs == ["a"])
        #expect(packed.hasManifest)
    }
}

@Suite struct ArtifactReaderTests {
    /// Remembers what it was to run.
    private final class Recorder: CommandRunner {
        nonisolated(unsafe) var command: Command?

        func run(_ command: Command) throws(MachineError) -> CommandResult {
            self.command = command
            let error = "curl: (22) at \(Recorder.address): 404\n"
            return CommandResult(ending: .exited(22), errors: Array(error.utf8))
        }

        static let address = "https://me:secret@example.net/v6.tar.gz?token=hidden"
    }

    @Test func anAddressIsNeverAmongTheArgumentsNorInTheError() throws {
        let recorder = Recorder()
        let error = #expect(throws: MachineError.self) {
            try ArtifactReader(commands: recorder).read(Recorder.address)
        }
        let command = try #require(recorder.command)
        #expect(command.arguments == ["-q", "--config", "-"])
        let settings = String(decoding: command.input, as: UTF8.self)
        #expect(settings.contains("url = \"\(Recorder.address)\"\n"))
        #expect(settings.contains("proto = \"=https\"\n"))
        let text = error?.description ?? ""
        #expect(text.hasPrefix("cannot fetch https://example.net/v6.tar.gz: "), "\(text)")
        #expect(!text.contains("secret") && !text.contains("hidden"), "\(text)")
    }

    @Test func whatCannotBeASecretIsShown() {
        let shown = ArtifactReader.shown
        #expect(shown("/srv/a?b@c") == "/srv/a?b@c")
        #expect(shown("https://example.net/a@b") == "https://example.net/a@b")
        #expect(shown("file:///srv/a") == "file:///srv/a")
    }

    @Test func aFileIsReadByPathAndByAddressButThroughNoLink() throws {
        let scratch = ScratchFolder()
        scratch.write("folder/a", "bytes")
        symlink(scratch.path + "/folder", scratch.path + "/link")
        let reader = ArtifactReader(commands: SpawnedCommands())
        #expect(try reader.read(scratch.path + "/folder/a") == Array("bytes".utf8))
        #expect(try reader.read("file://\(scratch.path)/folder/a") == Array("bytes".utf8))
        #expect(throws: MachineError.self) { try reader.read(scratch.path + "/link/a") }
        #expect(throws: MachineError.self) { try reader.read("https://127.0.0.1:1/a") }
    }
}

@Suite struct BuildProgressTests {
    private func told(_ progress: inout BuildProgress, _ text: String, _ at: Int) -> String? {
        progress.handle(text.utf8, at: .seconds(at))
    }

    @Test func aLineIsToldNowAndThen() {
        var progress = BuildProgress()
        #expect(told(&progress, "[1/9] Comp", 0) == nil)
        #expect(told(&progress, "iling a\n[2/9]\n", 1) == "[2/9]")
        #expect(told(&progress, "[3/9]\n", 5) == nil)
        #expect(told(&progress, "", 20) == nil, "nothing is new")
        #expect(told(&progress, "[4/9]\r\n\n", 20) == "[4/9]")
    }

    @Test func whatIsKeptHasABound() {
        var progress = BuildProgress()
        for number in 1...1_000 {
            _ = told(&progress, String(repeating: "\(number) ", count: 500) + "\u{1b}\n", number)
        }
        #expect(progress.lines.count == BuildProgress.linesKept)
        #expect(progress.lines.allSatisfy { $0.count == BuildProgress.lineMax })
    }

    @Test func linesAreToldWithoutTheFolderOfTheSources() {
        var progress = BuildProgress(below: "/var/tmp/source")
        #expect(
            told(&progress, "/var/tmp/source/a.swift:1: error: b\n", 0) == "a.swift:1: error: b")
    }

    @Test func theFirstErrorIsTheReason() {
        var progress = BuildProgress()
        _ = told(&progress, "a\nmain.swift:1:1: error: one\nerror: two\nlast\n", 0)
        #expect(progress.reason == "main.swift:1:1: error: one")
        #expect(BuildProgress().reason == nil)
    }
}
