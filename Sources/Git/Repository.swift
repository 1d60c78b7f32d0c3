/// The id of a commit: 40 or 64 lower-case hexadecimal digits.
package struct CommitID: Hashable, Sendable, CustomStringConvertible {
    /// All 40 or 64 digits.
    package let text: String

    /// Nil when the text is no object id.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 40 || text.utf8.count == 64,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }
    /// The first seven digits, as people say it.
    package var short: String { String(text.prefix(7)) }
}

/// One file of a commit.
package struct TreeEntry: Hashable, Sendable {
    /// Relative to the top of the repository.
    package var path: String
    /// Object id of its bytes.
    package var blob: String

    package init(path: String, blob: String) {
        self.path = path
        self.blob = blob
    }
}

/// What git could not do, on what, and how it ended.
package struct GitError: Error, Hashable, Sendable, CustomStringConvertible {
    /// As a verb: `fetch from`, `read`.
    package let tried: String
    /// A URL, a commit or a file of one.
    package let subject: String
    /// How it ended, in git's words or ours.
    package let reason: String

    package init(_ tried: String, _ subject: String, _ reason: String) {
        self.tried = tried
        self.subject = subject
        self.reason = reason
    }

    package var description: String { "cannot \(tried) \(subject): \(reason)" }
}

/// A git repository that is followed, and the host's own bare mirror of it.
package protocol Repository: CommitTexts {
    /// The commit that a branch of the remote stands at now; nothing is fetched.
    func remoteTip(of branch: String, at url: String) throws(GitError) -> CommitID

    /// Brings a branch's commit into the mirror, making the mirror first if it is not there.
    func fetch(_ commit: CommitID, of branch: String, from url: String) throws(GitError)

    /// The commit that was fetched last; nil when nothing ever was.
    func lastFetched() throws(GitError) -> CommitID?

    /// The files of a commit below these folders, in order of path; only plain files.
    func entries(of commit: CommitID, below folders: [String]) throws(GitError) -> [TreeEntry]

    /// The bytes of these files, in the order asked.
    func bytes(of entries: [TreeEntry]) throws(GitError) -> [[UInt8]]

    /// Git's hash of a tree that holds just these names of the commit's top; nil when one of them
    /// is not there.
    func treeHash(of commit: CommitID, names: [String]) throws(GitError) -> String?
}
