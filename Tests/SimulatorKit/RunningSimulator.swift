import HostKit
import Machine
import SimulatorServer
import TestKit

/// The simulator as a program of its own, on any free port, for one test.
package final class RunningSimulator: Sendable {
    /// Where it listens.
    package let port: UInt16
    private let control: ControlCaller
    private let run: Beside<String>
    private let scratch: ScratchFolder

    /// `speed`: of its clock; small, so that time passes when it is told to. `does`: commands that
    /// it begins with.
    ///
    /// - Throws: `HostError` when it does not start within 20 s.
    package init(
        speed: String = "0.01", start: String = "2026-11-24T15:00:00Z", options: [String] = [],
        does: [String] = []
    ) throws {
        scratch = ScratchFolder()
        let socket = scratch.path + "/control.sock"
        control = ControlCaller(socket)
        let command = Command(
            try builtProgram("ib-gateway-simulator"),
            [
                "--port", "0", "--seed", "7", "--start", start, "--speed", speed, "--rate",
                "100000", "--control", socket,
            ] + options + does.flatMap { ["--do", $0] },
            environment: ["PATH": "/usr/bin:/bin"], deadline: .seconds(300))
        run = Beside {
            do throws(MachineError) {
                let result = try SpawnedCommands().run(command)
                return "\(result.ending) \(result.outputText)\(result.errorText)"
            } catch {
                return "\(error)"
            }
        }
        let end = ContinuousClock.now + .seconds(20)
        while true {
            if let status = try? control.answer(to: "status"),
                let port = status.firstMatch(of: #/^port (\d+)/#).flatMap({ UInt16($0.output.1) })
            {
                self.port = port
                return
            }
            guard ContinuousClock.now < end else {
                throw HostError("start the simulator", "it does not answer")
            }
            RealClock().wait(.milliseconds(10))
        }
    }

    /// Has it do something.
    ///
    /// - Throws: `HostError` when that is refused.
    @discardableResult
    package func tell(_ line: String) throws -> String {
        let answer = try control.answer(to: line)
        guard !answer.hasPrefix("error: ") else { throw HostError(line, answer) }
        return answer
    }

    /// Ends it.
    ///
    /// - Returns: how it ended, and what it printed.
    @discardableResult
    package func end() -> String {
        _ = try? control.answer(to: "end")
        return run.answer()
    }
}
