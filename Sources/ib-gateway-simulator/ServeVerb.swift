import CommandLine
import Facts
import GatewaySimulator
import Glibc
import Machine
import Numbers
import SimulatorServer

/// Serves: its settings, as the command line has them.
struct ServeVerb {
    let settings: SimulatedGateway.Settings
    let port: UInt16
    let speed: Double
    let control: String?
    let record: String?
    let commands: [String]

    init(_ command: ParsedCommand) throws(UsageError) {
        let read = OptionReader(command)
        var settings = SimulatedGateway.Settings(
            start: Moment(
                try read.value("start", "a time such as 2026-11-24T14:30:00Z") { text in
                    text == "now" ? Self.hostTime : WallTime(text)
                } ?? Self.hostTime))
        settings.seed = try read.value("seed", "a whole number") { UInt64($0) } ?? 1
        if let accounts = command.values["account"] { settings.accounts = accounts }
        for account in settings.accounts where !Self.isAccount(account) {
            throw UsageError(
                command: simulatorTable.name,
                problem: "--account needs letters and digits, not '\(account)'")
        }
        if let cash = try read.value("cash", "an amount", { Cash($0) }) { settings.cash = cash }
        settings.isAlwaysOpen = command.has("always-open")
        settings.isReadOnly = command.has("read-only")
        settings.masterClientID = try read.value("master", "a client's id") { Int($0) }
        let hold = try read.value("id-hold", "whole seconds") { UInt32($0) } ?? 0
        settings.clientIDHoldMs = Int64(hold) * 1_000
        let rate = try read.value("rate", "a number from 1 to 1000000") { text in
            Int(text).flatMap { (1...1_000_000).contains($0) ? $0 : nil }
        }
        if let rate { settings.messagesPerSecondMax = rate }
        self.settings = settings
        port = try read.value("port", "a number from 0 to 65535") { UInt16($0) } ?? 4002
        speed =
            try read.value("speed", "a number from 0.01 to 10000") { text in
                Double(text).flatMap { (0.01...10_000).contains($0) ? $0 : nil }
            } ?? 1
        // Below a root of its own every path is meant below that.
        let root = getenv("V6_ROOT").map { String(cString: $0) } ?? ""
        control = command.value("control").map { root + $0 }
        // There nobody else makes the folder.
        if !root.isEmpty, let control {
            mkdir(control.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }, 0o700)
        }
        record = command.value("record")
        commands = command.values["do"] ?? []
    }

    private static var hostTime: WallTime { WallTime(us: RealClock().wallUs()) }

    private static func isAccount(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                    || (0x61...0x7a).contains(byte)
            }
    }

    func run() throws {
        let server = try GatewayServer(
            settings, port: port, speed: speed, control: control, record: record)
        for line in commands {
            let said = try server.obey(line)
            if !said.isEmpty { print(said) }
        }
        print("listening on 127.0.0.1:\(server.port)")
        fflush(nil)
        server.run()
    }
}

/// Reads values of options, and says which one is wrong.
struct OptionReader {
    private let command: ParsedCommand

    init(_ command: ParsedCommand) { self.command = command }

    func value<Value>(
        _ name: String, _ wanted: String, _ read: (String) -> Value?
    ) throws(UsageError) -> Value? {
        guard let text = command.value(name) else { return nil }
        guard let value = read(text) else {
            throw UsageError(
                command: simulatorTable.name, problem: "--\(name) needs \(wanted), not '\(text)'")
        }
        return value
    }
}
