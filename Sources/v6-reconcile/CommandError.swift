import Apply
import JSON
import Machine
import YAML

/// An error that ends the command: the text for the operator, and the exit status.
struct CommandError: Error {
    let text: String
    let exitCode: Int32
    /// What is wrong with desired state, where it is that.
    let faults: [YAMLFault]

    init(_ text: String, exitCode: Int32 = 1, faults: [YAMLFault] = []) {
        self.text = text
        self.exitCode = exitCode
        self.faults = faults
    }
}

/// Runs a call to the machine; its error ends the command.
func attempt<Value>(
    _ body: () throws(MachineError) -> Value
) throws(CommandError) -> Value {
    do throws(MachineError) {
        return try body()
    } catch {
        throw CommandError("error: \(error)")
    }
}

/// Runs a search for a target; its error ends the command.
func found<Value>(
    _ body: () throws(TargetError) -> Value
) throws(CommandError) -> Value {
    do throws(TargetError) {
        return try body()
    } catch {
        throw CommandError(error.text, exitCode: error.exitCode, faults: error.faults)
    }
}

extension YAMLFault {
    var json: JSONValue {
        [
            "file": .string(mark.document), "line": .integer(Int64(mark.line)),
            "column": .integer(Int64(mark.column)), "problem": .string(problem),
            "suggestion": suggestion.map { .string($0) } ?? .null,
        ]
    }
}
