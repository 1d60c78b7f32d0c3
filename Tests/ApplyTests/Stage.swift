import Apply
import Facts
import Git
import Machine
import Reconcile
import Release
import Services
import Synchronization
import TestKit

/// Units that start and stop as they are told, and fail where a test says so.
final class FakeServices: ServiceManager {
    struct State {
        var statuses: [UnitName: UnitStatus] = [:]
        var starts = 0
        /// What this action on this unit ends with.
        var failures: [String: ServicesError.Ending] = [:]
        /// The same, but the next time alone.
        var failuresOnce: [String: ServicesError.Ending] = [:]
        /// After so many starts every other one fails; nil for no limit.
        var startsMax: Int?
        /// Looks that get no answer, counted down.
        var silentLooks = 0
        /// Looks after the first start that get no answer, counted down.
        var silentLooksAfterStart = 0
        var performed: [String] = []
    }

    let state = Mutex(State())

    func hasProgram(_ program: HostPath) -> Bool { true }

    func look(at units: [UnitName]) throws(ServicesError) -> [UnitName: UnitStatus] {
        let found: [UnitName: UnitStatus]? = state.withLock { state in
            if state.starts > 0, state.silentLooksAfterStart > 0 {
                state.silentLooksAfterStart -= 1
                return nil
            }
            if state.silentLooks > 0 {
                state.silentLooks -= 1
                return nil
            }
            let down = UnitStatus(load: "loaded", active: "inactive", sub: "dead")
            return Dictionary(uniqueKeysWithValues: units.map { ($0, state.statuses[$0] ?? down) })
        }
        guard let found else { throw ServicesError("look at", "units", .hung(.seconds(10))) }
        return found
    }

    func loadUnitFiles() throws(ServicesError) {}

    func check(staged: [String]) throws(ServicesError) {}

    func perform(_ action: UnitAction, on unit: UnitName) throws(ServicesError) {
        let failure: ServicesError.Ending? = state.withLock { state in
            state.performed.append("\(action.rawValue) \(unit)")
            let words = "\(action.rawValue) \(unit)"
            if let failure = state.failuresOnce.removeValue(forKey: words) { return failure }
            if let failure = state.failures[words] { return failure }
            var status =
                state.statuses[unit] ?? UnitStatus(load: "loaded", active: "inactive", sub: "dead")
            switch action {
            case .start, .restart:
                if let most = state.startsMax, state.starts >= most { return .failed("no more") }
                state.starts += 1
                (status.active, status.sub) = ("active", "running")
                status.invocation = "\(state.starts)"
            case .stop: (status.active, status.sub) = ("inactive", "dead")
            case .reload, .mask, .unmask: break
            case .enable, .reenable: status.enablement = "enabled"
            case .disable: status.enablement = "disabled"
            case .resetFailed: break
            }
            state.statuses[unit] = status
            return nil
        }
        if let failure { throw ServicesError(action.rawValue, unit.text, failure) }
    }
}

/// A folder is followed here, so no repository is ever asked.
struct NoRepository: Repository, History, SignatureVerifier {
    private var refusal: GitError { GitError("ask", "nobody", "there is no repository here") }

    func remoteTip(of branch: String, at url: String) throws(GitError) -> CommitID {
        throw refusal
    }
    func fetch(_ commit: CommitID, of branch: String, from url: String) throws(GitError) {
        throw refusal
    }
    func contains(_ ancestor: CommitID, in commit: CommitID) throws(GitError) -> Bool {
        throw refusal
    }
    func commits(
        of commit: CommitID, without bases: [CommitID]
    ) throws(GitError) -> [CommitID] { throw refusal }
    func objects(of commits: [CommitID]) throws(GitError) -> [CommitObject] { throw refusal }
    func commit(named digits: String) throws(GitError) -> CommitID? { throw refusal }
    func verdict(
        on commit: CommitObject, by keys: AllowedKeys, atUs: Int64
    ) throws(GitError) -> SignatureVerdict { throw refusal }

    /// Follows it, for a host whose state is this.
    static func follower(in state: StateFolder, clock: any HostClock) -> Follower {
        Follower(
            settings: HostSettings(environment: "sandbox"), mirror: NoRepository(),
            verifier: NoRepository(), memory: FollowMemory(in: state, isWritten: true),
            clock: clock)
    }

    func entries(of commit: CommitID, below folders: [String]) throws(GitError) -> [TreeEntry] {
        throw refusal
    }
    func bytes(of entries: [TreeEntry]) throws(GitError) -> [[UInt8]] { throw refusal }
    func treeHash(of commit: CommitID, names: [String]) throws(GitError) -> String? {
        throw refusal
    }
}

/// A host below a scratch folder that follows a folder, with fake services and a fake clock.
struct Stage {
    let scratch = ScratchFolder()
    let services = FakeServices()
    let clock = FakeClock()
    let files: HostFiles
    let accounts = Accounts()

    var state: StateFolder { StateFolder(files: files, accounts: accounts) }
    var releases: Releases { Releases(files: files, accounts: accounts) }
    var executor: Executor {
        Executor(
            files: files, accounts: accounts, services: services, releases: releases,
            originals: OriginalStore(in: state))
    }

    init() throws {
        scratch.makeFolder("host")
        files = try HostFiles(root: scratch.path + "/host", honoursOwners: false)
        try state.prepare()
        want("one")
        scratch.write("tree/systemd/feed.service", "[Service]\nExecStart=/bin/true\n")
    }

    /// Desired state with a feed that runs, and a file of this text.
    func want(_ text: String, more: String = "") {
        scratch.write("tree/desired/files/text", text)
        scratch.write(
            "tree/desired/sandbox.yaml",
            """
            environment: sandbox
            files:
              /etc/v6/text: {source: files/text}
            \(more)services:
              feed.service: {unit: systemd/feed.service, state: running}
            health: {stable_for: 10s}

            """)
    }

    /// Adds a unit that starts after the feed.
    func wantMore() {
        scratch.write("tree/systemd/more.service", "[Service]\nExecStart=/bin/true\n")
        let text = scratch.read("tree/desired/sandbox.yaml") ?? ""
        let entry = "  more.service: {unit: systemd/more.service, state: running}\n"
        scratch.write(
            "tree/desired/sandbox.yaml", text.replacing("services:\n", with: "services:\n" + entry))
    }

    var finder: ReleaseFinder {
        ReleaseFinder(releases: releases, program: "/usr/bin/true")
    }

    /// Real checks, below the scratch folder; nobody waits for this turn to die.
    private var guards: TurnGuards {
        TurnGuards(
            judges: Judges(
                commands: SpawnedCommands(), files: files, accounts: accounts, clock: clock),
            services: ControlSocket(files: files), deadMan: NoDeadMan(), gauges: FakeGauges(),
            deadline: .seconds(60))
    }

    func turn() -> TurnEnd {
        let targets = Targets(
            settings: HostSettings(environment: "sandbox"),
            origin: .folder(scratch.path + "/tree"), store: CheckoutStore(in: state),
            follower: NoRepository.follower(in: state, clock: clock), releases: finder)
        let observer = Observer(
            files: files, accounts: accounts, services: services, releases: releases)
        let parts = TurnParts(
            state: state, targets: targets, observer: observer, executor: executor, clock: clock,
            guards: guards)
        return Turn(parts, deletionsMax: 10) { _ in }.run()
    }
}
