import HostKit
import Machine
import SandboxKit
import TestKit
import Testing

/// A few of the cases that `Tests/crash` has thousands of, others for each list.
@Suite(.serialized) struct CrashTests {
    private func matrix(
        _ words: [String], throughUnshare: Bool = false
    ) throws -> CommandResult {
        let own = throughUnshare ? ["/usr/bin/unshare", "--mount", "--propagation", "private"] : []
        let all = own + [try builtProgram("crash-matrix")] + words
        return try SpawnedCommands().run(
            Command(
                all[0], Array(all.dropFirst()),
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"],
                deadline: .seconds(300)))
    }

    @Test(arguments: ["converge", "heal", "go-back", "recover", "release", "first"])
    func turnThatIsDisturbedAnywhereIsFinishedByThePlainOneAfterIt(scene: String) throws {
        let result = try matrix([scene, "--kinds", "kill,all,refuse", "--sample", "6"])
        #expect(result.ending == .exited(0), "\(result.outputText)\(result.errorText)")
        #expect(result.outputText.contains(" 6 cases, 0 violations"), "\(result.outputText)")
    }

    @Test func powerCutsLoseNothingThatCounts() throws {
        let result = try matrix(
            ["converge", "--kinds", "cut", "--sample", "6"], throughUnshare: true)
        #expect(result.ending == .exited(0), "\(result.outputText)\(result.errorText)")
        #expect(result.outputText.contains(" 8 cases, 0 violations"), "\(result.outputText)")
    }

    @Test func powerCutsFindThatNothingIsSynced() throws {
        let result = try matrix(
            ["converge", "--kinds", "cut", "--sample", "0", "--unsynced", "1+"],
            throughUnshare: true)
        #expect(result.outputText.contains(" 2 cases, 2 violations"), "\(result.outputText)")
    }

    /// One of a few lists of cases finds it: which one changes with the calls of a turn.
    @Test func powerCutsFindASyncThatIsMissing() throws {
        for seed in 1...10 {
            let result = try matrix(
                [
                    "converge", "--kinds", "cut", "--sample", "8", "--seed", "\(seed)",
                    "--unsynced", "1+2",
                ], throughUnshare: true)
            if result.ending == .exited(1), result.outputText.contains("VIOLATION") { return }
            try #require(result.ending == .exited(0), "\(result.outputText)")
        }
        Issue.record("80 power cuts found no sync missing")
    }
}
