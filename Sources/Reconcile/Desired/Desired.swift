package import Digest
package import Facts

/// What one commit wants of the host, resolved for one environment and checked.
package struct Desired: Hashable, Sendable {
    /// Which of `desired/ENVIRONMENT.yaml` it was read from: `sandbox`, `paper`, `production`.
    package var environment: String
    /// Folders that should be there; what else they hold is nobody's business here.
    package var directories: [HostPath: Ownership]
    /// Files by where they belong on the host; unit files are not among them, files of whole trees
    /// are.
    package var files: [HostPath: DesiredFile]
    /// By each whole tree: all folders of the host that belong to it, its own too.
    package var trees: [HostPath: Set<HostPath>] = [:]
    /// Links by where they lie, each with what should stand in it.
    package var links: [HostPath: String]
    /// Accounts by name.
    package var users: [String: DesiredUser]
    /// Groups by name: those that desired state names, and those that its users are to be in.
    package var groups: [String: DesiredGroup]
    /// Units by name, timers and targets too.
    package var services: [UnitName: DesiredService]
    /// What becomes of things that no commit knows.
    package var drift: DesiredDrift
    /// How long, and by what, the result is judged before it is called healthy.
    package var health: DesiredHealth
    /// What going back never loosens.
    package var envelope: Envelope
    /// The release that units with `release: true` run; nil when no unit does.
    package var release: ReleaseKey?
    /// Where its programs come from; of no weight once it lies on the host.
    package var programs = DesiredRelease()

    package init(
        environment: String, directories: [HostPath: Ownership] = [:],
        files: [HostPath: DesiredFile] = [:], links: [HostPath: String] = [:],
        users: [String: DesiredUser] = [:], groups: [String: DesiredGroup] = [:],
        services: [UnitName: DesiredService] = [:],
        drift: DesiredDrift = DesiredDrift(), health: DesiredHealth = DesiredHealth(),
        envelope: Envelope = Envelope(), release: ReleaseKey? = nil
    ) {
        self.environment = environment
        self.directories = directories
        self.files = files
        self.links = links
        self.users = users
        self.groups = groups
        self.services = services
        self.drift = drift
        self.health = health
        self.envelope = envelope
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
    /// Where in the checkout's contents its bytes begin.
    package var offset: Int

    package init(path: String, digest: ContentDigest, size: Int, offset: Int = 0) {
        self.path = path
        self.digest = digest
        self.size = size
        self.offset = offset
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

/// When a turn may say that its result is healthy.
package struct DesiredHealth: Hashable, Sendable {
    /// Used where desired says nothing: design, promise 8.
    package static let stableForDefault: Duration = .seconds(60)

    /// Longest window: a turn has to end before its own deadline, with a way back in it.
    package static let stableForMax: Duration = .seconds(600)

    /// How long every unit must stay up without a restart.
    package var stableFor: Duration
    /// How full the host may be afterwards.
    package var bounds: HostBounds

    package init(stableFor: Duration = stableForDefault, bounds: HostBounds = HostBounds()) {
        self.stableFor = stableFor
        self.bounds = bounds
    }

    /// Of both the longer window and the lower bounds: no commit changes its own judge (design,
    /// promise 16).
    package func stricter(of other: DesiredHealth) -> DesiredHealth {
        DesiredHealth(
            stableFor: max(stableFor, other.stableFor), bounds: bounds.stricter(of: other.bounds))
    }
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
