import Apply
import Digest
import Facts
import Git
import Glibc
import Machine
import Reconcile
import Release
import Services
import Synchronization
import TestKit

/// Commits of a repository that lies in memory.
final class CommitsInMemory: Repository, History {
    private struct Commits {
        var files: [CommitID: [String: [UInt8]]] = [:]
        var order: [CommitID] = []
        var tip: CommitID? { order.last }
    }

    private let commits = Mutex(Commits())

    func push(_ files: [String: String]) {
        commits.withLock { commits in
            let number = String(commits.files.count + 1, radix: 16)
            let id = CommitID(number + String(repeating: "0", count: 40 - number.count))
            guard let id else { preconditionFailure("no id") }
            commits.files[id] = files.mapValues { Array($0.utf8) }
            commits.order.append(id)
        }
    }

    func remoteTip(of branch: String, at url: String) throws(GitError) -> CommitID {
        guard let tip = commits.withLock({ $0.tip }) else {
            throw GitError("ask", url, "nothing was pushed")
        }
        return tip
    }

    func fetch(_ commit: CommitID, of branch: String, from url: String) throws(GitError) {}

    /// Each comes after all that were pushed before it.
    func contains(_ ancestor: CommitID, in commit: CommitID) throws(GitError) -> Bool {
        commits.withLock { commits in
            let places = [ancestor, commit].compactMap { commits.order.firstIndex(of: $0) }
            return places.count == 2 && places[0] <= places[1]
        }
    }

    func commits(
        of commit: CommitID, without bases: [CommitID]
    ) throws(GitError) -> [CommitID] { [commit] }

    func objects(of commits: [CommitID]) throws(GitError) -> [CommitObject] {
        commits.map { _ in CommitObject([], digits: 40) }
    }

    func commit(named digits: String) throws(GitError) -> CommitID? { nil }

    func entries(
        of commit: CommitID, below folders: [String]
    ) throws(GitError) -> [TreeEntry] {
        files(commit).keys.sorted()
            .filter { path in folders.contains { path == $0 || path.hasPrefix($0 + "/") } }
            .map { TreeEntry(path: $0, blob: "\(commit):\($0)") }
    }

    func bytes(of entries: [TreeEntry]) throws(GitError) -> [[UInt8]] {
        entries.compactMap { entry in
            CommitID(entry.blob.prefix { $0 != ":" }).flatMap { files($0)[entry.path] }
        }
    }

    /// Not git's own, but equal for equal files, and only then.
    func treeHash(of commit: CommitID, names: [String]) throws(GitError) -> String? {
        let entries = try entries(of: commit, below: names)
        guard !entries.isEmpty else { return nil }
        let text = try zip(entries, bytes(of: entries)).map { "\($0.path) \($1)" }
        return String(ContentDigest.of(text.joined(separator: "\n")).description.prefix(40))
    }

    private func files(_ commit: CommitID) -> [String: [UInt8]] {
        commits.withLock { $0.files[commit] ?? [:] }
    }
}

/// Makes programs out of nothing, counts, and fails where a test says so.
final class CountingBuilder: ReleaseBuilder {
    struct State {
        var orders: [BuildOrder] = []
        var failure: String?
        /// Names of the programs that it makes; nil: those that are ordered.
        var makes: [String]?
    }

    let state = Mutex(State())
    private let scratch = ScratchFolder()

    var builds: Int { state.withLock { $0.orders.count } }

    func build(
        _ order: BuildOrder, told: (String) -> Void
    ) throws(MachineError) -> [UInt8] {
        let (failure, programs) = state.withLock { state in
            state.orders.append(order)
            return (state.failure, state.makes ?? order.programs)
        }
        told("[1/1] Compiling")
        if let failure { throw MachineError("build", "it", .found(failure)) }
        let script = "rm -rf b; mkdir -p b/bin; cd b; for p; do echo $p >bin/$p; done; tar -cz bin"
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-euc", "cd \(scratch.path); \(script)", "sh"] + programs,
                environment: ["PATH": "/usr/bin:/bin"]))
        return result.output
    }
}

/// A host below a scratch folder that follows commits with sources, with fake services.
struct ReleaseStage {
    let scratch = ScratchFolder()
    let services = FakeServices()
    let clock = FakeClock()
    let commits = CommitsInMemory()
    let builder = CountingBuilder()
    let files: HostFiles
    let accounts = Accounts()
    /// What the last turn said of releases.
    let told = Told()

    final class Told: Sendable {
        let lines = Mutex<[String]>([])
    }

    init() throws {
        scratch.makeFolder("host")
        files = try HostFiles(root: scratch.path + "/host", honoursOwners: false)
        try state.prepare()
    }

    var state: StateFolder { StateFolder(files: files, accounts: accounts) }
    var releases: Releases { Releases(files: files, accounts: accounts) }

    /// Pushes a commit: one unit that runs a release, a text, and sources.
    func push(
        release: String, sources: String?, text: String = "one", manifest: String? = nil,
        state: String = "running"
    ) {
        var files = [
            "desired/sandbox.yaml": """
            environment: sandbox
            release: \(release)
            files:
              /etc/v6/text: {source: files/text}
            services:
              feed.service: {unit: systemd/feed.service, state: \(state), release: true}
            health: {stable_for: 10s}

            """,
            "desired/files/text": text,
            "systemd/feed.service": "[Service]\nExecStart=/opt/v6/feed/bin/feed\n",
        ]
        if let sources {
            files["Package.swift"] = "// package"
            files["Sources/feed/main.swift"] = sources
            files["Tests/a"] = "// a test"
            files["Sources/manifest.json"] = manifest ?? #"{"programs": ["feed"], "formats": {}}"#
        }
        commits.push(files)
    }

    /// The key of the newest commit's sources.
    func key() throws -> String {
        let tip = try commits.remoteTip(of: "main", at: "")
        return try commits.treeHash(of: tip, names: ReleaseFinder.sourceNames) ?? ""
    }

    func turn() -> TurnEnd {
        let commands = SpawnedCommands()
        let maker = ReleaseMaker(
            in: state,
            ready: ReadyReleases(
                in: state, unpacking: Unpacking(commands: commands, files: files)),
            artifacts: ArtifactReader(commands: commands), builder: builder, clock: clock)
        let settings = HostSettings(environment: "sandbox", repositories: ["memory"])
        let targets = Targets(
            settings: settings, origin: .repositories, store: CheckoutStore(in: state),
            follower: Follower(
                settings: settings, mirror: commits, verifier: NoRepository(),
                memory: FollowMemory(in: state, isWritten: true), clock: clock),
            releases: ReleaseFinder(
                releases: releases, program: "/no/such/program", maker: maker))
        let parts = TurnParts(
            state: state, targets: targets,
            observer: Observer(
                files: files, accounts: accounts, services: services, releases: releases),
            executor: Executor(
                files: files, accounts: accounts, services: services, releases: releases,
                originals: OriginalStore(in: state)), clock: clock,
            guards: TurnGuards(
                judges: Judges(
                    commands: commands, files: files, accounts: accounts, clock: clock),
                services: ControlSocket(files: files), deadMan: NoDeadMan(),
                gauges: FakeGauges(), deadline: .seconds(60)))
        told.lines.withLock { $0 = [] }
        return Turn(parts, deletionsMax: 10) { [told] event in
            if case .preparing(let line) = event { told.lines.withLock { $0.append(line) } }
        }.run()
    }

    /// What was said of releases in the last turn.
    var lines: [String] { told.lines.withLock { $0 } }

    /// Runs a script in the scratch folder.
    @discardableResult
    func shell(_ script: String) throws -> String {
        let result = try SpawnedCommands().run(
            Command(
                "/bin/sh", ["-euc", "cd \(scratch.path)\n\(script)"],
                environment: ["PATH": "/usr/bin:/bin"]))
        guard result.succeeded else {
            throw MachineError("run", script, .found(result.errorText))
        }
        return result.outputText
    }

    /// Makes an artifact of what a script puts into its folder, and gives what desired state says
    /// of it.
    func artifact(_ script: String, sha256: String? = nil) throws -> String {
        let found = try shell(
            """
            rm -rf artifact artifact.tar.gz; mkdir -p artifact/bin; cd artifact
            \(script)
            cd ..; sha256sum artifact.tar.gz
            """)
        let digest = sha256 ?? String(found.prefix(64))
        return "{artifact: \(scratch.path)/artifact.tar.gz, sha256: \"\(digest)\"}"
    }

    /// A good one for a key.
    func artifact(key: String, formats: String = "{}") throws -> String {
        try artifact(
            """
            echo '#!/bin/sh' >bin/feed
            echo '{"key": "\(key)", "programs": ["feed"], "formats": \(formats)}' >manifest.json
            tar -czf ../artifact.tar.gz bin manifest.json
            """)
    }

    func read(_ path: String) -> String? { scratch.read("host" + path) }

    func link(_ path: String) throws -> String {
        try files.readLink(try StateFolder.hostPath(path))
    }

    /// The keys of all installed releases, sorted.
    func installed() throws -> [String] { try releases.installed().map(\.key).sorted() }

    /// The steps and other events in the journal that say this.
    func journal(_ words: String) -> Int {
        (read("/var/lib/v6-reconcile/journal.jsonl") ?? "").split(separator: "\n")
            .count { $0.contains(words) }
    }
}

/// A copy of cat(1) that runs until it is ended.
struct RunningCat {
    private let input: UnsafeMutablePointer<FILE>?

    /// Waits until the program itself runs, not what starts it.
    init(_ program: String) {
        let answer = program + ".answer"
        mkfifo(answer, 0o600)
        input = popen("exec '\(program)' > '\(answer)'", "we")
        fputs("x\n", input)
        fflush(input)
        let output = fopen(answer, "re")
        precondition(output.map { fgetc($0) } == 120, "\(program) does not run")
        if let output { fclose(output) }
        unlink(answer)
    }

    func end() { pclose(input) }
}
