import Facts
import Reconcile
import TestKit

extension ModelHost {
    struct User: Hashable {
        var home: String
        var shell: String
        var groups: Set<String>
    }

    /// The accounts of a host that knows useradd(8) and its like.
    struct Accounts: Hashable {
        var users: [String: User] = [:]
        var groups: Set<String> = []
        /// What the programs would have refused.
        var wrongs: [String] = []

        mutating func apply(_ change: AccountChange) {
            switch change {
            case .makeGroup(let name, _):
                if !groups.insert(name).inserted { wrongs.append("\(change): it is there") }
            case .makeUser(let name, _, let home, let shell, let given, let ownGroup):
                if users[name] != nil { wrongs.append("\(change): it is there") }
                if ownGroup == groups.contains(name) { wrongs.append("\(change): own group") }
                if !groups.isSuperset(of: given) { wrongs.append("\(change): no such group") }
                groups.insert(name)
                users[name] = User(home: home, shell: shell, groups: Set(given))
            case .changeUser(let name, let home, let shell, let all):
                if users[name] == nil { wrongs.append("\(change): no such user") }
                if !groups.isSuperset(of: all ?? []) { wrongs.append("\(change): no such group") }
                if let home { users[name]?.home = home }
                if let shell { users[name]?.shell = shell }
                if let all { users[name]?.groups = Set(all) }
            case .removeUser(let name):
                if users.removeValue(forKey: name) == nil { wrongs.append("\(change): gone") }
                groups.remove(name)
            case .removeGroup(let name):
                // userdel(8) takes the user's own group along; groupdel(8) would refuse then.
                if !groups.contains(name) { wrongs.append("\(change): gone") }
                if users[name] != nil { wrongs.append("\(change): it is a user's own") }
                remove(group: name)
            }
        }

        mutating func remove(group name: String) {
            groups.remove(name)
            for user in users.keys { users[user]?.groups.remove(name) }
        }

        func seen(_ desired: Desired, _ inventory: Set<Address>) -> AccountsSeen {
            var seen = AccountsSeen()
            for name in desired.users.keys { look(atUser: name, &seen) }
            for name in desired.groups.keys { look(atGroup: name, &seen) }
            for address in inventory {
                switch address {
                case .user(let name): look(atUser: name, &seen)
                case .group(let name): look(atGroup: name, &seen)
                default: break
                }
            }
            return seen
        }

        private func look(atUser name: String, _ seen: inout AccountsSeen) {
            look(atGroup: name, &seen)
            guard let user = users[name] else {
                seen.users[name] = .absent
                return
            }
            seen.users[name] = .present(
                UserStatus(
                    home: user.home, shell: user.shell, group: name, groups: user.groups.sorted()))
        }

        private func look(atGroup name: String, _ seen: inout AccountsSeen) {
            let owners = users.keys.filter { $0 == name }
            seen.groups[name] =
                groups.contains(name) ? .present(GroupStatus(owners: Array(owners))) : .absent
        }

        /// Somebody's hand on the accounts.
        mutating func damage(_ dice: inout Dice) {
            for name in users.keys.sorted() where dice.below(3) == 0 {
                switch dice.below(4) {
                case 0:
                    users[name] = nil
                    groups.remove(name)
                case 1: users[name]?.shell = "/bin/bash"
                case 2: users[name]?.groups = []
                default:
                    groups.insert("theirs")
                    users[name]?.groups.insert("theirs")
                }
            }
        }

        /// Where the accounts are not as desired.
        func differences(_ desired: Desired) -> [String] {
            var found: [String] = wrongs
            found += desired.groups.keys.filter { !groups.contains($0) }
            for (name, wanted) in desired.users {
                let user = users[name]
                if user?.home != wanted.home?.text ?? "/nonexistent" {
                    found.append("\(name) home")
                }
                if user?.shell != wanted.shell { found.append("\(name) shell") }
                if user?.groups.subtracting(["theirs"]) != Set(wanted.groups) {
                    found.append("\(name) groups")
                }
            }
            for name in users.keys where desired.users[name] == nil {
                found.append("user \(name) is left over")
            }
            for name in groups where desired.groups[name] == nil && desired.users[name] == nil {
                if name != "theirs" { found.append("group \(name) is left over") }
            }
            return found
        }
    }
}

extension Scene {
    /// Users of some groups, as chance will have it.
    static func addAccounts(to desired: inout Desired, _ dice: inout Dice) {
        for index in 0..<3 where dice.below(2) == 0 {
            var user = DesiredUser(
                home: dice.below(2) == 0 ? hostPath("/var/lib/w\(index)") : nil,
                shell: dice.below(3) == 0 ? "/bin/sh" : DesiredUser.shellDefault)
            for group in 0..<2 where dice.below(2) == 0 {
                user.groups.append("g\(group)")
                desired.groups["g\(group)"] = DesiredGroup()
            }
            desired.users["w\(index)"] = user
        }
        if dice.below(3) == 0 { desired.groups["g2"] = DesiredGroup() }
    }
}
