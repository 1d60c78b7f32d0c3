package import Facts

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

    /// The files of a commit below these folders, in order of path; only plain files.
    func entries(of commit: CommitID, below folders: [String]) throws(GitError) -> [TreeEntry]

    /// The bytes of these files, in the order asked.
    func bytes(of entries: [TreeEntry]) throws(GitError) -> [[UInt8]]

    /// Git's hash of a tree that holds just these names of the commit's top; nil when one of them
    /// is not there.
    func treeHash(of commit: CommitID, names: [String]) throws(GitError) -> String?
}

/// How the commits of the mirror follow each other; nothing is fetched.
package protocol History: Sendable {
    /// Whether a commit's history holds another, or is that commit itself; one that the mirror
    /// lacks is in nobody's history.
    func contains(_ ancestor: CommitID, in commit: CommitID) throws(GitError) -> Bool

    /// Every commit of a history, through all parents, that is in the history of none of `bases`.
    func commits(
        of commit: CommitID, without bases: [CommitID]
    ) throws(GitError) -> [CommitID]

    /// The objects of these commits as they are signed, in the order asked.
    func objects(of commits: [CommitID]) throws(GitError) -> [CommitObject]

    /// The commit whose id begins with these digits; nil when there is none, or more than one.
    func commit(named digits: String) throws(GitError) -> CommitID?
}
