/// An account as the host has it.
package struct UserStatus: Hashable, Sendable {
    /// As passwd(5) has it, also when there is no such folder.
    package var home: String
    package var shell: String
    /// Its own group, and the others that it is in, sorted, by name.
    package var group: String
    package var groups: [String]
    /// What runs as it: units by name, and processes that belong to none. Only asked for where an
    /// account is to go.
    package var runs: [String]

    package init(
        home: String, shell: String, group: String, groups: [String] = [], runs: [String] = []
    ) {
        self.home = home
        self.shell = shell
        self.group = group
        self.groups = groups
        self.runs = runs
    }
}

/// A group as the host has it.
package struct GroupStatus: Hashable, Sendable {
    /// Accounts whose own group it is, sorted. Only asked for where a group is to go.
    package var owners: [String]

    package init(owners: [String] = []) { self.owners = owners }
}

/// The accounts that one observation names.
package struct AccountsSeen: Hashable, Sendable {
    /// By name; what is not in it was not asked for.
    package var users: [String: Reading<UserStatus>]
    package var groups: [String: Reading<GroupStatus>]

    package init(
        users: [String: Reading<UserStatus>] = [:], groups: [String: Reading<GroupStatus>] = [:]
    ) {
        self.users = users
        self.groups = groups
    }
}

/// One change of one account, fully described.
package enum AccountChange: Hashable, Sendable {
    /// A group of this name, which is not there.
    case makeGroup(String, isSystem: Bool)
    /// `ownGroup`: whether a group of its name is made along; else the one that is there is taken.
    case makeUser(
        String, isSystem: Bool, home: String, shell: String, groups: [String], ownGroup: Bool)
    /// `groups`: all that it is in from then on besides its own; nil leaves what is not named.
    case changeUser(String, home: String?, shell: String?, groups: [String]?)
    /// Its home and files stay.
    case removeUser(String)
    /// A group that is nobody's own.
    case removeGroup(String)
}

extension AccountChange: CustomStringConvertible {
    /// In a few words.
    package var description: String {
        switch self {
        case .makeGroup(let name, _): "make group \(name)"
        case .makeUser(let name, _, _, _, _, _): "make user \(name)"
        case .changeUser(let name, let home, let shell, let groups):
            "change user \(name): "
                + ([home.map { "home \($0)" }, shell.map { "shell \($0)" }]
                + [groups.map { "groups \($0.isEmpty ? "none" : $0.joined(separator: ","))" }])
                .compactMap(\.self).joined(separator: ", ")
        case .removeUser(let name): "remove user \(name)"
        case .removeGroup(let name): "remove group \(name)"
        }
    }
}
