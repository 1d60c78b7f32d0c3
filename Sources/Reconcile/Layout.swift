package import Facts

/// Where things lie on the host: design, section 7.
package enum Layout {
    /// The path of a unit's file.
    package static func unitFile(of unit: UnitName) -> String { "/etc/systemd/system/\(unit)" }

    /// The link to the release that a unit runs.
    package static func releaseLink(of unit: UnitName) -> String { "/opt/v6/\(unit.stem)" }

    /// The folder of a unit's drop-ins.
    package static func dropInFolder(of unit: UnitName) -> String {
        "/etc/systemd/system/\(unit).d"
    }

    /// The folder of a unit's rendered configuration; the file in it is `config.json`.
    package static func configurationFolder(of unit: UnitName) -> String { "/etc/v6/\(unit.stem)" }

    /// The folder of one release.
    package static func release(_ key: ReleaseKey) -> String { "/opt/v6/releases/\(key)" }

    /// Owner and mode of every unit file.
    package static let unitFileOwnership = Ownership(
        owner: "root", group: "root", mode: FileMode(bits: 0o644))
}
