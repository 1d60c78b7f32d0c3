package import Machine

/// As whom git runs, and every program that is given bytes of the repository's.
package enum GitAccount: Hashable, Sendable {
    /// The account that a host's git runs as: it owns the mirror, and nothing else.
    package static let name = "v6-git"
    /// Its home: keys for ssh, passwords and settings for git, all put there by the host's owner.
    package static let home = "/etc/v6-reconcile/git"
    private static let setpriv = "/usr/bin/setpriv"
    private static let prlimit = "/usr/bin/prlimit"

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

    /// The command that runs another as this account.
    ///
    /// `fileBytesMax`: no file that it writes may be longer; nil for no limit.
    package func command(_ command: Command, fileBytesMax: Int? = nil) -> Command {
        var words = [command.program] + command.arguments
        switch self {
        case .caller: break
        case .user(let id, let group):
            // The signal by which it dies with the turn is lost with the change of account, but
            // for `--pdeathsig keep`.
            words =
                [
                    Self.setpriv, "--reuid=\(id)", "--regid=\(group)", "--clear-groups",
                    "--no-new-privs", "--inh-caps=-all", "--pdeathsig", "keep", "--",
                ] + words
        }
        if let fileBytesMax {
            words = [Self.prlimit, "--fsize=\(fileBytesMax)", "--core=0", "--"] + words
        }
        var wrapped = command
        wrapped.program = words[0]
        wrapped.arguments = Array(words.dropFirst())
        return wrapped
    }
}
