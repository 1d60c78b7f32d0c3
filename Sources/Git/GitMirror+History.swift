package import Facts
import Machine

extension GitMirror: History {
    package func contains(
        _ ancestor: CommitID, in commit: CommitID
    ) throws(GitError) -> Bool {
        guard try has(ancestor) else { return false }
        let result = try start(
            "compare", "\(ancestor.short) with \(commit.short)",
            ["merge-base", "--is-ancestor", ancestor.text, commit.text])
        switch result.ending {
        case .exited(0): return true
        case .exited(1): return false
        default: throw failure("compare", "\(ancestor.short) with \(commit.short)", result)
        }
    }

    /// Whether what was fetched last contains a commit, and all that comes before it.
    func isOnBranch(_ commit: CommitID) throws(GitError) -> Bool {
        try start(
            "look for", commit.short,
            ["merge-base", "--is-ancestor", commit.text, "refs/v6/branch"]
        ).succeeded
    }

    package func commits(
        of commit: CommitID, without bases: [CommitID]
    ) throws(GitError) -> [CommitID] {
        var known: [CommitID] = []
        for base in bases where try has(base) { known.append(base) }
        let output = try run(
            "list the history of", commit.short,
            ["rev-list", commit.text] + known.map { "^\($0)" } + ["--"])
        var commits: [CommitID] = []
        for line in output.split(separator: "\n") {
            guard let commit = CommitID(line) else {
                throw GitError(
                    "list the history of", commit.short, "git answered '\(line.prefix(80))'")
            }
            commits.append(commit)
        }
        return commits
    }

    package func objects(of commits: [CommitID]) throws(GitError) -> [CommitObject] {
        guard !commits.isEmpty else { return [] }
        let input = commits.map { "\($0)\n" }.joined()
        let subject = "\(commits.count) commits"
        let result = try start(
            "read", subject, ["cat-file", "--batch"], input: Array(input.utf8))
        guard result.succeeded else { throw failure("read", subject, result) }
        let bytes = try BatchOutput(result.output).commits(commits)
        return zip(commits, bytes).map { CommitObject($1, digits: $0.text.count) }
    }

    package func commit(named digits: String) throws(GitError) -> CommitID? {
        let result = try start(
            "look for", digits, ["rev-parse", "--verify", "--quiet", "\(digits)^{commit}"])
        guard result.succeeded else { return nil }
        let found = CommitID(result.outputText.split(separator: "\n").first ?? "")
        // What has such a name is no commit of such an id.
        return found.flatMap { $0.text.hasPrefix(digits) ? $0 : nil }
    }
}
