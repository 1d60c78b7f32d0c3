import Facts
import Git
import Machine
import Synchronization
import TestKit
import Testing

/// Answers every command alike, and keeps what was asked.
private final class OneAnswer: CommandRunner {
    private let asked = Mutex<[Command]>([])
    private let result: CommandResult

    init(_ result: CommandResult) { self.result = result }

    var commands: [Command] { asked.withLock { $0 } }

    func run(_ command: Command) throws(MachineError) -> CommandResult {
        asked.withLock { $0.append(command) }
        return result
    }
}

/// What git is started with, and what is made of answers that are none.
struct GitCommandTests {
    private let scratch = ScratchFolder()
    private let commit = CommitID(String(repeating: "b", count: 40))

    private func mirror(_ commands: OneAnswer) throws -> GitMirror {
        scratch.write("repo.git/HEAD", "")
        return GitMirror(
            commands: commands, files: try HostFiles(root: scratch.path, honoursOwners: false),
            path: try HostPath("/repo.git"))
    }

    private func answer(_ text: String) -> OneAnswer {
        OneAnswer(CommandResult(ending: .exited(0), output: Array(text.utf8)))
    }

    @Test func nothingOfTheCallerReachesGitAndNothingOfTheRepositoryRuns() throws {
        let commands = answer("")
        let commit = try #require(commit)
        let mirror = try mirror(commands)
        try mirror.fetch(commit, of: "main", from: "-evil")
        _ = try mirror.entries(of: commit, below: ["desired"])
        for command in commands.commands {
            #expect(command.program == "/usr/bin/git")
            let isFetch = command.arguments.contains("fetch")
            #expect((command.fileBytesMax != nil) == isFetch, "what a fetch writes is bounded")
            #expect(
                Set(command.environment.keys) == [
                    "PATH", "HOME", "LC_ALL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL",
                    "GIT_TERMINAL_PROMPT", "GIT_ASKPASS", "GIT_SSH_COMMAND", "GIT_ATTR_NOSYSTEM",
                ])
            #expect(command.environment["GIT_CONFIG_GLOBAL"] == "/dev/null")
            for setting in [
                "core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.ext.allow=never",
                "transfer.fsckObjects=true", "fetch.recurseSubmodules=false",
            ] { #expect(command.arguments.contains(setting)) }
            #expect(command.arguments.contains("--no-replace-objects"))
            #expect(command.arguments.contains("\(scratch.path)/repo.git"))
            #expect(command.deadline == .seconds(120))
        }
        let fetch = try #require(commands.commands.first { $0.arguments.contains("fetch") })
        let dashes = try #require(fetch.arguments.firstIndex(of: "--"))
        #expect(fetch.arguments[dashes + 1] == "-evil", "a URL is never an option")
    }

    @Test(arguments: [
        "no tab in it\0", "100644 blob\tpath\0", "040000 tree abc\tdesired/x\0",
    ])
    func answerOfAnotherShapeIsRefused(_ text: String) throws {
        let mirror = try mirror(answer(text))
        let commit = try #require(commit)
        #expect(throws: GitError.self) { try mirror.entries(of: commit, below: ["desired"]) }
    }

    @Test(arguments: [
        "", "abc blob 3\nabc", "abc blob 3\nab\n", "abc blob 4\nabc\n", "abc blob -1\n\n",
        "abc missing\n", "abc tree 3\nabc\n", "abc blob 3\nabc\nmore", "abc blob 99999999999\n",
    ])
    func cutOffOrOtherObjectsAreRefused(_ text: String) throws {
        let mirror = try mirror(answer(text))
        #expect(throws: GitError.self) {
            try mirror.bytes(of: [TreeEntry(path: "a", blob: "abc")])
        }
    }

    @Test(arguments: [
        (CommandResult.Ending.hung, "no answer within 120.0 seconds"),
        (.flooded, "over 268435456 bytes"), (.signalled(11), "git was ended by signal 11"),
        (.exited(128), "git failed and said nothing"),
    ])
    func howGitEndedIsSaid(_ ending: CommandResult.Ending, _ reason: String) throws {
        let mirror = try mirror(OneAnswer(CommandResult(ending: ending)))
        #expect(throws: GitError("ask", "/a.git", reason)) {
            try mirror.remoteTip(of: "main", at: "/a.git")
        }
    }

    @Test(arguments: [
        "", "abc", String(repeating: "g", count: 40), String(repeating: "A", count: 40),
    ])
    func whatIsNoObjectIdIsNoCommit(_ text: String) {
        #expect(CommitID(text) == nil)
        #expect(CommitID(String(repeating: "0", count: 64))?.short == "0000000")
    }
}
