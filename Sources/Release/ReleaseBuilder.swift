package import Facts
package import Machine

/// One build of a commit, fully described.
package struct BuildOrder: Hashable, Sendable {
    /// A tar archive with `Package.swift`, `Sources` and `Tests` of the commit.
    package var sources: [UInt8]
    /// Programs that it is to make.
    package var programs: [String]

    package init(sources: [UInt8], programs: [String]) {
        self.sources = sources
        self.programs = programs
    }
}

/// What a host allows a build.
package struct BuildLimits: Hashable, Sendable {
    /// A build that takes longer is ended: a turn has 30 minutes for all.
    package var deadline: Duration
    /// In bytes; more is not given to it.
    package var memoryMax: Int
    /// Absolute path of the swift program; nil looks in `BuildScript.usualPlaces`.
    package var swift: String?

    package init(deadline: Duration, memoryMax: Int, swift: String? = nil) {
        self.deadline = deadline
        self.memoryMax = memoryMax
        self.swift = swift
    }
}

/// Builds a commit's programs, somewhere where they can do no harm.
package protocol ReleaseBuilder: Sendable {
    /// `told`: lines of progress, now and then.
    ///
    /// - Returns: a compressed archive with `bin/PROGRAM`, made by what was built: to be judged.
    /// - Throws: `MachineError` with what the compiler said, or what is missing.
    func build(
        _ order: BuildOrder, told: (String) -> Void
    ) throws(MachineError) -> [UInt8]
}

/// The real kind: a transient service of its own, outside of the session that asks: no account's
/// rights, no network, nothing to write but a private folder that goes with it.
package struct ConfinedBuild: ReleaseBuilder {
    /// The account that builds run as.
    package static let user = "v6-build"
    /// One at a time: a second one under this name is refused by systemd.
    package static let unit = "v6-build.service"
    /// The unit's own private part of the disk.
    private static let work = "/var/tmp/v6-build"

    private let commands: any CommandRunner
    private let accounts: Accounts
    private let limits: BuildLimits

    package init(commands: any CommandRunner, accounts: Accounts, limits: BuildLimits) {
        self.commands = commands
        self.accounts = accounts
        self.limits = limits
    }

    package func build(
        _ order: BuildOrder, told: (String) -> Void
    ) throws(MachineError) -> [UInt8] {
        let swift = try BuildScript.swift(limits)
        try makeUser()
        // One that a killed turn left behind.
        _ = try commands.run(
            Command("/usr/bin/systemctl", ["stop", Self.unit], environment: Self.environment))
        let words =
            ["--wait", "--pipe", "--collect", "--unit=\(Self.unit)", "--service-type=exec"]
            + properties.map { "--property=\($0)" }
            + ["--"] + BuildScript.words(swift, Self.work, order.programs)
        return try BuildScript.run(
            Command(
                "/usr/bin/systemd-run", words, environment: Self.environment,
                input: order.sources, deadline: limits.deadline + .seconds(30),
                outputBytesMax: BuildScript.outputBytesMax), in: Self.work, commands, limits, told)
    }

    private static let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]

    private func makeUser() throws(MachineError) {
        switch accounts.status(ofUser: Self.user, withRuns: false) {
        case .present: break
        case .absent:
            try accounts.perform(
                .makeUser(
                    Self.user, isSystem: true, home: "/nonexistent", shell: "/usr/sbin/nologin",
                    groups: [], ownGroup: true))
        case .unreadable(let reason):
            throw MachineError("build as", Self.user, .found(reason))
        }
    }

    /// systemd.exec(5), systemd.resource-control(5): what is left to it is to compile.
    private var properties: [String] {
        let seconds = limits.deadline.components.seconds
        return [
            "Description=V6 build of a release", "User=\(Self.user)", "RuntimeMaxSec=\(seconds)",
            "TimeoutStopSec=5", "MemoryMax=\(limits.memoryMax)", "CPUWeight=10", "IOWeight=10",
            "TasksMax=512", "Nice=15", "OOMScoreAdjust=900", "UMask=0022",
            "PrivateNetwork=yes", "PrivateTmp=yes", "PrivateDevices=yes", "PrivateIPC=yes",
            "ProtectSystem=strict", "ProtectHome=yes", "ProtectProc=invisible",
            "ProtectKernelTunables=yes", "ProtectKernelModules=yes", "ProtectKernelLogs=yes",
            "ProtectControlGroups=yes", "ProtectClock=yes", "ProtectHostname=yes",
            "NoNewPrivileges=yes", "CapabilityBoundingSet=", "RestrictSUIDSGID=yes",
            "RestrictNamespaces=yes", "RestrictRealtime=yes", "LockPersonality=yes",
            "InaccessiblePaths=-/etc/v6", "InaccessiblePaths=-/etc/v6-reconcile",
            "InaccessiblePaths=-/var/lib/v6", "InaccessiblePaths=-/var/lib/v6-reconcile",
            "InaccessiblePaths=-/run/v6",
        ]
    }
}

/// The kind for a sandbox: as the caller, in a folder below its root.
package struct PlainBuild: ReleaseBuilder {
    private let commands: any CommandRunner
    private let files: HostFiles
    private let folder: HostPath
    private let limits: BuildLimits

    /// `folder`: made for the build, and removed with all that is in it.
    package init(
        commands: any CommandRunner, files: HostFiles, folder: HostPath, limits: BuildLimits
    ) {
        self.commands = commands
        self.files = files
        self.folder = folder
        self.limits = limits
    }

    package func build(
        _ order: BuildOrder, told: (String) -> Void
    ) throws(MachineError) -> [UInt8] {
        let swift = try BuildScript.swift(limits)
        try files.removeTree(folder)
        let work = files.outside(folder)
        let words = BuildScript.words(swift, work, order.programs)
        let archive = try BuildScript.run(
            Command(
                words[0], Array(words.dropFirst()),
                environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"], input: order.sources,
                deadline: limits.deadline, outputBytesMax: BuildScript.outputBytesMax),
            in: work, commands, limits, told)
        try files.removeTree(folder)
        return archive
    }
}
