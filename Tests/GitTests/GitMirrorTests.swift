import Facts
import Git
import Machine
import TestKit
import Testing

/// The mirror with the real git program, and a repository made by it.
struct GitMirrorTests {
    private let scratch = ScratchFolder()
    private var tree: String { scratch.path + "/tree" }

    init() throws { try git("init -q -b main \(tree)", inTree: false) }

    @discardableResult
    private func git(_ script: String, inTree: Bool = true) throws -> String {
        let place = inTree ? "cd '\(tree)'; " : ""
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-euc", "\(place)git \(script)"],
                environment: [
                    "PATH": "/usr/bin:/bin", "HOME": scratch.path, "GIT_AUTHOR_NAME": "a",
                    "GIT_AUTHOR_EMAIL": "a@example.net", "GIT_COMMITTER_NAME": "a",
                    "GIT_COMMITTER_EMAIL": "a@example.net",
                ]))
        guard result.succeeded else { throw NotDone(how: result.errorText) }
        return result.outputText
    }

    private struct NotDone: Error { let how: String }

    private func mirror() throws -> GitMirror {
        GitMirror(
            commands: SpawnedCommands(),
            files: try HostFiles(root: scratch.path, honoursOwners: false),
            path: try HostPath("/state/repo.git"))
    }

    private func commit(_ message: String = "a commit") throws -> CommitID {
        try git("add -A; git commit -qm '\(message)' --allow-empty")
        return try #require(CommitID(try git("rev-parse HEAD").dropLast()))
    }

    private func fetched() throws -> (GitMirror, CommitID) {
        let commit = try commit()
        let mirror = try mirror()
        try mirror.fetch(commit, of: "main", from: tree)
        return (mirror, commit)
    }

    @Test func tipIsAskedForAndNothingIsFetchedByIt() throws {
        let commit = try commit()
        let mirror = try mirror()
        #expect(try mirror.remoteTip(of: "main", at: tree) == commit)
        #expect(scratch.read("state/repo.git/HEAD") == nil)
        #expect(throws: GitError("ask", tree, "it has no branch 'trunk'")) {
            try mirror.remoteTip(of: "trunk", at: tree)
        }
        #expect(throws: GitError.self) { try mirror.remoteTip(of: "main", at: "/nowhere") }
    }

    @Test func branchOfALongerNameIsNotTakenForTheOneAskedFor() throws {
        let first = try commit("first")
        try git("branch other/refs/heads/main; git commit -qm second --allow-empty")
        try git("branch -m main trunk; git branch main \(first)")
        #expect(try mirror().remoteTip(of: "main", at: tree) == first)
    }

    @Test func branchThatMovedOnBetweenIsTold() throws {
        let (mirror, _) = try fetched()
        let gone = try #require(CommitID(String(repeating: "a", count: 40)))
        #expect(throws: GitError("fetch from", tree, "branch 'main' moved on; ask again")) {
            try mirror.fetch(gone, of: "main", from: tree)
        }
    }

    @Test func bytesComeAsTheyAreEmptyBinaryAndLarge() throws {
        scratch.write("tree/desired/empty", "")
        scratch.write("tree/desired/text", "one\ntwo")
        try git("config core.autocrlf true; printf '\\0\\377\\n\\r\\n%s' x > desired/binary")
        try git("config core.autocrlf false; head -c 3000000 /dev/zero > desired/large")
        let (mirror, commit) = try fetched()
        let entries = try mirror.entries(of: commit, below: ["desired", "systemd"])
        #expect(
            entries.map(\.path) == [
                "desired/binary", "desired/empty", "desired/large", "desired/text",
            ])
        let bytes = try mirror.bytes(of: entries)
        #expect(bytes[0] == [0, 0xff, 0x0a, 0x0d, 0x0a, 0x78])
        #expect(bytes[1] == [])
        #expect(bytes[2] == [UInt8](repeating: 0, count: 3_000_000))
        #expect(bytes[3] == Array("one\ntwo".utf8))
        #expect(try mirror.bytes(of: []) == [])
    }

    @Test func manyFilesComeInOrder() throws {
        for number in 0..<1_500 { scratch.write("tree/systemd/\(number)", "\(number)") }
        let (mirror, commit) = try fetched()
        let entries = try mirror.entries(of: commit, below: ["systemd"])
        #expect(entries.count == 1_500)
        let bytes = try mirror.bytes(of: entries)
        #expect(
            zip(entries, bytes).allSatisfy {
                $0.path == "systemd/" + String(decoding: $1, as: UTF8.self)
            })
    }

    @Test(arguments: [
        "a b", "new\nline", "tab\tin it", "quote\"'s", "häß-日本", "-n", "--all", "*", "a\\b",
    ])
    func hostileNamesComeAsTheyAre(_ name: String) throws {
        scratch.write("tree/desired/\(name)", name)
        scratch.write("tree/desired/other", "other")
        let (mirror, commit) = try fetched()
        let entries = try mirror.entries(of: commit, below: ["desired"])
        #expect(Set(entries.map(\.path)) == ["desired/\(name)", "desired/other"])
        let own = entries.filter { $0.path != "desired/other" }
        #expect(try mirror.bytes(of: own) == [Array(name.utf8)])
    }

    @Test func linkOrSubmoduleIsRefusedByName() throws {
        scratch.write("tree/desired/file", "")
        try git("status -s; ln -s file desired/link")
        let (mirror, linked) = try fetched()
        #expect(
            throws: GitError(
                "use", "\(linked.short):desired/link", "it is a link; only plain files are taken")
        ) { try mirror.entries(of: linked, below: ["desired"]) }
        try git("rm -q desired/link; git update-index --add --cacheinfo 160000,\(linked),desired/s")
        try git("commit -qm submodule")
        let commit = try #require(CommitID(try git("rev-parse HEAD").dropLast()))
        try mirror.fetch(commit, of: "main", from: tree)
        #expect(throws: GitError.self) { try mirror.entries(of: commit, below: ["desired"]) }
        #expect(try mirror.entries(of: commit, below: ["systemd"]) == [])
    }

    @Test func treeHashIsWhatGitMakesOfTheSameNames() throws {
        scratch.write("tree/Package.swift", "// a package\n")
        scratch.write("tree/Sources/A/a.swift", "")
        scratch.write("tree/desired/x", "x")
        let (mirror, first) = try fetched()
        let made = try git("ls-tree HEAD -- Package.swift Sources | git mktree").dropLast()
        let names = ["Package.swift", "Sources"]
        #expect(try mirror.treeHash(of: first, names: names) == String(made))
        #expect(try mirror.treeHash(of: first, names: ["Package.swift", "Missing"]) == nil)
        scratch.write("tree/desired/x", "y")
        let second = try commit("configuration alone")
        try mirror.fetch(second, of: "main", from: tree)
        #expect(try mirror.treeHash(of: second, names: names) == String(made))
        scratch.write("tree/Sources/A/a.swift", "let a = 1\n")
        let third = try commit("sources")
        try mirror.fetch(third, of: "main", from: tree)
        #expect(try mirror.treeHash(of: third, names: names) != String(made))
    }

    @Test func hooksAndFiltersOfARepositoryAreNeverRun() throws {
        scratch.write("tree/.gitattributes", "* filter=evil\n")
        scratch.write("tree/desired/a", "plain")
        let (mirror, commit) = try fetched()
        scratch.write("state/repo.git/hooks/reference-transaction", "#!/bin/sh\nexit 1\n")
        try git("-C ../state/repo.git config filter.evil.smudge 'touch \(scratch.path)/ran'")
        try git("status -s; chmod +x ../state/repo.git/hooks/reference-transaction")
        let second = try self.commit("second")
        try mirror.fetch(second, of: "main", from: tree)
        let entries = try mirror.entries(of: commit, below: ["desired"])
        #expect(try mirror.bytes(of: entries) == [Array("plain".utf8)])
        #expect(scratch.read("ran") == nil)
    }
}
