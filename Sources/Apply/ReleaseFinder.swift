package import Git
import Machine
import Reconcile
package import Release

/// Finds which release a commit wants, and where its programs are.
package struct ReleaseFinder: Sendable {
    /// What a release is made of: nothing else in a commit makes a new one.
    package static let sourceNames = ["Package.swift", "Sources"]

    let repository: any Repository
    let releases: Releases
    /// Absolute path of the running program, through no link.
    let program: String

    package init(repository: any Repository, releases: Releases, program: String) {
        self.repository = repository
        self.releases = releases
        self.program = program
    }

    /// `commit`: nil for a folder, which is taken to have no sources.
    /// Returns the key, and the programs where they are at hand.
    func release(
        for commit: CommitID?, _ label: String
    ) throws(TargetError) -> (ReleaseKey, Programs?) {
        let beside = try machine { () throws(MachineError) in try releases.beside(program) }
        let wanted = try commit.flatMap { (commit) throws(TargetError) in
            try git { () throws(GitError) in
                try repository.treeHash(of: commit, names: Self.sourceNames)
            }
        }
        guard let text = wanted else { return (try key(beside.key), beside) }
        let key = try key(text)
        if beside.key == text { return (key, beside) }
        if try machine({ () throws(MachineError) in try releases.isInstalled(text) }) {
            return (key, nil)
        }
        throw TargetError(
            """
            error: commit \(label) wants release \(key), which is not on this host
              The programs in \(beside.folder) are release \(beside.key)\
            \(beside.isBuiltFromKey ? "" : " (not known to be built from any commit)").
              Build commit \(label) with Tests/build and run the v6-reconcile that it makes.
            """)
    }

    private func key(_ text: String) throws(TargetError) -> ReleaseKey {
        guard let key = ReleaseKey(text) else {
            throw TargetError("error: '\(text)' is no release key")
        }
        return key
    }
}
