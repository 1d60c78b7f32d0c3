package import YAML

/// A place in a commit where a secret stands in plain text.
package struct SecretFinding: Hashable, Sendable {
    /// Of the file in the commit, with line and column.
    package let mark: YAMLMark
    /// What it looks like: `a private key`. Never the secret itself.
    package let what: String

    package init(mark: YAMLMark, what: String) {
        self.mark = mark
        self.what = what
    }

    /// For whoever reads the faults; the line is not shown, because the secret stands in it.
    var fault: YAMLFault {
        YAMLFault(
            mark: mark, problem: "\(what) in plain text: whoever reads this commit has it",
            suggestion: "revoke it, keep the new one on the host, and write {credential: NAME}",
            hidesLine: true)
    }
}

/// Faults with those of secrets among them; of a line that holds a secret nothing else is told,
/// because it would show the line.
func withSecrets(_ faults: [YAMLFault], _ secrets: [SecretFinding]) -> [YAMLFault] {
    if secrets.isEmpty { return faults }
    struct Line: Hashable {
        let document: String
        let line: Int
    }
    func line(_ mark: YAMLMark) -> Line { Line(document: mark.document, line: mark.line) }
    let hidden = Set(secrets.map { line($0.mark) })
    return faults.filter { !hidden.contains(line($0.mark)) } + secrets.map(\.fault)
}
