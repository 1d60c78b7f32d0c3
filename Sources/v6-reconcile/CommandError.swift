import Apply
import Machine

/// An error that ends the command: the text for the operator, and the exit status.
struct CommandError: Error {
    let text: String
    let exitCode: Int32

    init(_ text: String, exitCode: Int32 = 1) {
        self.text = text
        self.exitCode = exitCode
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
        throw CommandError(error.text)
    }
}
