import Facts
import Synchronization
import Testing

@testable import Machine

/// Accounts as the C library tells them, and the commands that change them.
struct AccountToolsTests {
    /// Keeps what it was told to run.
    private final class Recorder: CommandRunner {
        let told = Mutex<[String]>([])
        let result: CommandResult

        init(_ result: CommandResult = CommandResult(ending: .exited(0))) { self.result = result }

        func run(_ command: Command) throws(MachineError) -> CommandResult {
            told.withLock {
                $0.append(([command.program] + command.arguments).joined(separator: " "))
            }
            return result
        }
    }

    @Test func eachChangeIsOneCommand() throws {
        let recorder = Recorder()
        let tools = ShadowTools(commands: recorder)
        let changes: [AccountChange] = [
            .makeGroup("g", isSystem: true), .makeGroup("g", isSystem: false),
            .makeUser(
                "u", isSystem: true, home: "/nonexistent", shell: "/usr/sbin/nologin", groups: [],
                ownGroup: true),
            .makeUser(
                "u", isSystem: false, home: "/srv/u", shell: "/bin/sh", groups: ["g", "h"],
                ownGroup: false),
            .changeUser("u", home: "/srv/u", shell: nil, groups: []),
            .changeUser("u", home: nil, shell: "/bin/sh", groups: ["g", "h"]),
            .removeUser("u"), .removeGroup("g"),
        ]
        for change in changes { try tools.perform(change) }
        #expect(
            recorder.told.withLock { $0 } == [
                "/usr/sbin/groupadd --system g", "/usr/sbin/groupadd g",
                "/usr/sbin/useradd --system --no-create-home --home-dir /nonexistent "
                    + "--shell /usr/sbin/nologin --user-group u",
                "/usr/sbin/useradd --no-create-home --home-dir /srv/u --shell /bin/sh "
                    + "--no-user-group --gid u --groups g,h u",
                "/usr/sbin/usermod --home /srv/u --groups  u",
                "/usr/sbin/usermod --shell /bin/sh --groups g,h u", "/usr/sbin/userdel u",
                "/usr/sbin/groupdel g",
            ])
    }

    @Test func whatTheProgramSaysIsTheReason() throws {
        let tools = ShadowTools(
            commands: Recorder(
                CommandResult(
                    ending: .exited(8),
                    errors: Array("userdel: user u is currently used by process 7\n".utf8))))
        let error = #expect(throws: MachineError.self) { try tools.perform(.removeUser("u")) }
        #expect(
            error?.description
                == "cannot remove user u: userdel: user u is currently used by process 7")
    }

    @Test func accountOfThisMachineIsFoundAndOneThatIsNotIsAbsent() {
        let tools = ShadowTools()
        let root = tools.user("root", withRuns: true).value
        #expect(root?.home == "/root" && root?.group == "root")
        #expect(root?.runs.isEmpty == false, "something always runs as root")
        #expect(tools.user("v6-nobody-has-this", withRuns: false) == .absent)
        #expect(tools.group("root", withOwners: true).value?.owners.contains("root") == true)
        #expect(tools.group("v6-nobody-has-this", withOwners: false) == .absent)
    }
}
