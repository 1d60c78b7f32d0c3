// A gateway for tests and sandboxes: see docs/ib-gateway-simulator.md.
import CommandLine
import Glibc

do {
    let command = try simulatorTable.parse(Array(Swift.CommandLine.arguments.dropFirst()))
    if command.wantsHelp {
        print(simulatorTable.help(verb: command.verb), terminator: "")
        exit(0)
    }
    switch command.verb {
    case "commands": print(CommandsVerb.text)
    case "replay": exit(try ReplayVerb(command).run())
    case "tell": exit(try TellVerb(command).run())
    default: try ServeVerb(command).run()
    }
} catch let error as UsageError {
    complain("\(error)")
    exit(UsageError.exitCode)
} catch {
    complain("ib-gateway-simulator: \(error)")
    exit(1)
}

/// Says what is wrong to whoever called.
func complain(_ text: String) {
    let words = Array("\(text)\n".utf8)
    write(2, words, words.count)
}
