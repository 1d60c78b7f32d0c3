import CommandLine
import GatewaySimulator
import Glibc
import Machine
import SimulatorServer

/// Lists what can be told.
enum CommandsVerb {
    static var text: String { GatewayServer.help }
}

/// Has a running simulator do something.
struct TellVerb {
    let path: String
    let line: String

    init(_ command: ParsedCommand) throws(UsageError) {
        guard let path = command.value("control") else {
            throw UsageError(
                command: simulatorTable.name + " tell",
                problem: "--control PATH says which simulator")
        }
        self.path = path
        line = command.operands.joined(separator: " ")
    }

    func run() throws -> Int32 {
        let said = try ControlCaller(path).answer(to: line)
        print(said)
        return said.hasPrefix("error: ") ? 1 : 0
    }
}

/// Has a recorded day happen again.
struct ReplayVerb {
    let path: String

    init(_ command: ParsedCommand) { path = command.operands[0] }

    func run() throws -> Int32 {
        let text = try RecordReader.text(path)
        guard let again = SessionRecord.replay(text) else {
            complain("\(path) is no record of ib-gateway-simulator")
            return 1
        }
        let lines = text.split(separator: "\n").map(String.init)
        let differing = zip(lines, again).enumerated().first { $1.0 != $1.1 }
        if let differing {
            print("line \(differing.offset + 1) was  \(differing.element.0)")
            print("line \(differing.offset + 1) is   \(differing.element.1)")
            return 1
        }
        guard lines.count == again.count else {
            print("\(lines.count) lines were recorded, and \(again.count) came again")
            return 1
        }
        print("\(lines.count) lines, all the same")
        return 0
    }
}
