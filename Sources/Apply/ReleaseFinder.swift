import Machine
import Reconcile
package import Release

/// Finds which release a commit wants, and where its programs are.
package struct ReleaseFinder: Sendable {
    /// What a release is made of: nothing else in a commit makes a new one.
    package static let sourceNames = ["Package.swift", "Sources"]

    let releases: Releases
    /// Absolute path of the running program, through no link.
    let program: String

    package init(releases: Releases, program: String) {
        self.releases = releases
        self.program = program
    }

    /// `wanted`: the key of the release that the commit's sources make; nil for a commit without
    /// sources, and for a folder: what lies beside this program serves for them.
    ///
    /// Returns the key, and the programs where they are at hand.
    func release(
        _ wanted: String?, for label: String
    ) throws(TargetError) -> (ReleaseKey, Programs?) {
        let beside = try machine { () throws(MachineError) in try releases.beside(program) }
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
