import Facts
import Machine

extension GitMirror {
    /// Settings of git that are ours: which folders it may read although they are not its
    /// account's, and the file in which the host's owner may add some.
    private static let settings = """
        [safe]
        \tdirectory = *
        [include]
        \tpath = \(GitAccount.home)/config

        """

    /// Where git's settings lie, as it is told.
    var settingsFile: String {
        switch account {
        case .caller: "/dev/null"
        case .user: files.outside(path) + ".settings"
        }
    }

    /// Lays git's settings where it can read them.
    func prepareSettings() throws(GitError) {
        guard case .user = account else { return }
        try attempt("lay out the settings of git beside") { () throws(MachineError) in
            let file = try named(path.text + ".settings")
            let bytes = Array(Self.settings.utf8)
            do throws(MachineError) {
                if try files.read(file) == bytes { return }
            } catch {
                guard error.isAbsence else { throw error }
            }
            if let parent = path.parent { try files.makeDirectories(parent) }
            try files.replace(
                file, with: bytes,
                Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o644)),
                accounts: Accounts())
        }
    }

    /// Makes the mirror where there is none. One that root made before git had an account of its
    /// own is made anew: it is only a copy.
    func prepareMirror() throws(GitError) {
        var isThere = false
        try attempt("make the mirror at") { () throws(MachineError) in
            if try isOfRoot() { try files.removeTree(path) }
            isThere = try files.list(path)?.contains("HEAD") == true
            if !isThere { try makeFolder() }
        }
        guard !isThere else { return }
        _ = try run(
            "make the mirror at", path.text,
            ["init", "--quiet", "--bare", "--template=", files.outside(path)], inMirror: false)
    }

    /// Has the mirror made anew by the next fetch.
    func removeMirror() throws(GitError) {
        try attempt("remove the damaged mirror at") { () throws(MachineError) in
            try files.removeTree(path)
        }
    }

    private func makeFolder() throws(MachineError) {
        if let parent = path.parent { try files.makeDirectories(parent) }
        guard case .user(let id, let group) = account else { return }
        try files.makeDirectory(
            path,
            Ownership(
                owner: Accounts().user(id), group: Accounts().group(group),
                mode: FileMode(bits: 0o700)),
            accounts: Accounts())
    }

    private func isOfRoot() throws(MachineError) -> Bool {
        guard case .user = account else { return false }
        switch files.status(of: path, accounts: Accounts()) {
        case .absent: return false
        case .unreadable(let reason): throw MachineError("look at", path.text, .found(reason))
        case .present(let status): return status.owner == "root"
        }
    }

    private func named(_ text: String) throws(MachineError) -> HostPath {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            throw MachineError("use", text, .found(error.description))
        }
    }

    private func attempt(
        _ tried: String, _ body: () throws(MachineError) -> Void
    ) throws(GitError) {
        do throws(MachineError) {
            try body()
        } catch {
            throw GitError(tried, path.text, error.description)
        }
    }
}
