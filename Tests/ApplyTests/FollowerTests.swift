import Apply
import Digest
import Facts
import Git
import JSON
import Machine
import Reconcile
import TestKit
import Testing

/// A host that follows repositories made by real git, and judges by real ssh-keygen; only its clock
/// is a fake one.
private struct FollowHost {
    let scratch = ScratchFolder()
    let clock = FakeClock()
    let state: StateFolder
    private let files: HostFiles

    struct NotDone: Error { let how: String }

    init() throws {
        scratch.makeFolder("host")
        files = try HostFiles(root: scratch.path + "/host", honoursOwners: false)
        state = StateFolder(files: files, accounts: Accounts())
        try state.prepare()
        try shell(
            """
            for key in alice bob; do ssh-keygen -q -t ed25519 -N '' -C '' -f $key; done
            git init -q -b main tree
            for name in one two; do git init -q --bare -b main $name.git; done
            """)
        try push("root", by: "alice")
    }

    @discardableResult
    func shell(_ script: String) throws -> String {
        var environment = ["PATH": "/usr/bin:/bin", "HOME": scratch.path]
        for who in ["AUTHOR", "COMMITTER"] {
            environment["GIT_\(who)_NAME"] = "a"
            environment["GIT_\(who)_EMAIL"] = "a@example.net"
        }
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-euc", "cd '\(scratch.path)'\n\(script)"], environment: environment))
        guard result.succeeded else { throw NotDone(how: result.errorText) }
        return result.outputText
    }

    /// One signed commit more, pushed to these repositories.
    @discardableResult
    func push(
        _ message: String, by key: String, to names: [String] = ["one", "two"]
    ) throws -> CommitID {
        try shell(
            """
            cd tree
            git -c gpg.format=ssh -c user.signingkey=../\(key) \
                commit -q -S --allow-empty -m '\(message)'
            for name in \(names.joined(separator: " ")); do git push -qf ../$name.git main; done
            """)
        return try tip()
    }

    func tip() throws -> CommitID {
        try #require(CommitID(try shell("git -C tree rev-parse HEAD").dropLast()))
    }

    /// Allows alice as she is, and bob with these options of ssh-keygen's.
    func allow(bob options: String) throws {
        let text = try shell(
            "echo \"alice $(cat alice.pub)\"; echo 'bob \(options)' \"$(cat bob.pub)\"")
        scratch.write("host/etc/v6-reconcile/allowed_signers", text)
    }

    func follower(
        isWritten: Bool = true, _ change: (inout FollowManner) -> Void = { _ in }
    ) throws -> Follower {
        var settings = HostSettings(environment: "paper")
        settings.repositories = ["one", "two"].map { "\(scratch.path)/\($0).git" }
        var manner = FollowManner()
        change(&manner)
        return Follower(
            settings: settings,
            mirror: GitMirror(
                commands: SpawnedCommands(), files: files, path: try state.path("repo.git")),
            verifier: SignaturePrograms(commands: SpawnedCommands()),
            memory: FollowMemory(in: state, isWritten: isWritten), clock: clock, manner: manner)
    }

    func newest(
        _ change: (inout FollowManner) -> Void = { _ in }
    ) throws -> Follower.Followed {
        try follower(change).newest { _ in true }
    }

    /// The refusal's text; nil when it was accepted.
    func refusal() throws -> String? {
        let follower = try follower()
        do throws(TargetError) {
            _ = try follower.newest { _ in true }
            return nil
        } catch {
            #expect(error.exitCode == 7, "\(error.text)")
            return error.text
        }
    }

    /// A turn made this commit healthy.
    func makeHealthy(_ commit: CommitID) throws {
        var members = try #require(Record().json.asObject)
        members["healthy"] = [
            "checkout": .string(commit.text), "commit": .string(commit.short),
            "content": .string("\(ContentDigest.of("x"))"), "environment": "paper",
            "release": .null, "at_us": 1,
        ]
        try state.write(try #require(Record(.object(members))))
    }

    func move(by seconds: Int64) { clock.wait(.seconds(seconds)) }

    /// As ssh-keygen takes a time.
    func time(in seconds: Int64) -> String {
        WallTime(us: clock.wallUs() + seconds * 1_000_000).description.filter(\.isNumber) + "Z"
    }
}

struct FollowerTests {
    @Test func keyThatEndsAfterTheCommitWasSeenStillCountsForIt() throws {
        let host = try FollowHost()
        try host.allow(bob: "valid-before=\"\(host.time(in: 3_600))\"")
        let first = try host.push("one", by: "bob")
        #expect(try host.newest().commit == first)
        #expect(try host.newest().signer == "bob")
        host.move(by: 7_200)
        let second = try host.push("two", by: "alice")
        let found = try host.newest()
        #expect(found.commit == second && found.signer == "alice")
        try host.push("three", by: "bob")
        #expect(try host.refusal()?.contains("by a key that was not valid when") == true)
    }

    @Test func commitThatNobodyRemembersIsSeenNow() throws {
        let host = try FollowHost()
        try host.allow(bob: "valid-before=\"\(host.time(in: 3_600))\"")
        try host.push("one", by: "bob")
        #expect(try host.refusal() == nil)
        host.move(by: 7_200)
        try host.shell("rm host/var/lib/v6-reconcile/follow.json")
        #expect(try host.refusal()?.contains("by a key that was not valid when") == true)
    }

    @Test func clockThatIsSetBackMakesNoKeyYoungAgain() throws {
        let host = try FollowHost()
        try host.allow(bob: "valid-before=\"\(host.time(in: -60))\"")
        try host.push("one", by: "bob")
        #expect(try host.refusal() != nil)
        host.move(by: -3_600)
        #expect(try host.refusal() != nil, "it was seen before")
        try host.push("two", by: "bob")
        #expect(try host.refusal() != nil, "nothing was seen before what was seen before it")
    }

    @Test func keyThatIsTakenAwayBeforeACommitIsHealthyRefusesIt() throws {
        let host = try FollowHost()
        try host.allow(bob: "")
        let first = try host.push("one", by: "alice")
        try host.makeHealthy(first)
        try host.push("two", by: "bob")
        #expect(try host.refusal() == nil)
        try host.allow(bob: "valid-before=\"20200101\"")
        #expect(try host.refusal() != nil, "the same tip, judged anew")
        try host.makeHealthy(host.tip())
        #expect(try host.refusal() == nil, "what acts here already is not judged again")
    }

    @Test func copyThatIsBehindTakesNothingBackAndTheFirstMay() throws {
        let host = try FollowHost()
        try host.allow(bob: "")
        let old = try host.push("one", by: "alice")
        try host.makeHealthy(old)
        #expect(try host.newest().commit == old)
        let new = try host.push("two", by: "alice", to: ["one"])
        #expect(try host.newest().commit == new)
        try host.makeHealthy(new)
        // Only the copy answers, with what was healthy here before.
        try host.shell("mv one.git away.git")
        let behind = try host.newest()
        #expect(behind.commit == new)
        #expect(behind.failure?.contains("two.git offers \(old.short), which does not") == true)
        try host.shell("mv away.git one.git; git -C tree push -qf ../one.git \(old):main")
        let back = try host.newest()
        #expect(back.commit == old && back.failure == nil)
    }

    @Test func waitIsCutShortByACommitThatMayActAndByNoOther() throws {
        let host = try FollowHost()
        try host.allow(bob: "")
        let tip = try host.push("one", by: "alice")
        #expect(try host.newest().commit == tip)
        let follower = try host.follower()
        #expect(!follower.hasNewer(than: tip))
        try host.shell("git -C tree commit -q --allow-empty -m unsigned")
        try host.shell("git -C tree push -q ../one.git main")
        #expect(!follower.hasNewer(than: tip), "it would be refused")
        try host.shell("git -C tree reset -q --hard \(tip); git -C tree push -qf ../one.git main")
        try host.push("two", by: "bob", to: ["one"])
        #expect(follower.hasNewer(than: tip))
        #expect(try host.newest().commit == host.tip())
    }

    @Test func repositoryThatOffersAnotherHistoryIsToldAndTheNextIsAsked() throws {
        let host = try FollowHost()
        try host.allow(bob: "")
        let good = try host.push("one", by: "alice")
        try host.makeHealthy(good)
        #expect(try host.newest().commit == good)
        try host.shell(
            """
            git -C tree checkout -q --orphan other
            git -C tree commit -q --allow-empty -m x
            git -C tree push -qf ../one.git other:main
            git -C tree checkout -q main
            """)
        let next = try host.push("two", by: "bob", to: ["two"])
        let found = try host.newest()
        #expect(found.commit == next && found.failure == nil)
        #expect(found.warnings.contains { $0.contains("one.git offers") }, "\(found.warnings)")
    }

    @Test func timersLeaveARepositoryThatFailsAloneAndAPersonAsksItAllTheSame() throws {
        let host = try FollowHost()
        try host.allow(bob: "")
        let tip = try host.push("one", by: "alice")
        #expect(try host.newest().commit == tip)
        try host.shell("mv one.git away.git; mv two.git gone.git")
        func automatic(_ manner: inout FollowManner) {
            manner.isAutomatic = true
            manner.random = 20_000_000
        }
        #expect(try host.newest(automatic).failure?.contains("cannot ask") == true)
        try host.shell("mv away.git one.git; mv gone.git two.git")
        let early = try host.newest(automatic)
        #expect(early.failure?.contains("one.git could not be asked 1 times: not asked") == true)
        #expect(early.commit == tip, "the host is kept on what it has")
        host.move(by: 21)
        #expect(try host.newest(automatic).failure == nil, "the pause is over")
        try host.shell("mv one.git away.git; mv two.git gone.git")
        #expect(try host.newest(automatic).failure != nil)
        try host.shell("mv away.git one.git; mv gone.git two.git")
        #expect(try host.newest().failure == nil, "a person does not wait")
        #expect(try host.newest(automatic).failure == nil, "and all is forgiven")
    }

    @Test func planLearnsNothingAndAsksNobodyForWhatIsKnown() throws {
        let host = try FollowHost()
        try host.allow(bob: "")
        #expect(try host.follower(isWritten: false).known { _ in true } == nil)
        let tip = try host.push("one", by: "alice")
        #expect(try host.newest().commit == tip)
        let before = host.scratch.read("host/var/lib/v6-reconcile/follow.json")
        try host.shell("mv one.git away.git; mv two.git gone.git")
        let plan = try host.follower(isWritten: false)
        #expect(try plan.known { _ in true }?.commit == tip)
        #expect(try plan.known { _ in false } == nil, "it does not lie ready")
        #expect(try plan.newest { _ in true }.failure != nil)
        #expect(host.scratch.read("host/var/lib/v6-reconcile/follow.json") == before)
    }

    @Test func clockThatNobodyKeepsIsToldWhereKeysHaveTimes() throws {
        let host = try FollowHost()
        try host.allow(bob: "valid-before=\"\(host.time(in: 3_600))\"")
        try host.push("one", by: "bob")
        let doubtful = try host.newest { $0.clockDoubt = { "nobody keeps it" } }
        #expect(doubtful.warnings.contains { $0.hasSuffix("may be wrong: nobody keeps it") })
        try host.allow(bob: "")
        #expect(try host.newest { $0.clockDoubt = { "nobody keeps it" } }.warnings == [])
    }

    @Test(arguments: ["{", "{\"format\":2}", "{\"format\":1,\"seen_us\":{\"x\":1}}", ""])
    func brokenNotesAreNeverTakenForNone(_ text: String) throws {
        let host = try FollowHost()
        try host.allow(bob: "")
        host.scratch.write("host/var/lib/v6-reconcile/follow.json", text)
        #expect(throws: TargetError.self) { try host.newest() }
        #expect(host.scratch.read("host/var/lib/v6-reconcile/follow.json") == text)
    }

    @Test func notesAreReadAsTheyWereWrittenAndOnlySoManyAreKept() throws {
        var notes = FollowNotes()
        func id(_ number: Int) throws -> CommitID {
            let digits = String(number, radix: 16)
            let zeros = String(repeating: "0", count: 40 - digits.count)
            return try #require(CommitID(zeros + digits))
        }
        notes.fetched = try id(1)
        notes.accepted = FollowNotes.Accepted(try id(1), trust: .of("x"), signer: "alice")
        notes.remotes[.of("url")] = Backoff(failures: 2, notBeforeUs: 77)
        let all = try (0..<FollowNotes.commitsMax + 50).map(id)
        for (index, commit) in all.enumerated() {
            notes.see([commit], atUs: Int64(index))
            notes.noteHealthy(commit)
        }
        #expect(notes.seenUs.count == FollowNotes.commitsMax)
        #expect(notes.seenUs[all[49]] == nil && notes.seenUs[all[50]] == 50)
        #expect(notes.healthy == Array(all.dropFirst(50)))
        #expect(FollowNotes(try JSONValue.parse(Array(notes.json.text().utf8))) == notes)
    }
}
