import Facts
import Git
import Machine

extension FuzzTarget {
    /// Each answer of git is these bytes, whatever it was asked.
    func runGit(_ bytes: [UInt8]) {
        do {
            let files = try HostFiles(root: "/", honoursOwners: false)
            let mirror = GitMirror(
                commands: Answering(bytes), files: files,
                path: try HostPath("/nowhere/repo.git"), git: "/nowhere/git")
            guard let commit = CommitID(String(repeating: "a", count: 40)) else { return }
            attempt { _ = try mirror.remoteTip(of: "main", at: "/nowhere") }
            attempt { _ = try mirror.treeHash(of: commit, names: ["Package.swift", "Sources"]) }
            attempt {
                for entry in try mirror.entries(of: commit, below: ["desired"]) {
                    precondition(!entry.path.contains("\0"))
                }
            }
            for digits in [40, 64] {
                let object = CommitObject(bytes, digits: digits)
                precondition(object.payload.count <= bytes.count, "nothing is made up")
            }
            _ = OpenPGPStatus(String(decoding: bytes, as: UTF8.self), hasSucceeded: true)
            attempt { _ = try mirror.objects(of: [commit]) }
            attempt { _ = try mirror.commits(of: commit, without: [commit]) }
            for count in 0...2 {
                let entries = (0..<count).map { TreeEntry(path: "\($0)", blob: "b") }
                attempt {
                    let blobs = try mirror.bytes(of: entries)
                    precondition(blobs.count == count, "as many as were asked for")
                }
            }
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            _ = "\(error)"
        }
    }
}

/// Git that always prints the same.
private struct Answering: CommandRunner {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func run(_ command: Command) throws(MachineError) -> CommandResult {
        CommandResult(ending: .exited(0), output: bytes)
    }
}
