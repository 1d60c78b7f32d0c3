package import Facts

/// Where things lie on the host: design, section 7.
package enum Layout {
    /// The folder of unit files, and of the folders and links beside them.
    package static let unitFolder = "/etc/systemd/system"

    /// How units of ours are called; desired state may name any others too.
    package static let ownPrefix = "v6-"

    /// The unit that a turn by its timer runs in.
    package static let ownUnit = "v6-reconcile.service"

    /// What the unit file of a masked unit is a link to.
    package static let mask = "/dev/null"

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

    /// The rendered configuration itself.
    package static func configurationFile(of unit: UnitName) -> String {
        "\(configurationFolder(of: unit))/config.json"
    }

    /// The link to the release whose reconciler runs turns from now on.
    package static let reconcilerLink = "/opt/v6/v6-reconcile"

    /// The folder of all releases.
    package static let releases = "/opt/v6/releases"

    /// The link to the release of the healthy commit, which recovery runs from.
    package static let healthyLink = "/opt/v6/healthy"

    /// Names beside the links of units that are no unit's.
    package static let keptStems: Set<String> = ["healthy", "releases"]

    /// The folder of one release.
    package static func release(_ key: ReleaseKey) -> String { "\(releases)/\(key)" }

    /// Owner and mode of a folder that is made because something in it is wanted.
    package static let folderInPassing = Ownership(
        owner: "root", group: "root", mode: FileMode(bits: 0o755))

    /// Owner and mode of every unit file.
    package static let unitFileOwnership = Ownership(
        owner: "root", group: "root", mode: FileMode(bits: 0o644))
}
