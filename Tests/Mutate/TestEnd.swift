import Machine

/// How one test ended.
enum TestEnd: Hashable, Sendable {
    case passed
    /// An expectation was not met: the only end that kills a mutation.
    case failed
    /// It did not get as far as an answer.
    case unanswered(String)

    /// Reads the end of `swift test` for one test.
    ///
    /// The exit status alone would take a crash, or a name that fits no test, for an answer.
    init(of result: CommandResult) {
        let text = result.outputText + result.errorText
        let summary = text.matches(
            of: /Test run with (\d+) tests?.*? (passed|failed) after/
        ).last
        switch (result.ending, summary?.output.1, summary?.output.2) {
        case (.hung, _, _): self = .unanswered("it did not end in time")
        case (.flooded, _, _): self = .unanswered("it printed without end")
        case (_, nil, _): self = .unanswered("the tests crashed: \(lastWords(text))")
        case (_, "0", _): self = .unanswered("no test has this name")
        case (.exited(0), "1", "passed"): self = .passed
        case (.exited(let status), "1", "failed") where status != 0: self = .failed
        case (_, let count?, _) where count != "1":
            self = .unanswered("\(count) tests have this name")
        default: self = .unanswered("\(result.ending) does not fit what was printed")
        }
    }
}

/// The last line that says something.
func lastWords(_ text: String) -> String {
    String(
        text.split(separator: "\n").last { $0.contains { $0.isLetter } }?.prefix(200) ?? "no words")
}
