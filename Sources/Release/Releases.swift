import Digest
package import Facts
package import Machine

/// The programs of ours in one folder, and the key that they go by.
package struct Programs: Hashable, Sendable {
    /// Every program of this project that a unit may run.
    package static let names = ["ib-gateway-simulator", "v6-health-check", "v6-reconcile"]

    /// As the operating system sees it.
    package let folder: String
    /// Hexadecimal digits.
    package let key: String
    /// Whether the key is the git tree hash of the sources, not a digest of the programs.
    package let isBuiltFromKey: Bool
    /// Which of the folder's files are taken; those that are not there are left out.
    package var names = Self.names
    /// What they do to durable stores; nil where nobody says.
    package var formats: Formats?

    package init(folder: String, key: String, isBuiltFromKey: Bool) {
        self.folder = folder
        self.key = key
        self.isBuiltFromKey = isBuiltFromKey
    }
}

/// Releases below `/opt/v6/releases`: `KEY/bin/PROGRAM`, and `KEY/manifest.json` written last.
package struct Releases: Sendable {
    /// Below the root; design, section 7. A folder of it is named by its key.
    package static let folder = "/opt/v6/releases"
    /// Where the links of units to their releases lie.
    static let above = "/opt/v6"
    /// Beside built programs, names the tree hash of the sources that they were built from.
    package static let stamp = "release-key"
    /// Largest program that is taken for one of ours.
    package static let programBytesMax = 256 << 20

    let files: HostFiles
    let accounts: Accounts

    package init(files: HostFiles, accounts: Accounts) {
        self.files = files
        self.accounts = accounts
    }

    /// The programs that lie beside a program: of the same release, or of the same build.
    ///
    /// `program`: absolute path of the running program, through no link.
    /// Throws `MachineError` when the folder cannot be read.
    package func beside(_ program: String) throws(MachineError) -> Programs {
        let folder = program.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        let here = try HostFiles(root: folder.isEmpty ? "/" : folder, honoursOwners: false)
        var programs: Programs
        if let key = try text(Self.stamp, in: here) {
            programs = Programs(folder: folder, key: key, isBuiltFromKey: true)
        } else if let manifest = try manifest(
            in: try HostFiles(root: folder + "/..", honoursOwners: false))
        {
            programs = Programs(
                folder: folder, key: manifest.key, isBuiltFromKey: manifest.isBuiltFromKey)
            programs.formats = manifest.formats
            if !manifest.programs.isEmpty { programs.names = manifest.programs }
            return programs
        } else {
            var hash = SHA256()
            for (name, bytes) in try bytes(of: Programs.names, in: here) {
                hash.update(Array("\(name) \(ContentDigest.of(bytes))\n".utf8))
            }
            let key = String(hash.finish().description.prefix(40))
            programs = Programs(folder: folder, key: key, isBuiltFromKey: false)
        }
        // Of the same build as the program that asks.
        programs.formats = ReleaseManifest.own.formats
        return programs
    }

    /// What an installed release says of itself; nil when it is not there or says nothing known.
    package func manifest(of key: String) throws(MachineError) -> ReleaseManifest? {
        let path = try hostPath("\(Self.folder)/\(key)/\(ReleaseManifest.name)")
        do throws(MachineError) {
            return ReleaseManifest(
                bytes: try files.read(path, bytesMax: ReleaseManifest.bytesMax))
        } catch {
            if error.isAbsence { return nil }
            throw error
        }
    }

    /// Whether a release lies ready: its manifest is there, and that is written last.
    package func isInstalled(_ key: String) throws(MachineError) -> Bool {
        let folder = try hostPath("\(Self.folder)/\(key)")
        guard let names = try files.list(folder) else { return false }
        return names.contains(ReleaseManifest.name)
    }

    /// Lays programs out as a release; the release appears whole, in one rename.
    package func install(_ programs: Programs) throws(MachineError) {
        if try isInstalled(programs.key) { return }
        let new = try hostPath("\(Self.folder)/.new-\(programs.key)")
        try files.makeDirectories(try hostPath(Self.folder))
        try files.removeTree(new)
        try files.makeDirectories(try hostPath("\(new)/bin"))
        let source = try HostFiles(root: programs.folder, honoursOwners: false)
        var digests: [String: ContentDigest] = [:]
        for (name, bytes) in try bytes(of: programs.names, in: source) {
            try files.replace(
                try hostPath("\(new)/bin/\(name)"), with: bytes, ownership(0o755),
                accounts: accounts)
            digests[name] = .of(bytes)
        }
        let manifest = ReleaseManifest(
            key: programs.key, isBuiltFromKey: programs.isBuiltFromKey,
            programs: Array(digests.keys), digests: digests, formats: programs.formats)
        try files.replace(
            try hostPath("\(new)/\(ReleaseManifest.name)"), with: manifest.bytes,
            ownership(0o644), accounts: accounts)
        try files.move(new, to: try hostPath("\(Self.folder)/\(programs.key)"))
    }

    private func ownership(_ bits: UInt16) -> Ownership {
        Ownership(owner: "root", group: "root", mode: FileMode(bits: bits))
    }

    private func bytes(
        of names: [String], in folder: HostFiles
    ) throws(MachineError) -> [(String, [UInt8])] {
        var found: [(String, [UInt8])] = []
        let there = try folder.listRoot()
        for name in names where there.contains(name) {
            let path = try hostPath("/\(name)")
            found.append((name, try folder.read(path, bytesMax: Self.programBytesMax)))
        }
        guard !found.isEmpty else {
            throw MachineError(
                "use", folder.root,
                .found("none of \(names.joined(separator: ", ")) is there"))
        }
        return found
    }

    private func manifest(in folder: HostFiles) throws(MachineError) -> ReleaseManifest? {
        guard let text = try text(ReleaseManifest.name, in: folder),
            let manifest = ReleaseManifest(bytes: Array(text.utf8)), !manifest.key.isEmpty
        else { return nil }
        return manifest
    }

    /// A small text file of the folder without its last newline; nil when it is not there.
    private func text(
        _ name: String, in folder: HostFiles
    ) throws(MachineError) -> String? {
        guard try folder.listRoot().contains(name) else { return nil }
        let bytes = try folder.read(try hostPath("/\(name)"), bytesMax: 1 << 20)
        return String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n").joined(separator: "\n")
    }
}
