/// A program of others that V6 runs, what for, and whether this host needs it.
package struct ProgramNeed: Hashable, Sendable {
    /// Absolute path: nothing is looked up in anybody's PATH.
    package var path: String
    /// Where it may lie instead.
    package var otherPlaces: [String] = []
    /// What is run to learn its version; empty for a program that does not tell.
    package var versionArguments: [String]
    /// As a clause: `to follow the repository`.
    package var purpose: String
    /// Whether the host's settings or its desired state call for it.
    package var isNeeded: Bool

    /// The last part of the path.
    package var name: String { String(path.split(separator: "/").last ?? "") }

    /// All programs that V6 may run, those that this host needs marked.
    ///
    /// `desired`: nil where it could not be read; then only what every host needs is marked.
    /// `followsGit`: whether a repository is followed, rather than a folder.
    package static func all(
        desired: Desired?, settings: HostSettings, followsGit: Bool, isSandbox: Bool
    ) -> [ProgramNeed] {
        let isHost = !isSandbox
        let hasUsers = isHost && desired?.users.isEmpty == false
        let hasGroups = isHost && desired?.groups.isEmpty == false
        let origin = desired?.programs.origin ?? .atHand
        var swift = settings.build.swiftPlaces
        func need(
            _ path: String, _ purpose: String, _ isNeeded: Bool,
            _ arguments: [String] = ["--version"]
        ) -> ProgramNeed {
            ProgramNeed(
                path: path, versionArguments: arguments, purpose: purpose, isNeeded: isNeeded)
        }
        return [
            need("/usr/bin/git", "follow the repository, read commits", followsGit),
            need("/usr/bin/ssh", "reach a repository over ssh", settings.followsBySSH, ["-V"]),
            need("/usr/bin/systemctl", "look at units, start and stop them", isHost),
            need("/usr/bin/systemd-analyze", "check unit files before they are written", isHost),
            need("/usr/sbin/useradd", "make accounts", hasUsers || (followsGit && isHost), []),
            need("/usr/sbin/usermod", "change accounts", hasUsers, []),
            need("/usr/sbin/groupadd", "make groups", hasUsers || hasGroups, []),
            need("/usr/bin/journalctl", "read what a unit that failed said", false),
            need(
                "/usr/bin/ssh-keygen", "verify signatures of commits",
                settings.signaturesRequired, []),
            need(
                "/usr/bin/gpg", "verify signatures made by gpg",
                settings.signaturesRequired && settings.signatures.openPGP != nil),
            need("/usr/bin/curl", "fetch an artifact, tell a webhook", origin.isFetched),
            need("/usr/sbin/sendmail", "send mail", false, []),
            need("/usr/bin/tar", "unpack a release, back up", origin != .atHand),
            need("/usr/bin/gzip", "unpack a release, back up", origin != .atHand),
            need(
                "/usr/bin/systemd-run", "build a release, confined", isHost && origin == .host),
            ProgramNeed(
                path: swift.removeFirst(), otherPlaces: swift, versionArguments: [],
                purpose: "build a release on this host", isNeeded: origin == .host),
            need("/usr/bin/rsync", "back up to another host", false),
            need("/usr/bin/rclone", "back up to an object store", false, ["version"]),
        ]
    }
}

extension DesiredRelease.Origin {
    /// Whether it is fetched from an address.
    fileprivate var isFetched: Bool {
        if case .artifact(let place, _) = self { place.contains("://") } else { false }
    }
}

extension HostSettings {
    /// Whether one of the repositories is reached over ssh: `ssh://…` or `user@host:path`.
    var followsBySSH: Bool {
        repositories.contains {
            if $0.hasPrefix("ssh://") || $0.hasPrefix("git+ssh://") { return true }
            guard let colon = $0.firstIndex(of: ":") else { return false }
            return !$0[..<colon].contains("/") && !$0[colon...].hasPrefix("://")
        }
    }
}
