import CommandLine
import Services

/// The supervisor of one sandbox; it is started by the first turn there, and outlives it.
func supervise(_ command: ParsedCommand) throws(CommandError) -> Int32 {
    guard let root = command.value("root") else {
        throw CommandError("error: supervise needs --root DIR", exitCode: 64)
    }
    do {
        try SupervisorDaemon.run(root: root)
        return 0
    } catch {
        throw CommandError("error: \(error)")
    }
}
