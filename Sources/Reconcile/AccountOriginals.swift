package import Facts

/// How accounts stood before turns took them over, and what turns gave them.
package struct AccountOriginals: Hashable, Sendable {
    /// An account that others had made.
    package struct User: Hashable, Sendable {
        /// As passwd(5) had them.
        package var home: String
        /// What it logged in to.
        package var shell: String

        package init(home: String, shell: String) {
            self.home = home
            self.shell = shell
        }
    }

    /// Accounts that others had made.
    package var users: [String: User]
    /// Groups that others had made.
    package var groups: Set<String>
    /// The groups that turns put an account in: only they are taken from it again.
    package var gave: [String: Set<String>]

    package init(
        users: [String: User] = [:], groups: Set<String> = [], gave: [String: Set<String>] = [:]
    ) {
        self.users = users
        self.groups = groups
        self.gave = gave
    }

    /// Notes what a plan takes over and gives, before its first step.
    ///
    /// `inventory`: what turns made so far.
    package mutating func note(
        _ plan: Plan, _ desired: Desired, _ seen: AccountsSeen, inventory: Set<Address>
    ) {
        for name in desired.users.keys where !inventory.contains(.user(name)) {
            if let user = seen.users[name]?.value, users[name] == nil {
                users[name] = User(home: user.home, shell: user.shell)
            }
        }
        for name in desired.groups.keys where !inventory.contains(.group(name)) {
            if seen.groups[name]?.value != nil { groups.insert(name) }
        }
        for step in plan.steps {
            switch step {
            case .account(.makeUser(let name, _, _, _, let given, _)):
                gave[name, default: []].formUnion(given)
            case .account(.changeUser(let name, _, _, let all?)):
                let before = seen.users[name]?.value?.groups ?? []
                gave[name, default: []].formUnion(Set(all).subtracting(before))
            default: break
            }
        }
    }

    /// Forgets accounts that desired state says nothing of, but for what is held.
    mutating func forget(notIn desired: Desired, held: [Address]) {
        users = users.filter { desired.users[$0.key] != nil || held.contains(.user($0.key)) }
        groups = groups.filter { desired.groups[$0] != nil || held.contains(.group($0)) }
        gave = gave.filter { desired.users[$0.key] != nil || held.contains(.user($0.key)) }
    }
}
