import Facts
import Git
import Glibc
import Machine
import TestKit
import Testing

/// How commits follow each other in a mirror, by the real git program.
struct HistoryTests {
    private let scratch = ScratchFolder()
    private var tree: String { scratch.path + "/tree" }

    private struct NotDone: Error { let how: String }

    @discardableResult
    private func shell(_ script: String) throws -> String {
        scratch.makeFolder("tree")
        let who = ["AUTHOR", "COMMITTER"].flatMap {
            [("GIT_\($0)_NAME", "a"), ("GIT_\($0)_EMAIL", "a@example.net")]
        }
        let environment = Dictionary(uniqueKeysWithValues: who).merging(
            ["PATH": "/usr/bin:/bin", "HOME": scratch.path]) { $1 }
        let result = try SpawnedCommands().run(
            Command("/bin/sh", ["-euc", "cd '\(tree)'\n\(script)"], environment: environment))
        guard result.succeeded else { throw NotDone(how: result.errorText) }
        return result.outputText
    }

    private func id(_ name: String) throws -> CommitID {
        try #require(CommitID(try shell("git rev-parse '\(name)^{commit}'").dropLast()))
    }

    private func mirror(
        account: GitAccount = .caller, fetchBytesMax: Int = GitMirror.fetchBytesMax,
        honoursOwners: Bool = false
    ) throws -> GitMirror {
        GitMirror(
            commands: SpawnedCommands(),
            files: try HostFiles(root: scratch.path, honoursOwners: honoursOwners),
            path: try HostPath("/state/repo.git"), account: account, fetchBytesMax: fetchBytesMax)
    }

    private func fetched() throws -> GitMirror {
        let mirror = try mirror()
        try mirror.fetch(try id("main"), of: "main", from: tree)
        return mirror
    }

    @Test func rangeHoldsEveryCommitThroughAllParents() throws {
        try shell(
            """
            git init -q -b main .; c() { git commit -q --allow-empty -m "$1"; git tag "$1"; }
            c root; c base
            git checkout -qb side; c side1; c side2
            git checkout -q main; c main1
            git merge -q --no-ff -m merge side; git tag merge; c tip
            """)
        let mirror = try fetched()
        let range = try mirror.commits(of: id("tip"), without: [id("base")])
        let wanted = Set(try ["tip", "merge", "main1", "side1", "side2"].map { try id($0) })
        #expect(Set(range) == wanted && range.count == 5)
        #expect(try mirror.commits(of: id("tip"), without: [id("tip")]) == [])
        #expect(try mirror.commits(of: id("tip"), without: []).count == 7)
        let gone = try #require(CommitID(String(repeating: "a", count: 40)))
        #expect(try mirror.commits(of: id("tip"), without: [gone]).count == 7)
        #expect(try mirror.contains(id("side1"), in: id("tip")))
        #expect(try mirror.contains(id("tip"), in: id("tip")))
        #expect(try !mirror.contains(id("side1"), in: id("main1")))
        #expect(try !mirror.contains(id("tip"), in: id("base")))
        #expect(try !mirror.contains(gone, in: id("tip")))
        let objects = try mirror.objects(of: range)
        #expect(objects.count == 5 && objects.allSatisfy { $0.signature == .none })
        #expect(objects.allSatisfy { $0.author == "a <a@example.net>" })
        #expect(try mirror.objects(of: []) == [])
    }

    @Test func commitIsFoundByItsFirstDigitsAndByNoName() throws {
        try shell("git init -q -b main .; git commit -q --allow-empty -m x; git tag abcdef1")
        let mirror = try fetched()
        let tip = try id("main")
        #expect(try mirror.commit(named: String(tip.text.prefix(7))) == tip)
        #expect(try mirror.commit(named: tip.text) == tip)
        #expect(try mirror.commit(named: "abcdef1") == nil)
        #expect(try mirror.commit(named: String(repeating: "a", count: 40)) == nil)
    }

    /// A history whose beginning is cut off would hide what nobody signed.
    @Test func remoteThatHidesTheBeginningOfItsHistoryIsRefused() throws {
        try shell(
            """
            git init -q -b main .
            for i in 1 2 3; do git commit -q --allow-empty -m $i; done
            git clone -q --bare --depth 1 "file://$PWD" ../shallow.git
            """)
        let (mirror, tip) = (try mirror(), try id("main"))
        let shallow = scratch.path + "/shallow.git"
        #expect(
            throws: GitError("fetch from", shallow, "the beginning of its history is cut off")
        ) { try mirror.fetch(tip, of: "main", from: shallow) }
        try mirror.fetch(tip, of: "main", from: tree)
        #expect(try mirror.commits(of: tip, without: []).count == 3)
    }

    /// Noise does not compress: the pack is as large as the file.
    @Test func remoteThatSendsMoreThanItMayIsCutOffAndLeavesNothing() throws {
        try shell(
            """
            git init -q -b main .; git commit -q --allow-empty -m small
            """)
        let small = try mirror(fetchBytesMax: 1 << 20)
        try small.fetch(try id("main"), of: "main", from: tree)
        let before = try shell("du -s ../state/repo.git | cut -f1")
        try shell("head -c 4000000 /dev/urandom > noise; git add -A; git commit -qm large")
        for _ in 0..<3 {
            #expect(
                throws: GitError(
                    "fetch from", tree, "it would bring over 1048576 bytes at once")
            ) { try small.fetch(try id("main"), of: "main", from: tree) }
        }
        let after = try shell("du -s ../state/repo.git | cut -f1")
        let kilobytes = [before, after].map { Int($0.dropLast()) ?? 0 }
        #expect(kilobytes[1] <= kilobytes[0] + 64, "what was cut off is cleared away: \(kilobytes)")
        try mirror().fetch(try id("main"), of: "main", from: tree)
    }

    /// As a power cut leaves files that git does not sync, and as a bad disk may leave any.
    @Test(arguments: [
        ": > HEAD", ": > config", "rm -r refs", "rm HEAD", "find objects -type f -delete",
        "find refs -type f | while read ref; do : > $ref; done",
        "find objects -type f | while read f; do chmod u+w $f; : > $f; done",
    ])
    func mirrorThatIsDamagedIsMadeAnew(_ damage: String) throws {
        try shell("git init -q -b main .; git commit -q --allow-empty -m one")
        let mirror = try mirror()
        try mirror.fetch(try id("main"), of: "main", from: tree)
        try shell("cd ../state/repo.git; \(damage)")
        try shell("git commit -q --allow-empty -m two")
        let tip = try id("main")
        try mirror.fetch(tip, of: "main", from: tree)
        #expect(try mirror.contains(try id("main~1"), in: tip))
        #expect(try mirror.entries(of: tip, below: ["desired"]) == [])
    }

    /// Root's own test: nobody's numbers stand for git's account.
    @Test func gitRunsAsAnAccountWithNoRightLeftAndOwnsTheMirror() throws {
        try #require(geteuid() == 0, "run as root")
        try shell("git init -q -b main .; git commit -q --allow-empty -m x")
        chmod(scratch.path, 0o755)
        let mirror = try mirror(account: .user(id: 65_534, group: 65_534), honoursOwners: true)
        let tip = try id("main")
        #expect(try mirror.remoteTip(of: "main", at: tree) == tip, "a folder of root's is read")
        try mirror.fetch(tip, of: "main", from: tree)
        #expect(try mirror.entries(of: tip, below: ["desired"]) == [])
        let owners = try shell("find ../state -printf '%u %m %p\\n' | sort")
        let lines = owners.split(separator: "\n")
        #expect(lines.contains("root 755 ../state"))
        #expect(lines.contains("root 644 ../state/repo.git.settings"))
        #expect(lines.contains("nobody 700 ../state/repo.git"))
        #expect(
            lines.allSatisfy { !$0.contains("repo.git/") || $0.hasPrefix("nobody ") }, "\(owners)")
    }
}
