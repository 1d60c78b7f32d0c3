import Digest
import Facts
import JSON
package import Machine

/// The programs of ours in one folder, and the key that they go by.
package struct Programs: Hashable, Sendable {
    /// Every program of this project that a unit may run.
    package static let names = ["v6-health-check", "v6-reconcile"]

    /// As the operating system sees it.
    package let folder: String
    /// Hexadecimal digits.
    package let key: String
    /// Whether the key is the git tree hash of the sources, not a digest of the programs.
    package let isBuiltFromKey: Bool

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
    /// Beside built programs, names the tree hash of the sources that they were built from.
    package static let stamp = "release-key"
    /// Largest program that is taken for one of ours.
    package static let programBytesMax = 256 << 20

    private let files: HostFiles
    private let accounts: Accounts

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
        if let key = try text(Self.stamp, in: here) {
            return Programs(folder: folder, key: key, isBuiltFromKey: true)
        }
        let above = try HostFiles(root: folder + "/..", honoursOwners: false)
        if let manifest = try manifest(in: above) {
            return Programs(
                folder: folder, key: manifest.key, isBuiltFromKey: manifest.isBuiltFromKey)
        }
        var hash = SHA256()
        for (name, bytes) in try programs(in: here) {
            hash.update(Array("\(name) \(ContentDigest.of(bytes))\n".utf8))
        }
        let key = String(hash.finish().description.prefix(40))
        return Programs(folder: folder, key: key, isBuiltFromKey: false)
    }

    /// Whether a release lies ready: its manifest is there, and that is written last.
    package func isInstalled(_ key: String) throws(MachineError) -> Bool {
        let folder = try hostPath("\(Self.folder)/\(key)")
        guard let names = try files.list(folder) else { return false }
        return names.contains("manifest.json")
    }

    /// Lays programs out as a release; the release appears whole, in one rename.
    package func install(_ programs: Programs) throws(MachineError) {
        if try isInstalled(programs.key) { return }
        let new = try hostPath("\(Self.folder)/.new-\(programs.key)")
        try files.makeDirectories(try hostPath(Self.folder))
        try files.removeTree(new)
        try files.makeDirectories(try hostPath("\(new)/bin"))
        let source = try HostFiles(root: programs.folder, honoursOwners: false)
        var digests: [JSONMember] = []
        for (name, bytes) in try self.programs(in: source) {
            try files.replace(
                try hostPath("\(new)/bin/\(name)"), with: bytes, ownership(0o755),
                accounts: accounts)
            digests.append(JSONMember(key: name, value: .string("\(ContentDigest.of(bytes))")))
        }
        let manifest: JSONValue = [
            "key": .string(programs.key), "built_from_key": .bool(programs.isBuiltFromKey),
            "programs": .object(JSONObject(digests)),
        ]
        try files.replace(
            try hostPath("\(new)/manifest.json"), with: Array(manifest.text(pretty: true).utf8),
            ownership(0o644), accounts: accounts)
        try files.move(new, to: try hostPath("\(Self.folder)/\(programs.key)"))
    }

    private func ownership(_ bits: UInt16) -> Ownership {
        Ownership(owner: "root", group: "root", mode: FileMode(bits: bits))
    }

    private func programs(in folder: HostFiles) throws(MachineError) -> [(String, [UInt8])] {
        var found: [(String, [UInt8])] = []
        let there = try folder.listRoot()
        for name in Programs.names where there.contains(name) {
            let path = try hostPath("/\(name)")
            found.append((name, try folder.read(path, bytesMax: Self.programBytesMax)))
        }
        guard !found.isEmpty else {
            throw MachineError(
                "use", folder.root,
                .found("none of \(Programs.names.joined(separator: ", ")) is there"))
        }
        return found
    }

    private func manifest(
        in folder: HostFiles
    ) throws(MachineError) -> (key: String, isBuiltFromKey: Bool)? {
        guard let text = try text("manifest.json", in: folder) else { return nil }
        do throws(JSONError) {
            let manifest = try JSONValue.parse(Array(text.utf8))
            guard let key = manifest["key"]?.asString else { return nil }
            return (key, manifest["built_from_key"]?.asBool ?? false)
        } catch {
            return nil
        }
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

    private func hostPath(_ text: String) throws(MachineError) -> HostPath {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            throw MachineError("use", text, .found(error.description))
        }
    }
}
