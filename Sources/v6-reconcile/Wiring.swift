import Apply
import CommandLine
import Facts
import Git
import Glibc
import Machine
import Reconcile
import Release
import Services
import YAML

/// The parts of a turn, put together for one command line.
struct Wiring {
    let files: HostFiles
    let accounts = Accounts()
    let clock = RealClock()
    let commands = SpawnedCommands()
    let isSandbox: Bool
    /// Nil where the host has no host.yaml and the command line names no environment.
    let settings: HostSettings
    let origin: Targets.Origin
    /// Absolute path of this program, through no link.
    let program: String
    /// Whether a person waits, rather than a timer.
    let isPersons: Bool
    let overrideReason: String?
    /// `--refresh`.
    let asksAnew: Bool

    init(_ command: ParsedCommand, from caller: Caller) throws(CommandError) {
        let root = try Self.root(command, caller.root)
        isPersons = caller.isPerson || command.has("refresh")
        overrideReason = command.value("override-gate").flatMap { _ in command.value("reason") }
        asksAnew = command.has("refresh")
        isSandbox = root != "/"
        let honoursOwners = !isSandbox
        files = try attempt { () throws(MachineError) in
            try HostFiles(root: root, honoursOwners: honoursOwners)
        }
        guard let program = realPath("/proc/self/exe") else {
            throw CommandError("error: cannot find this program's own path in /proc")
        }
        self.program = program
        var settings = try Self.settings(command, files, isSandbox: isSandbox)
        settings.variables = try Self.source(HostVariables.path, files)
        self.settings = settings
        if let folder = command.value("desired") {
            guard let path = realPath(folder) else {
                throw CommandError("error: --desired \(folder): there is no such folder")
            }
            origin = .folder(path)
        } else {
            origin = .repositories
        }
    }

    /// The folder that stands for `/`, through no link. A turn makes it; whoever only looks does
    /// not.
    private static func root(
        _ command: ParsedCommand, _ inheritedRoot: String?
    ) throws(CommandError) -> String {
        guard let named = command.value("root") ?? inheritedRoot else { return "/" }
        if command.verb == nil, !command.has("plan"), !command.has("down") {
            mkdir(named, 0o755)
        }
        guard let root = realPath(named) else {
            throw CommandError("error: --root \(named): \(String(cString: strerror(errno)))")
        }
        return root
    }

    /// The state folder below this root.
    var state: StateFolder { StateFolder(files: files, accounts: accounts) }

    var releases: Releases { Releases(files: files, accounts: accounts) }

    /// Systemd, or in a sandbox the embedded supervisor.
    var services: any ServiceManager {
        isSandbox
            ? Supervisor(
                files: files, program: program, programRoots: settings.programRoots)
            : Systemd(commands: commands, clock: clock) as any ServiceManager
    }

    var observer: Observer {
        Observer(files: files, accounts: accounts, services: services, releases: releases)
    }

    var executor: Executor {
        Executor(
            files: files, accounts: accounts, services: services, releases: releases,
            originals: OriginalStore(in: state))
    }

    /// `deadline`: after which this process is killed.
    func guards(deadline: Duration) -> TurnGuards {
        TurnGuards(
            judges: Judges(
                commands: commands, files: files, accounts: accounts, clock: clock),
            services: ControlSocket(files: files),
            deadMan: isSandbox
                ? NoDeadMan() : SystemdDeadMan(commands: commands, files: files) as any DeadMan,
            gauges: RealGauges(), deadline: deadline)
    }

    /// What fetches and builds releases, into the same state folder.
    func maker(
        _ state: StateFolder, _ stateFiles: HostFiles
    ) throws(CommandError) -> ReleaseMaker {
        let build = settings.build
        let limits = BuildLimits(
            deadline: build.deadline, memoryMax: build.memoryMax,
            swiftPlaces: build.swiftPlaces)
        let folder = try attempt { () throws(MachineError) in try state.path("build") }
        let builder: any ReleaseBuilder =
            isSandbox
            ? PlainBuild(commands: commands, files: stateFiles, folder: folder, limits: limits)
            : ConfinedBuild(commands: commands, accounts: accounts, limits: limits)
        return ReleaseMaker(
            in: state,
            ready: ReadyReleases(
                in: state, unpacking: Unpacking(commands: commands, files: stateFiles)),
            artifacts: ArtifactReader(commands: commands), builder: builder, clock: clock)
    }

    private static func settings(
        _ command: ParsedCommand, _ files: HostFiles, isSandbox: Bool
    ) throws(CommandError) -> HostSettings {
        let named = command.value("environment")
        let fallback = named ?? (isSandbox ? "sandbox" : nil)
        if var settings = try settings(files, environmentDefault: fallback) {
            if let named { settings.environment = named }
            return settings
        }
        guard let fallback else {
            throw CommandError(
                """
                error: \(HostSettings.path) does not exist, so this host has no environment
                  Write it, with at least: environment, repository, branch.
                  To try things out: --root DIR. To check or plan only: --environment NAME.
                """)
        }
        return HostSettings(environment: fallback)
    }

    /// What host.yaml says; nil when there is none.
    static func settings(
        _ files: HostFiles, environmentDefault: String?
    ) throws(CommandError) -> HostSettings? {
        guard let source = try source(HostSettings.path, files) else { return nil }
        do throws(YAMLFaults) {
            return try HostSettings.read(source, environmentDefault: environmentDefault)
        } catch {
            throw CommandError(describe(error, in: [source], HostSettings.path))
        }
    }

    /// One of the host's own files; nil when it does not exist.
    private static func source(
        _ path: String, _ files: HostFiles
    ) throws(CommandError) -> YAMLSource? {
        do throws(MachineError) {
            let bytes = try files.read(try StateFolder.hostPath(path))
            return YAMLSource(name: path, bytes: bytes)
        } catch {
            if error.isAbsence { return nil }
            throw CommandError("error: \(error)")
        }
    }
}
