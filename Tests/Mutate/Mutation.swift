/// A patch that takes one feature out, and the test that has to notice.
struct Mutation: Hashable, Sendable {
    /// The patch's file name without `.patch`.
    let name: String
    /// In words, from the patch's first lines.
    let takesOut: String
    /// The test that fails when the feature is gone.
    let killer: TestName
    /// Names of the changed files that a compiler has to read anew.
    let sources: [String]

    /// Reads the first lines of a patch; the rest is git's to judge.
    init(name: String, patch: String) throws(BadMutation) {
        var said: [Substring: Substring] = [:]
        for line in patch.split(separator: "\n").prefix(while: { $0.hasPrefix("# ") }) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            said[line[..<colon].dropFirst(2)] = value
        }
        guard let takesOut = said["what it takes out"], !takesOut.isEmpty else {
            throw BadMutation(name: name, reason: "it does not say '# what it takes out: …'")
        }
        guard let killer = said["killed by"].flatMap({ TestName(String($0)) }) else {
            throw BadMutation(name: name, reason: "it does not say '# killed by: Target.test'")
        }
        self.name = name
        self.takesOut = String(takesOut)
        self.killer = killer
        sources = patch.matches(of: /(?m)^\+\+\+ b\/Sources\/.*?([^\/\n]+)$/).map {
            String($0.output.1)
        }
    }
}

/// A patch that says less than it must.
struct BadMutation: Error, Hashable, Sendable {
    let name: String
    let reason: String
}

/// A test as `swift test list` names it, without its parentheses: `JSONTests.escapesAreUndone`,
/// `HostTests.HostTests/Road/driftIsToldAndHealed`.
struct TestName: Hashable, Sendable, CustomStringConvertible {
    let description: String

    /// Nil unless it has a target and a name of letters, digits, `_` and `/`.
    init?(_ text: String) {
        guard text.wholeMatch(of: /\w+\.[\w\/]+/) != nil else { return nil }
        description = text
    }

    /// The expression for `swift test --filter`; it fits this test alone.
    var filter: String { "^" + description.replacing(".", with: "\\.") + "\\(" }

    /// The tests boot a host, and need programs that run without Swift.
    var needsHost: Bool { description.hasPrefix("HostTests.") }

    /// The test runs no program that was built, so that it takes less than a second.
    var isFast: Bool { !needsHost && !description.hasPrefix("SandboxTests.") }
}
