import CLinux
package import Facts
import Glibc
import Synchronization

/// The accounts of the host, by name and by number, each looked up once.
package final class Accounts: Sendable {
    private struct Known {
        var users: [uid_t: String] = [:]
        var groups: [gid_t: String] = [:]
    }

    private let known = Mutex(Known())

    private let tools: any AccountTools

    /// `tools`: how accounts are made and changed.
    package init(tools: any AccountTools = ShadowTools()) { self.tools = tools }

    /// An account by name; `withRuns`: with what runs as it.
    package func status(ofUser name: String, withRuns: Bool) -> Reading<UserStatus> {
        known.withLock { _ in tools.user(name, withRuns: withRuns) }
    }

    /// A group by name; `withOwners`: with the accounts whose own group it is.
    package func status(ofGroup name: String, withOwners: Bool) -> Reading<GroupStatus> {
        known.withLock { _ in tools.group(name, withOwners: withOwners) }
    }

    /// Makes, changes or removes an account; numbers may have other names from then on.
    package func perform(_ change: AccountChange) throws(MachineError) {
        known.withLock { $0 = Known() }
        try tools.perform(change)
    }

    /// The account's name, or its number in digits where no account has it.
    package func user(_ id: UInt32) -> String {
        known.withLock { known in
            if let name = known.users[id] { return name }
            let name = getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? String(id)
            known.users[id] = name
            return name
        }
    }

    /// The name of a group, or its number where no group has it.
    package func group(_ id: UInt32) -> String {
        known.withLock { known in
            if let name = known.groups[id] { return name }
            let name = getgrgid(id).map { String(cString: $0.pointee.gr_name) } ?? String(id)
            known.groups[id] = name
            return name
        }
    }

    /// Whether the host has this account.
    package func hasUser(_ name: String) -> Bool { known.withLock { _ in getpwnam(name) != nil } }

    /// Whether the host has this group.
    package func hasGroup(_ name: String) -> Bool { known.withLock { _ in getgrnam(name) != nil } }

    /// The number of an account.
    package func userId(_ name: String) throws(MachineError) -> UInt32 {
        guard let id = known.withLock({ _ in getpwnam(name)?.pointee.pw_uid }) else {
            throw MachineError("find", "user \(name)", .found("the host has no such account"))
        }
        return id
    }

    /// The number of a group.
    package func groupId(_ name: String) throws(MachineError) -> UInt32 {
        guard let id = known.withLock({ _ in getgrnam(name)?.pointee.gr_gid }) else {
            throw MachineError("find", "group \(name)", .found("the host has no such group"))
        }
        return id
    }
}
