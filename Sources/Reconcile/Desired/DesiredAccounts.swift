package import Facts

/// An account that the host should have, with a group of the same name.
package struct DesiredUser: Hashable, Sendable {
    /// A program that ends at once: nobody logs in as such a user.
    package static let shellDefault = "/usr/sbin/nologin"

    /// Whether its number comes from the range for services: useradd(8), `--system`.
    package var isSystem: Bool
    /// Its home folder, which is made by `directories`, not with the account; nil: `/nonexistent`.
    package var home: HostPath?
    /// Absolute path of the program it would log in to.
    package var shell: String
    /// Groups that it is in besides its own, sorted.
    package var groups: [String]

    package init(
        isSystem: Bool = true, home: HostPath? = nil, shell: String = shellDefault,
        groups: [String] = []
    ) {
        self.isSystem = isSystem
        self.home = home
        self.shell = shell
        self.groups = groups
    }
}

/// A group that the host should have.
package struct DesiredGroup: Hashable, Sendable {
    /// Whether its number comes from the range for services: groupadd(8), `--system`.
    package var isSystem: Bool

    package init(isSystem: Bool = true) { self.isSystem = isSystem }
}
