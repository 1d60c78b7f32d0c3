import CLinux
package import Facts
import Glibc

/// The host's accounts: what is known of one, and how one is made, changed and removed.
package protocol AccountTools: Sendable {
    /// `withRuns`: what runs as it is asked for as well.
    func user(_ name: String, withRuns: Bool) -> Reading<UserStatus>
    /// `withOwners`: whose own group it is, is asked for as well.
    func group(_ name: String, withOwners: Bool) -> Reading<GroupStatus>
    /// - Throws: `MachineError` with what the program said.
    func perform(_ change: AccountChange) throws(MachineError)
}

/// The real kind: asked through the C library, changed by useradd(8) and its like.
package struct ShadowTools: AccountTools {
    private static let bufferBytes = 64 << 10
    private static let groupsMax: Int32 = 1_024

    private let commands: any CommandRunner

    package init(commands: any CommandRunner = SpawnedCommands()) { self.commands = commands }

    package func user(_ name: String, withRuns: Bool) -> Reading<UserStatus> {
        var entry = passwd()
        return Self.asked("user", name) { buffer in
            var found: UnsafeMutablePointer<passwd>?
            let failure = getpwnam_r(
                name, &entry, buffer.start, buffer.count, &found)
            guard failure == 0, found != nil else { return (failure, nil) }
            var status = UserStatus(
                home: Self.text(entry.pw_dir), shell: Self.text(entry.pw_shell),
                group: Self.groupName(entry.pw_gid))
            guard let groups = Self.groups(of: name, entry.pw_gid) else { return (ERANGE, nil) }
            status.groups = groups
            if withRuns { status.runs = runningParts(ofUser: entry.pw_uid) }
            return (0, status)
        }
    }

    package func group(_ name: String, withOwners: Bool) -> Reading<GroupStatus> {
        var entry = Glibc.group()
        return Self.asked("group", name) { buffer in
            var found: UnsafeMutablePointer<Glibc.group>?
            let failure = getgrnam_r(
                name, &entry, buffer.start, buffer.count, &found)
            guard failure == 0, found != nil else { return (failure, nil) }
            return (0, GroupStatus(owners: withOwners ? Self.owners(of: entry.gr_gid) : []))
        }
    }

    /// Asks the C library with a buffer that is large enough; a failure is none of "not there".
    private static func asked<Status>(
        _ kind: String, _ name: String,
        _ body: (UnsafeMutableBufferPointer<CChar>) -> (failure: Int32, status: Status?)
    ) -> Reading<Status> {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: bufferBytes) { buffer in
            let (failure, status) = body(buffer)
            if let status { return .present(status) }
            // getpwnam_r(3): these numbers, too, say that there is none.
            if [0, ENOENT, ESRCH, EBADF, EPERM].contains(failure) { return .absent }
            return .unreadable(
                reason: MachineError("find", "\(kind) \(name)", .errno(failure)).description)
        }
    }

    private static func text(_ field: UnsafeMutablePointer<CChar>?) -> String {
        field.map { String(cString: $0) } ?? ""
    }

    private static func groupName(_ id: gid_t) -> String {
        getgrgid(id).map { String(cString: $0.pointee.gr_name) } ?? String(id)
    }

    /// Nil when there are more than can be told: then nobody may say that these are all.
    private static func groups(of name: String, _ own: gid_t) -> [String]? {
        var count = groupsMax
        var ids = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, own, &ids, &count) >= 0 else { return nil }
        return ids.prefix(Int(count)).filter { $0 != own }.map(groupName).sorted()
    }

    private static func owners(of id: gid_t) -> [String] {
        var names: [String] = []
        setpwent()
        defer { endpwent() }
        while let entry = getpwent() {
            if entry.pointee.pw_gid == id { names.append(String(cString: entry.pointee.pw_name)) }
        }
        return names.sorted()
    }

    package func perform(_ change: AccountChange) throws(MachineError) {
        let (program, arguments) = Self.command(change)
        let result = try commands.run(
            Command(
                program, arguments,
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"]))
        guard !result.succeeded else { return }
        let words = result.errorText.split(separator: "\n").joined(separator: "; ")
        throw MachineError(
            change.verb, change.name,
            .found(words.isEmpty ? "\(program) ended with \(result.ending)" : words))
    }

    /// The program and arguments that make a change. A name never begins with `-`.
    static func command(_ change: AccountChange) -> (program: String, arguments: [String]) {
        func listed(_ groups: [String]) -> String { groups.joined(separator: ",") }
        switch change {
        case .makeGroup(let name, let isSystem):
            return ("/usr/sbin/groupadd", (isSystem ? ["--system"] : []) + [name])
        case .makeUser(let name, let isSystem, let home, let shell, let groups, let ownGroup):
            return (
                "/usr/sbin/useradd",
                (isSystem ? ["--system"] : [])
                    + ["--no-create-home", "--home-dir", home, "--shell", shell]
                    + (ownGroup ? ["--user-group"] : ["--no-user-group", "--gid", name])
                    + (groups.isEmpty ? [] : ["--groups", listed(groups)]) + [name]
            )
        case .changeUser(let name, let home, let shell, let groups):
            return (
                "/usr/sbin/usermod",
                (home.map { ["--home", $0] } ?? []) + (shell.map { ["--shell", $0] } ?? [])
                    + (groups.map { ["--groups", listed($0)] } ?? []) + [name]
            )
        case .removeUser(let name): return ("/usr/sbin/userdel", [name])
        case .removeGroup(let name): return ("/usr/sbin/groupdel", [name])
        }
    }
}

extension UnsafeMutableBufferPointer where Element == CChar {
    /// Where it begins: ours are never empty.
    fileprivate var start: UnsafeMutablePointer<CChar> {
        guard let baseAddress else { preconditionFailure("the buffer is empty") }
        return baseAddress
    }
}

extension AccountChange {
    fileprivate var verb: String {
        switch self {
        case .makeGroup: "make group"
        case .makeUser: "make user"
        case .changeUser: "change user"
        case .removeUser: "remove user"
        case .removeGroup: "remove group"
        }
    }

    fileprivate var name: String {
        switch self {
        case .makeGroup(let name, _), .makeUser(let name, _, _, _, _, _),
            .changeUser(let name, _, _, _), .removeUser(let name), .removeGroup(let name):
            name
        }
    }
}
