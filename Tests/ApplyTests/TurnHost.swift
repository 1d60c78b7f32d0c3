import Apply
import Facts
import Git
import Machine
import Reconcile
import Release
import Services
import TestKit

/// A host in a scratch folder, and a folder of desired state that it follows.
struct TurnHost {
    let checkout = ScratchFolder()
    let scratch = ScratchFolder()
    let clock = FakeClock()
    let gauges = FakeGauges()
    /// What runs hooks and checks.
    let commands: TimedCommands
    let units: FakeUnits
    let state: StateFolder
    private let files: HostFiles
    private let accounts = Accounts()

    init() throws {
        files = try HostFiles(root: scratch.path, honoursOwners: false)
        units = FakeUnits(files: files, clock: clock)
        commands = TimedCommands(clock)
        state = StateFolder(files: files, accounts: accounts)
        for name in ["stays", "fails", "fails-late", "mended", "refused"] {
            scratch.write("bin/\(name)", "")
        }
    }

    /// What the newest commit wants: files by their names below `/etc/v6`, and running units by
    /// what their ExecStart is.
    func push(
        files: [String: String], units: [String: String], health: String = "stable_for: 1s"
    ) {
        var text = "environment: sandbox\nhealth: {\(health)}\n"
        if !files.isEmpty { text += "files:\n" }
        for (name, bytes) in files.sorted(by: { $0.key < $1.key }) {
            checkout.write("desired/files/\(name)", bytes)
            text += "  /etc/v6/\(name): {source: files/\(name)}\n"
        }
        text += "services:\n"
        for (name, command) in units.sorted(by: { $0.key < $1.key }) {
            checkout.write(
                "systemd/\(name)",
                "[Service]\nExecStart=\(command)\n[Install]\nWantedBy=multi-user.target\n")
            text += "  \(name): {unit: systemd/\(name), enabled: true, state: running}\n"
        }
        checkout.write("desired/sandbox.yaml", text)
    }

    /// Real checks, below the scratch folder; nobody waits for this turn to die.
    private var guards: TurnGuards {
        TurnGuards(
            judges: Judges(
                commands: commands, files: files, accounts: accounts, clock: clock),
            services: ControlSocket(files: files), deadMan: NoDeadMan(), gauges: gauges,
            deadline: .seconds(60))
    }

    func turn(_ work: TurnWork = .converge) -> TurnEnd {
        Turn(parts(), deletionsMax: 10) { _ in }.run(work)
    }

    /// A turn with an operator's hooks, and what it warned of.
    func turnWithHooks(deadline: Duration = .seconds(30)) -> (TurnEnd, [String]) {
        let hooks = HookFolder(
            files: files, accounts: accounts, commands: commands, clock: clock,
            deadline: deadline)
        var warnings: [String] = []
        let end = Turn(parts(hooks), deletionsMax: 10) { event in
            if case .warning(let text) = event { warnings.append(text) }
        }.run()
        return (end, warnings)
    }

    private func parts(_ hooks: HookFolder? = nil) -> TurnParts {
        let releases = Releases(files: files, accounts: accounts)
        let targets = Targets(
            settings: HostSettings(environment: "sandbox"), origin: .folder(checkout.path),
            store: CheckoutStore(in: state),
            follower: NoRepository.follower(in: state, clock: clock),
            releases: ReleaseFinder(releases: releases, program: "/no/such/program"))
        return TurnParts(
            state: state, targets: targets,
            observer: Observer(
                files: files, accounts: accounts, services: units, releases: releases),
            executor: Executor(
                files: files, accounts: accounts, services: units, releases: releases,
                originals: OriginalStore(in: state)),
            clock: clock, guards: guards, hooks: hooks)
    }

    /// Sets the mode of a file or folder, by its path without the leading slash.
    func setMode(_ name: String, _ mode: UInt16) throws {
        try files.setOwnership(
            of: try StateFolder.hostPath("/" + name),
            Ownership(owner: "root", group: "root", mode: FileMode(bits: mode)),
            accounts: accounts)
    }

    /// Somebody's word, now.
    func word(_ reason: String = "", for span: Duration? = nil) -> PersonsWord {
        let nowUs = clock.wallUs()
        return PersonsWord(
            reason: reason, by: "ada", atUs: nowUs,
            untilUs: span.map { nowUs + $0.components.seconds * 1_000_000 })
    }

    /// Every line of the journal.
    var journal: [Substring] {
        (scratch.read("var/lib/v6-reconcile/journal.jsonl") ?? "").split(separator: "\n")
    }

    func read(_ path: String) -> String? { scratch.read(String(path.dropFirst())) }

    /// Writes a file of the host in place, by its path without the leading slash.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        try files.replaceCache(try StateFolder.hostPath("/" + name), with: bytes)
    }

    /// What is done at boot, or by the dead man.
    func recover(startsNothing: Bool) -> TurnEnd {
        Turn(parts(), deletionsMax: 10) { _ in }.recover(startsNothing: startsNothing)
    }

    /// Makes a folder of the host, by its path without the leading slash.
    func scratchFolder(_ name: String) throws { scratch.makeFolder(name) }

    func removeScratchFolder(_ name: String) throws {
        try files.removeTree(try StateFolder.hostPath("/" + name))
    }

    func remove(_ name: String) throws {
        try files.remove(try StateFolder.hostPath("/" + name))
    }
}
