import Glibc
import Machine

/// Starts a program that runs beside the tests, in a process group of its own.
///
/// `input` is the descriptor of its standard input, nil for none; `output` the file that takes
/// what it prints. It answers with the process's number.
func spawnBeside(_ command: [String], input: Int32?, output: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
        posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var child: pid_t = 0
    let environment = plainEnvironment().map { "\($0.key)=\($0.value)" }
    let failure = withCStrings(command) { arguments in
        withCStrings(environment) {
            posix_spawn(&child, command[0], &actions, &attributes, arguments, $0)
        }
    }
    guard failure == 0 else {
        throw HostError("start \(command[0])", String(cString: strerror(failure)))
    }
    return child
}

/// Waits for the end of a child of ours.
///
/// - Returns: false when it had not ended in time.
func ends(_ child: pid_t, within deadline: Duration) -> Bool {
    becomesTrue(within: deadline) {
        var status: Int32 = 0
        let ended = waitpid(child, &status, WNOHANG)
        return ended == child || (ended < 0 && errno == ECHILD)
    }
}

/// Asks again and again, every 10 ms.
///
/// - Returns: false when the answer was still no at the deadline.
func becomesTrue(within deadline: Duration, _ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + deadline
    while try !condition() {
        if ContinuousClock.now >= end { return false }
        usleep(10_000)
    }
    return true
}

private func withCStrings<Value>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
) -> Value {
    let pointers = texts.map { strdup($0) } + [nil]
    defer { pointers.forEach { free($0) } }
    return body(pointers)
}
