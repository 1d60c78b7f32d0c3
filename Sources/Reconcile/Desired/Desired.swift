package import Digest
package import Facts
package import UnitFile

/// What one commit wants of the host, resolved for one environment and checked.
package struct Desired: Hashable, Sendable {
    /// Which of `desired/ENVIRONMENT.yaml` it was read from: `sandbox`, `paper`, `production`.
    package var environment: String
    /// Folders that should be there; what else they hold is nobody's business here.
    package var directories: [HostPath: Ownership]
    /// Files by where they belong on the host; unit files are not among them.
    package var files: [HostPath: DesiredFile]
    /// Units by name, timers and targets too.
    package var services: [UnitName: DesiredService]
    /// How long, and by what, the result is judged before it is called healthy.
    package var health: DesiredHealth
    /// The release that units with `release: true` run; nil when no unit does.
    package var release: ReleaseKey?

    package init(
        environment: String, directories: [HostPath: Ownership] = [:],
        files: [HostPath: DesiredFile] = [:], services: [UnitName: DesiredService] = [:],
        health: DesiredHealth = DesiredHealth(), release: ReleaseKey? = nil
    ) {
        self.environment = environment
        self.directories = directories
        self.files = files
        self.services = services
        self.health = health
        self.release = release
    }

    /// Whether any unit runs a program of ours.
    package var wantsRelease: Bool { services.values.contains { $0.runsRelease } }
}

/// A file of the checkout whose bytes belong on the host.
package struct SourceFile: Hashable, Sendable {
    /// Relative to the checkout: `desired/files/README`.
    package var path: String
    package var digest: ContentDigest
    /// In bytes.
    package var size: Int

    package init(path: String, digest: ContentDigest, size: Int) {
        self.path = path
        self.digest = digest
        self.size = size
    }
}

/// A file that the host should have.
package struct DesiredFile: Hashable, Sendable {
    /// Where its bytes stand in the commit.
    package var source: SourceFile
    /// What it should have on the host, whatever it has in the commit.
    package var ownership: Ownership

    package init(source: SourceFile, ownership: Ownership) {
        self.source = source
        self.ownership = ownership
    }
}

/// A unit that the host should have.
package struct DesiredService: Hashable, Sendable {
    /// Whether the unit should be up; what no state is given for is left to its timer or socket.
    package enum State: String, Hashable, Sendable, CaseIterable { case running, stopped }

    /// When a unit may be restarted because what it loaded differs from what it should.
    package enum Restart: String, Hashable, Sendable, CaseIterable {
        case immediate, window, drained, never
    }

    /// Where its unit file stands in the commit: installed byte for byte.
    package var unit: SourceFile
    /// The unit file's settings, for ordering and checks.
    package var text: UnitText
    /// Nil: neither enabled nor disabled by us.
    package var enabled: Bool?
    package var state: State?
    package var restart: Restart
    /// Whether it runs a program of ours, through its own link `/opt/v6/STEM`.
    package var runsRelease: Bool

    package init(
        unit: SourceFile, text: UnitText, enabled: Bool? = nil, state: State? = nil,
        restart: Restart = .immediate, runsRelease: Bool = false
    ) {
        self.unit = unit
        self.text = text
        self.enabled = enabled
        self.state = state
        self.restart = restart
        self.runsRelease = runsRelease
    }
}

/// When a turn may say that its result is healthy.
package struct DesiredHealth: Hashable, Sendable {
    /// Used where desired says nothing: design, promise 8.
    package static let stableForDefault: Duration = .seconds(60)

    /// How long every unit must stay up without a restart.
    package var stableFor: Duration

    package init(stableFor: Duration = stableForDefault) { self.stableFor = stableFor }
}

/// The name of a release folder below `/opt/v6/releases`: lower-case hexadecimal digits.
package struct ReleaseKey: Hashable, Sendable, CustomStringConvertible {
    /// 7 to 64 digits; a git tree hash, or a digest of programs built from no commit.
    package let text: String

    /// Nil unless the text is 7 to 64 lower-case hexadecimal digits.
    package init?(_ text: String) {
        guard (7...64).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }

    package var description: String { text }
}

/// Where things lie on the host: design, section 7.
package enum Layout {
    /// The path of a unit's file.
    package static func unitFile(of unit: UnitName) -> String { "/etc/systemd/system/\(unit)" }

    /// The link to the release that a unit runs.
    package static func releaseLink(of unit: UnitName) -> String { "/opt/v6/\(unit.stem)" }

    /// The folder of one release.
    package static func release(_ key: ReleaseKey) -> String { "/opt/v6/releases/\(key)" }

    /// Owner and mode of every unit file.
    package static let unitFileOwnership = Ownership(
        owner: "root", group: "root", mode: FileMode(bits: 0o644))
}
