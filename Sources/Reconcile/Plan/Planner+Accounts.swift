import Facts

extension Planner {
    /// Groups and users, before everything that names them.
    mutating func planAccounts() {
        guard let seen = observed.accounts else { return noteAccountsLeftOut() }
        for (name, group) in desired.groups.sorted(by: { $0.key < $1.key }) {
            let address = Address.group(name)
            switch seen.groups[name] ?? .unreadable(reason: "it was not looked at") {
            case .present: break
            case .unreadable(let reason): plan.obstacles.append(Obstacle("\(address)", reason))
            case .absent:
                append(
                    address, .add, [], [.account(.makeGroup(name, isSystem: group.isSystem))])
            }
        }
        for name in userOrder() {
            if let user = desired.users[name] { planUser(name, user, seen) }
        }
    }

    /// By name, but a user whose own group another is in comes before that one.
    private func userOrder() -> [String] {
        var waiting = desired.users.keys.sorted()
        var order: [String] = []
        while !waiting.isEmpty {
            let next =
                waiting.firstIndex { name in
                    let groups = desired.users[name]?.groups ?? []
                    return !groups.contains { $0 != name && waiting.contains($0) }
                } ?? waiting.startIndex
            order.append(waiting.remove(at: next))
        }
        return order
    }

    /// Where owners are not honoured, accounts would belong to nobody.
    private mutating func noteAccountsLeftOut() {
        let addresses =
            desired.groups.keys.map { Address.group($0) } + desired.users.keys.map { .user($0) }
        guard let first = addresses.sorted().first else { return }
        let more = addresses.count - 1
        let others = more == 0 ? "" : ", nor \(more) account\(more == 1 ? "" : "s") more"
        plan.notes.append(Note(first, "it is not made\(others): owners are not honoured here"))
    }

    private mutating func planUser(_ name: String, _ user: DesiredUser, _ seen: AccountsSeen) {
        let address = Address.user(name)
        switch seen.users[name] ?? .unreadable(reason: "it was not looked at") {
        case .unreadable(let reason): plan.obstacles.append(Obstacle("\(address)", reason))
        case .absent:
            let hasGroup = seen.groups[name]?.value != nil || desired.groups[name] != nil
            let make = AccountChange.makeUser(
                name, isSystem: user.isSystem, home: user.homeText, shell: user.shell,
                groups: user.groups.filter { $0 != name }, ownGroup: !hasGroup)
            append(address, .add, [], [.account(make)])
        case .present(let status):
            let gave = live.originals.accounts.gave[name] ?? []
            let wanted = Set(user.groups).subtracting([status.group])
            let (details, change) = changes(
                name, status, home: user.homeText, shell: user.shell, wanted: wanted,
                dropped: gave.subtracting(wanted))
            if let change { append(address, .change, details, [.account(change)]) }
        }
    }

    /// What differs between an account and how it should be, and the one change that mends it.
    private func changes(
        _ name: String, _ status: UserStatus, home: String, shell: String, wanted: Set<String>,
        dropped: Set<String>
    ) -> (details: [String], change: AccountChange?) {
        var details: [String] = []
        if status.home != home { details.append("home \(status.home) -> \(home)") }
        if status.shell != shell { details.append("shell \(status.shell) -> \(shell)") }
        let current = Set(status.groups)
        let groups = current.union(wanted).subtracting(dropped)
        details += groups.subtracting(current).sorted().map { "into group \($0)" }
        details += current.subtracting(groups).sorted().map { "out of group \($0)" }
        if details.isEmpty { return ([], nil) }
        let change = AccountChange.changeUser(
            name, home: status.home == home ? nil : home,
            shell: status.shell == shell ? nil : shell,
            groups: groups == current ? nil : groups.sorted())
        return (details, change)
    }

    /// Accounts that turns made and nobody wants any more, users first; those of others are given
    /// back as they were. `stopped`: units that this plan takes away.
    mutating func accountRemovals(_ gone: [Address], stopped: Set<UnitName>) -> [Change] {
        guard let seen = observed.accounts else { return [] }
        var removed: [Change] = []
        for case .user(let name) in gone {
            if let change = userRemoval(name, seen, stopped) { removed.append(change) }
        }
        let users = Set(removed.map(\.address))
        for case .group(let name) in gone {
            if let change = groupRemoval(name, seen, users) { removed.append(change) }
        }
        return removed
    }

    private mutating func userRemoval(
        _ name: String, _ seen: AccountsSeen, _ stopped: Set<UnitName>
    ) -> Change? {
        let address = Address.user(name)
        switch seen.users[name] ?? .unreadable(reason: "it was not looked at") {
        case .absent: return nil
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(address)", reason))
            return nil
        case .present(let status):
            if let before = live.originals.accounts.users[name] {
                let (details, change) = changes(
                    name, status, home: before.home, shell: before.shell, wanted: [],
                    dropped: live.originals.accounts.gave[name] ?? [])
                return change.map {
                    Change(
                        address, .remove, .intended, details: ["as it was before"] + details,
                        steps: [.account($0)])
                }
            }
            let runs = status.runs.filter { run in
                UnitName(run).map { !stopped.contains($0) } ?? true
            }
            guard runs.isEmpty else {
                hold(address, "\(runs.joined(separator: ", ")) runs as it")
                return nil
            }
            return Change(address, .remove, .intended, steps: [.account(.removeUser(name))])
        }
    }

    private mutating func groupRemoval(
        _ name: String, _ seen: AccountsSeen, _ removed: Set<Address>
    ) -> Change? {
        let address = Address.group(name)
        if live.originals.accounts.groups.contains(name) { return nil }
        switch seen.groups[name] ?? .unreadable(reason: "it was not looked at") {
        case .absent: return nil
        case .unreadable(let reason):
            plan.obstacles.append(Obstacle("\(address)", reason))
            return nil
        case .present(let status):
            let owners = status.owners.filter { !removed.contains(.user($0)) }
            guard owners.isEmpty else {
                hold(address, "it is the own group of \(owners.joined(separator: ", "))")
                return nil
            }
            return Change(address, .remove, .intended, steps: [.account(.removeGroup(name))])
        }
    }

    private mutating func hold(_ address: Address, _ reason: String) {
        plan.held.append(Held(address, gate: "in use", reason: reason))
    }

    /// Whether the plan makes the account that something belongs to: `user v6`, `group v6`.
    func isMade(_ account: String) -> Bool {
        guard observed.accounts != nil else { return false }
        let name = String(account.drop { $0 != " " }.dropFirst())
        if account.hasPrefix("user ") { return desired.users[name] != nil }
        return desired.groups[name] != nil || desired.users[name] != nil
    }
}

extension DesiredUser {
    /// As passwd(5) takes it.
    fileprivate var homeText: String { home?.text ?? "/nonexistent" }
}
