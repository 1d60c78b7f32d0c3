import Apply
import Facts
import Git
import Glibc
import Machine
import Reconcile

extension Wiring {
    /// `state`: where mirror and checkouts lie: the host's own folder, or a plan's scratch.
    /// `stateFiles`: the root that `state` lies below.
    /// `isTurn`: whether what is learnt on the way is kept.
    func targets(
        _ state: StateFolder, _ stateFiles: HostFiles, as account: GitAccount,
        isTurn: Bool = false
    ) throws(CommandError) -> Targets {
        let path = try attempt { () throws(MachineError) in try state.path("repo.git") }
        let mirror = GitMirror(commands: commands, files: stateFiles, path: path, account: account)
        let follower = Follower(
            settings: settings, mirror: mirror,
            verifier: SignaturePrograms(commands: commands, account: account),
            memory: FollowMemory(in: self.state, isWritten: isTurn), clock: clock, manner: manner)
        return Targets(
            settings: settings, origin: origin, store: CheckoutStore(in: state),
            follower: follower,
            releases: ReleaseFinder(
                releases: releases, program: program, maker: try maker(state, stateFiles),
                buildsUnasked: isSandbox))
    }

    private var manner: FollowManner {
        var manner = FollowManner()
        manner.isAutomatic = !isPersons
        manner.asksAnew = asksAnew
        manner.random = UInt64.random(in: .min ... .max)
        manner.overrideReason = overrideReason
        if !isSandbox, settings.clock == .kernel { manner.clockDoubt = kernelClockDoubt }
        return manner
    }

    /// As whom git runs when nothing may be made: where the host has no account for it yet, as
    /// nobody.
    var knownAccount: GitAccount {
        guard runsAsGit else { return .caller }
        return account(GitAccount.name, group: GitAccount.name)
            ?? account("nobody", group: "nogroup") ?? .user(id: 65_534, group: 65_534)
    }

    /// As whom git runs for a turn, which makes its account where it is missing.
    func madeAccount() throws(CommandError) -> GitAccount {
        guard runsAsGit, case .repositories = origin, !settings.repositories.isEmpty else {
            return knownAccount
        }
        if let account = account(GitAccount.name, group: GitAccount.name) { return account }
        try attempt { () throws(MachineError) in
            try accounts.perform(
                .makeUser(
                    GitAccount.name, isSystem: true, home: GitAccount.home,
                    shell: "/usr/sbin/nologin", groups: [],
                    ownGroup: !accounts.hasGroup(GitAccount.name)))
        }
        guard let account = account(GitAccount.name, group: GitAccount.name) else {
            throw CommandError(
                """
                error: git has no account to run as: \(GitAccount.name), with a group of that name \
                and no right of root's
                  useradd --system --user-group --home-dir \(GitAccount.home) \(GitAccount.name)
                """)
        }
        return account
    }

    private var runsAsGit: Bool { !isSandbox && geteuid() == 0 }

    /// Nil where the host has no such account, or it is root under another name.
    private func account(_ name: String, group: String) -> GitAccount? {
        do throws(MachineError) {
            let id = try accounts.userId(name)
            let group = try accounts.groupId(group)
            return id == 0 || group == 0 ? nil : .user(id: id, group: group)
        } catch {
            return nil
        }
    }
}

/// Why the kernel's clock may be wrong; nil when it is kept.
private func kernelClockDoubt() -> String? {
    do throws(MachineError) {
        let clock = try RealGauges().clockUse()
        // In a container it is the outer machine's to keep.
        if clock.container != nil { return nil }
        return clock.isSynchronised ? nil : "the kernel says that nobody keeps it"
    } catch {
        return error.description
    }
}
