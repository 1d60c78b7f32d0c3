/// A release that lies on the host.
package struct InstalledRelease: Hashable, Sendable {
    /// The name of its folder.
    package var key: String
    /// When it was laid out, in microseconds since 1970.
    package var installedUs: Int64

    package init(key: String, installedUs: Int64) {
        self.key = key
        self.installedUs = installedUs
    }
}

/// So many of the newest releases stay, whoever uses them: a revert builds nothing.
package let releasesKept = 3

/// Releases that nobody needs any more.
///
/// `used`: those that a record, a link or a process names; they stay however old they are.
package func releasesToLetGo(_ all: [InstalledRelease], used: Set<String>) -> [String] {
    let newestFirst = all.sorted { ($1.installedUs, $1.key) < ($0.installedUs, $0.key) }
    return newestFirst.dropFirst(releasesKept).map(\.key).filter { !used.contains($0) }.sorted()
}
