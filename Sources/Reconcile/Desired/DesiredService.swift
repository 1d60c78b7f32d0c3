package import Digest
package import Facts
package import UnitFile

/// What a unit's program reads at its start: `/etc/v6/STEM/config.json`, made from desired state.
package struct RenderedConfiguration: Hashable, Sendable {
    /// A JSON document that ends in a newline; equal wishes have equal bytes.
    package var bytes: [UInt8]
    /// Over the bytes.
    package var digest: ContentDigest
    /// Over what is left of it without the envelope.
    package var core: ContentDigest
    /// Of the file, and of its folder.
    package var file: Ownership
    package var folder: Ownership

    package init(
        bytes: [UInt8], digest: ContentDigest, core: ContentDigest? = nil, file: Ownership,
        folder: Ownership
    ) {
        self.bytes = bytes
        self.digest = digest
        self.core = core ?? digest
        self.file = file
        self.folder = folder
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

    /// Where its unit file stands in the commit: installed byte for byte; nil for a unit of others,
    /// of which only drop-ins, enablement, mask or state are wanted.
    package var unit: SourceFile?
    /// The unit file's settings, for ordering and checks; empty where there is no unit file.
    package var text: UnitText
    /// Drop-ins by file name, `10-limits.conf`: installed in `/etc/systemd/system/UNIT.d`.
    package var dropIns: [String: SourceFile]
    /// What those drop-ins say, by the same names.
    package var dropInTexts: [String: UnitText]
    /// Whether it is to be masked, so that nothing can start it; such a unit has no unit file.
    package var isMasked: Bool
    /// Nil: neither enabled nor disabled by us.
    package var enabled: Bool?
    package var state: State?
    package var restart: Restart
    /// Whether it runs a program of ours, through its own link `/opt/v6/STEM`.
    package var runsRelease: Bool
    /// What it reads at its start; nil when it reads no part of desired state.
    package var configuration: RenderedConfiguration?

    package init(
        unit: SourceFile?, text: UnitText, dropIns: [String: SourceFile] = [:],
        dropInTexts: [String: UnitText] = [:], isMasked: Bool = false, enabled: Bool? = nil,
        state: State? = nil,
        restart: Restart = .immediate, runsRelease: Bool = false,
        configuration: RenderedConfiguration? = nil
    ) {
        self.unit = unit
        self.text = text
        self.dropIns = dropIns
        self.dropInTexts = dropInTexts
        self.isMasked = isMasked
        self.enabled = enabled
        self.state = state
        self.restart = restart
        self.runsRelease = runsRelease
        self.configuration = configuration
    }
}
