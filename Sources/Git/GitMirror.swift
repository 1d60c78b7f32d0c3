package import Facts
import Glibc
package import Machine

/// The real kind: the git program, on a bare mirror that runs nothing of the repository's.
///
/// No hooks, no filters, no submodules, no fsmonitor, no work tree, and none of the caller's
/// environment: objects are only fetched and read.
///
/// On a real host it runs as an account of its own, which owns the mirror: root never writes in it.
package struct GitMirror: Repository {
    /// A fetch may take this long.
    package static let fetchDeadline: Duration = .seconds(120)
    /// What one fetch may bring, at most, in bytes.
    package static let fetchBytesMax = 1 << 30
    /// What is read out of one commit, at most, in bytes.
    package static let commitBytesMax = 256 << 20

    private let commands: any CommandRunner
    let files: HostFiles
    let path: HostPath
    let account: GitAccount
    private let git: String
    private let fetchBytesMax: Int

    /// `path`: the mirror's folder below the root of `files`.
    /// `git`: the program.
    package init(
        commands: any CommandRunner, files: HostFiles, path: HostPath,
        account: GitAccount = .caller, git: String = "/usr/bin/git",
        fetchBytesMax: Int = fetchBytesMax
    ) {
        self.commands = commands
        self.files = files
        self.path = path
        self.account = account
        self.git = git
        self.fetchBytesMax = fetchBytesMax
    }

    package func remoteTip(of branch: String, at url: String) throws(GitError) -> CommitID {
        let ref = "refs/heads/\(branch)"
        try prepareSettings()
        let output = try run("ask", url, ["ls-remote", "--", url, ref], inMirror: false)
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: "\t")
            if parts.count == 2, parts[1] == ref, let commit = CommitID(parts[0]) { return commit }
        }
        throw GitError("ask", url, "it has no branch '\(branch)'")
    }

    package func fetch(
        _ commit: CommitID, of branch: String, from url: String
    ) throws(GitError) {
        try prepareMirror()
        do throws(GitError) {
            try fetch(branch, from: url)
        } catch {
            if try isSound() {
                try removeHalves()
                throw error
            }
            // After a power cut, for instance; it is only a copy.
            try removeMirror()
            try prepareMirror()
            try fetch(branch, from: url)
        }
        if try isOnBranch(commit) { return }
        // Git keeps what a shallow repository sends, but sets no branch to it.
        let reason =
            try has(commit)
            ? "the beginning of its history is cut off" : "branch '\(branch)' moved on; ask again"
        throw GitError("fetch from", url, reason)
    }

    private func fetch(_ branch: String, from url: String) throws(GitError) {
        _ = try run(
            "fetch from", url,
            [
                "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
                "--no-auto-maintenance", "--no-recurse-submodules", "--", url,
                "+refs/heads/\(branch):refs/v6/branch",
            ], fileBytesMax: fetchBytesMax)
    }

    /// Whether the mirror itself is whole, so that a fetch failed for another reason.
    private func isSound() throws(GitError) -> Bool {
        try start(
            "look at", path.text,
            ["fsck", "--connectivity-only", "--no-dangling", "--no-progress"]
        ).succeeded
    }

    /// What a fetch that was cut off has left half written would fill the disk, one by one.
    private func removeHalves() throws(GitError) {
        _ = try start("clean up", path.text, ["prune", "--expire=now"])
    }

    func has(_ commit: CommitID) throws(GitError) -> Bool {
        let result = try start("look for", commit.short, ["cat-file", "-e", "\(commit)^{commit}"])
        return result.succeeded
    }

    package func entries(
        of commit: CommitID, below folders: [String]
    ) throws(GitError) -> [TreeEntry] {
        let output = try run(
            "list", commit.short,
            ["ls-tree", "-r", "-z", "--full-tree", commit.text, "--"] + folders)
        var entries: [TreeEntry] = []
        for line in output.split(separator: "\0") {
            guard let tab = line.firstIndex(of: "\t") else {
                throw GitError("list", commit.short, "git answered '\(line.prefix(80))'")
            }
            let path = String(line[line.index(after: tab)...])
            let words = line[..<tab].split(separator: " ")
            guard words.count == 3 else {
                throw GitError("list", commit.short, "git answered '\(line.prefix(80))'")
            }
            guard words[0] == "100644" || words[0] == "100755" else {
                let kind = words[0] == "120000" ? "a link" : "a submodule"
                throw GitError(
                    "use", "\(commit.short):\(path)", "it is \(kind); only plain files are taken")
            }
            entries.append(TreeEntry(path: path, blob: String(words[2])))
        }
        return entries
    }

    package func bytes(of entries: [TreeEntry]) throws(GitError) -> [[UInt8]] {
        let input = entries.map { $0.blob + "\n" }.joined()
        let result = try start(
            "read", "\(entries.count) files", ["cat-file", "--batch"], input: Array(input.utf8))
        guard result.succeeded else { throw failure("read", "\(entries.count) files", result) }
        return try BatchOutput(result.output).blobs(count: entries.count)
    }

    package func treeHash(
        of commit: CommitID, names: [String]
    ) throws(GitError) -> String? {
        let output = try run(
            "list", commit.short, ["ls-tree", "-z", "--full-tree", commit.text, "--"] + names)
        let lines = output.split(separator: "\0")
        guard lines.count == names.count else { return nil }
        var tree: [UInt8] = []
        for line in lines {
            let words = line.split(separator: " ", maxSplits: 2)
            let rest = words.last?.split(separator: "\t", maxSplits: 1) ?? []
            guard words.count == 3, rest.count == 2 else {
                throw GitError("list", commit.short, "git answered '\(line.prefix(80))'")
            }
            let mode = words[0].drop { $0 == "0" }
            tree += Array("\(mode) \(rest[1])".utf8) + [0] + bytes(ofHex: rest[0])
        }
        let hash = try run(
            "hash", commit.short, ["hash-object", "-t", "tree", "--stdin"], input: tree)
        return String(hash.split(separator: "\n").first ?? "")
    }

    private func bytes(ofHex text: Substring) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while rest.count >= 2 {
            bytes.append(UInt8(String(Substring(rest.prefix(2))), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

extension GitMirror {
    func run(
        _ tried: String, _ subject: String, _ arguments: [String], input: [UInt8] = [],
        inMirror: Bool = true, fileBytesMax: Int? = nil
    ) throws(GitError) -> String {
        let result = try start(
            tried, subject, arguments, input: input, inMirror: inMirror,
            fileBytesMax: fileBytesMax)
        guard result.succeeded else { throw failure(tried, subject, result) }
        return result.outputText
    }

    func start(
        _ tried: String, _ subject: String, _ arguments: [String], input: [UInt8] = [],
        inMirror: Bool = true, fileBytesMax: Int? = nil
    ) throws(GitError) -> CommandResult {
        let settings = [
            "core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.ext.allow=never",
            "gc.auto=0", "maintenance.auto=false", "transfer.fsckObjects=true",
            "fetch.recurseSubmodules=false", "core.fsync=all",
            // One file a fetch, so that the limit of a file is the limit of a fetch.
            "fetch.unpackLimit=1",
        ].flatMap { ["-c", $0] }
        // Outside the mirror git runs where no repository is, so that none of the caller's counts.
        let place = inMirror ? ["--git-dir", files.outside(path)] : ["-C", "/"]
        var command = Command(
            git, ["--no-replace-objects"] + settings + place + arguments,
            environment: environment, input: input, deadline: Self.fetchDeadline,
            outputBytesMax: Self.commitBytesMax)
        command.account = account.numbers
        command.fileBytesMax = fileBytesMax
        do throws(MachineError) {
            return try commands.run(command)
        } catch {
            throw GitError(tried, subject, error.description)
        }
    }

    /// Nothing of the caller's, and no question asked.
    private var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": account.home, "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": settingsFile,
            "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/false",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes", "GIT_ATTR_NOSYSTEM": "1",
        ]
    }

    func failure(
        _ tried: String, _ subject: String, _ result: CommandResult
    ) -> GitError {
        let words = result.errorText.split(separator: "\n")
        let line =
            words.first { $0.hasPrefix("fatal:") || $0.hasPrefix("error:") } ?? words.last ?? ""
        let reason =
            switch result.ending {
            case .exited: line.isEmpty ? "git failed and said nothing" : String(line)
            case .signalled(SIGXFSZ): tooLarge
            case .signalled(let signal): "git was ended by signal \(signal)"
            case .hung: "no answer within \(Self.fetchDeadline)"
            case .flooded: "over \(Self.commitBytesMax) bytes"
            }
        // One of git's programs met the limit: it died of it, or ignores the signal and says so.
        let isTooLarge =
            result.errorText.contains("signal \(SIGXFSZ)")
            || result.errorText.contains(String(cString: strerror(EFBIG)))
        if isTooLarge { return GitError(tried, subject, tooLarge) }
        guard subject.hasPrefix("/"), case .user = account else {
            return GitError(tried, subject, reason)
        }
        return GitError(
            tried, subject,
            "\(reason); git runs as \(GitAccount.name), which has to be able to read that")
    }

    private var tooLarge: String { "it would bring over \(fetchBytesMax) bytes at once" }
}
