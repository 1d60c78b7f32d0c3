package import Facts

/// What a commit says of itself, for people: nothing is decided by it.
package struct CommitAbout: Hashable, Sendable {
    /// `Name <mail>`.
    package var author: String?
    /// Its first line.
    package var subject: String?

    package init(author: String?, subject: String?) {
        self.author = author
        self.subject = subject
    }

    /// Longest text that is kept, in characters.
    private static let textMax = 200

    /// One line, without anything that a terminal would act on; nil for an empty one.
    static func plain(_ text: Substring) -> String? {
        let shown = text.unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: "?"
            default: Character(scalar)
            }
        }
        return shown.isEmpty ? nil : String(shown.prefix(textMax))
    }
}

/// Tells what a commit of the mirror says of itself.
package protocol CommitTexts: Sendable {
    /// - Throws: `GitError` when the mirror has no such commit.
    func about(_ commit: CommitID) throws(GitError) -> CommitAbout
}

extension CommitTexts {
    /// Nothing, for a repository that has no texts.
    package func about(_ commit: CommitID) throws(GitError) -> CommitAbout {
        CommitAbout(author: nil, subject: nil)
    }
}

extension GitMirror {
    /// By git log; one commit alone is read.
    package func about(_ commit: CommitID) throws(GitError) -> CommitAbout {
        let output = try run(
            "read", commit.short,
            ["log", "-1", "--no-show-signature", "--format=%an <%ae>%x00%s", commit.text, "--"])
        let parts = output.prefix { $0 != "\n" }
            .split(separator: "\0", omittingEmptySubsequences: false)
        return CommitAbout(
            author: parts.first.flatMap(CommitAbout.plain),
            subject: parts.count > 1 ? CommitAbout.plain(parts[1]) : nil)
    }
}
