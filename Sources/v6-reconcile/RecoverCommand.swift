import Apply
import CommandLine

/// Undoes what a killed turn began. What it goes back to was verified before it became healthy.
func recover(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    try wiring.checkMayMutate()
    return try wiring.turn(command).recover(startsNothing: command.has("boot")).exitCode
}
