import Apply
import CommandLine
import JSON
import Machine
import Reconcile

/// Walks the whole journal, and names the first line that is not as it was written.
func verify(_ command: ParsedCommand, _ wiring: Wiring) throws(CommandError) -> Int32 {
    let chain = try attempt { () throws(MachineError) in try Journal.verify(in: wiring.state) }
    if command.has("json") {
        printOut(chain.json.text(pretty: true))
    } else if let fault = chain.fault {
        let place = try attempt { () throws(MachineError) in
            wiring.files.outside(try wiring.state.path("journal.jsonl"))
        }
        printError(
            """
            error: line \(fault.line) of the journal: \(fault.reason)
              \(words(chain.count)) before it \(chain.count == 1 ? "is" : "are") as written. Keep \
            \(place) for whoever looks into it.
            """)
    } else {
        printOut("The journal is whole: \(words(chain.count)), each as it was written.")
        if chain.halfLineBytes > 0 {
            printOut("Half a line is left by a turn that was killed; the next one cuts it off.")
        }
    }
    return chain.fault == nil ? 0 : 1
}

private func words(_ lines: Int64) -> String { lines == 1 ? "1 line" : "\(lines) lines" }
