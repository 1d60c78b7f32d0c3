import CLinux
import Glibc
import Machine

/// The start of a process that outlives the call: a session of its own, nothing inherited.
struct Launch {
    private static let ownSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, spawn.h

    var program: String
    /// With the name that the process goes by.
    var arguments: [String]
    var environment: [String: String]
    /// Where it begins.
    var folder: String
    /// What it prints is added here.
    var log: String

    /// - Returns: its process id.
    func begin() throws(MachineError) -> Int32 {
        let input = v6_openat(AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC, 0)
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC
        let output = v6_openat(AT_FDCWD, log, flags, 0o640)
        guard input >= 0, output >= 0 else {
            let error = MachineError("open", log, .errno(errno))
            for descriptor in [input, output] where descriptor >= 0 { close(descriptor) }
            throw error
        }
        defer {
            close(input)
            close(output)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        let failure = v6_spawn_clean(&actions, folder, 3)
        guard failure == 0 else { throw MachineError("run", program, .errno(failure)) }
        return try spawn(&actions)
    }

    private func spawn(_ actions: inout posix_spawn_file_actions_t) throws(MachineError) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes,
            Int16(Self.ownSession | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)))
        var process: pid_t = 0
        let failure = withCStrings(arguments) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }.sorted()) {
                posix_spawn(&process, program, &actions, &attributes, arguments, $0)
            }
        }
        guard failure == 0 else { throw MachineError("run", program, .errno(failure)) }
        return process
    }
}
