import Machine

/// As whom git runs, and every program that is given bytes of the repository's.
package enum GitAccount: Hashable, Sendable {
    /// The account that a host's git runs as: it owns the mirror, and nothing else.
    package static let name = "v6-git"
    /// Its home: keys for ssh, passwords and settings for git, all put there by the host's owner.
    package static let home = "/etc/v6-reconcile/git"

    /// Whoever runs this program: in a sandbox, and for a plan of somebody who is not root.
    case caller
    /// An account of the host by its numbers, with no right of root's left.
    case user(id: UInt32, group: UInt32)

    /// What the program finds its own settings by.
    var home: String {
        switch self {
        case .caller: "/root"
        case .user: Self.home
        }
    }

    /// Whom a command has to become; nil to stay who we are.
    var numbers: Command.Account? {
        switch self {
        case .caller: nil
        case .user(let id, let group): Command.Account(user: id, group: group)
        }
    }
}
