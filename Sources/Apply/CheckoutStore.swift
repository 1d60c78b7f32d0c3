import Digest
import Facts
package import Git
package import Machine
package import Reconcile

/// Commits laid out, each in a folder of its own: `contents` holds the bytes of all its files one
/// behind the other, and `manifest`, written last, says which they are.
package struct CheckoutStore: Sendable {
    private static let manifestName = "manifest"
    private static let contentsName = "contents"
    /// Largest file of a commit, in bytes.
    package static let fileBytesMax = 256 << 20
    /// Folders of a commit that are laid out.
    package static let folders = ["desired", "systemd"]

    private let state: StateFolder

    package init(in state: StateFolder) { self.state = state }

    /// Whether a checkout lies ready.
    package func has(_ name: String) throws(MachineError) -> Bool {
        let names = try state.files.list(try state.path("checkouts/\(name)")) ?? []
        return names.contains(Self.manifestName) && names.contains(Self.contentsName)
    }

    /// Lays a commit's files out; the checkout appears whole, in one rename. `release` is the key
    /// of the release that the commit's sources make; nil when it has none. `about`: what the
    /// commit says of itself.
    package func add(
        _ name: String, _ contents: [(path: String, bytes: [UInt8])], release: String?,
        about: CommitAbout? = nil
    ) throws(MachineError) {
        for (path, _) in contents { _ = try Self.path(path) }
        let new = try state.path("checkouts/.new-\(name)")
        try state.files.removeTree(new)
        try state.files.makeDirectories(new, mode: 0o700)
        func write(_ file: String, _ pieces: [[UInt8]]) throws(MachineError) {
            try state.files.replace(
                try state.path("checkouts/.new-\(name)/\(file)"), withPieces: pieces,
                Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o600)),
                accounts: state.accounts)
        }
        try write(Self.contentsName, contents.map(\.bytes))
        if let release { try write("release", [Array(release.utf8)]) }
        if let about { try write(Self.aboutName, [Array(Self.aboutText(about).utf8)]) }
        let secrets = Self.secrets(in: contents)
        if !secrets.isEmpty {
            try write(Self.secretsName, [Array(Self.secretsText(secrets).utf8)])
        }
        let lines = contents.map {
            "\(ContentDigest.of($0.bytes)) \($0.bytes.count) \($0.path)\n"
        }
        try write(Self.manifestName, [Array(lines.joined().utf8)])
        let final = try state.path("checkouts/\(name)")
        try state.files.removeTree(final)
        try state.files.move(new, to: final)
    }

    /// Removes every checkout but these, and what a killed turn left half laid out.
    package func keepOnly(_ names: Set<String>) throws(MachineError) {
        for name in try state.files.list(try state.path("checkouts")) ?? []
        where !names.contains(name) {
            try state.files.removeTree(try state.path("checkouts/\(name)"))
        }
    }

    /// A checkout that lies ready.
    package func load(_ name: String) throws(MachineError) -> LaidOut {
        let manifest = try state.files.read(
            try state.path("checkouts/\(name)/\(Self.manifestName)"), bytesMax: 64 << 20)
        var entries: [String: Checkout.Entry] = [:]
        var offset = 0
        for line in manifest.split(separator: UInt8(ascii: "\n")) {
            guard let (path, entry) = Self.entry(line, offset) else {
                throw MachineError(
                    "read", "the manifest of checkout \(name)", .found("a line is broken"))
            }
            entries[path] = entry
            offset += entry.size
        }
        let contents = try Contents(
            try state.path("checkouts/\(name)/\(Self.contentsName)"), in: state.files)
        var laidOut = try LaidOut(contents, entries)
        let names = try state.files.list(try state.path("checkouts/\(name)")) ?? []
        if names.contains(Self.secretsName) {
            laidOut.checkout.secrets = try Self.secrets(
                try state.files.read(try state.path("checkouts/\(name)/\(Self.secretsName)")),
                of: name)
        }
        if names.contains(Self.aboutName) {
            laidOut.about = Self.about(
                try state.files.read(try state.path("checkouts/\(name)/\(Self.aboutName)")))
        }
        if names.contains("release") {
            laidOut.release = String(
                decoding: try state.files.read(try state.path("checkouts/\(name)/release")),
                as: UTF8.self)
        }
        return laidOut
    }

    /// Reads `DIGEST SIZE PATH`; nil for anything else.
    private static func entry(
        _ line: ArraySlice<UInt8>, _ offset: Int
    ) -> (path: String, entry: Checkout.Entry)? {
        let space = UInt8(ascii: " ")
        guard line.count > 66, line[line.startIndex + 64] == space,
            let digest = ContentDigest(hexDigits: line.prefix(64))
        else { return nil }
        let rest = line.dropFirst(65)
        guard let end = rest.firstIndex(of: space),
            let size = Int(String(decoding: rest[..<end], as: UTF8.self))
        else { return nil }
        let path = String(decoding: rest[(end + 1)...], as: UTF8.self)
        return (path, Checkout.Entry(digest: digest, size: size, offset: offset))
    }

    static func path(_ name: String) throws(MachineError) -> HostPath {
        do throws(BadPath) {
            return try HostPath("/" + name)
        } catch {
            throw MachineError("use", name, .found(error.description))
        }
    }
}

/// A commit that lies in a folder, with what desired state needs of it.
package struct LaidOut: Sendable {
    /// The bytes of all its files.
    package let contents: Contents
    /// What desired state is read from: documents, unit files, and the digests of all other files.
    package var checkout: Checkout
    /// Key of the release that the commit's own sources make; nil when it has none.
    package var release: String?
    /// What the commit says of itself; nil for a folder.
    package var about: CommitAbout?

    init(_ contents: Contents, _ entries: [String: Checkout.Entry]) throws(MachineError) {
        self.contents = contents
        var texts: [String: [UInt8]] = [:]
        for (path, entry) in entries where Self.isText(path) {
            texts[path] = try contents.read(at: entry.offset, count: entry.size)
        }
        checkout = Checkout(entries: entries, texts: texts)
    }

    /// Reads a folder that holds `desired/` and `systemd/`, such as a work tree.
    ///
    /// - Returns: the folder, and its files with their bytes.
    /// - Throws: `MachineError`; a link among the files is refused, as it is in a commit.
    package static func folder(
        _ root: String
    ) throws(MachineError) -> (LaidOut, [(path: String, bytes: [UInt8])]) {
        let files = try HostFiles(root: root, honoursOwners: false)
        let accounts = Accounts()
        var contents: [(path: String, bytes: [UInt8])] = []
        func walk(_ path: HostPath) throws(MachineError) {
            switch files.status(of: path, accounts: accounts) {
            case .absent: break
            case .unreadable(let reason):
                throw MachineError("read", path.text, .found(reason))
            case .present(let status) where status.kind == .directory:
                for name in try files.list(path) ?? [] {
                    try walk(try CheckoutStore.path("\(path.relative)/\(name)"))
                }
            case .present(let status) where status.kind == .file:
                contents.append(
                    (
                        String(path.relative),
                        try files.read(path, bytesMax: CheckoutStore.fileBytesMax)
                    ))
            case .present(let status):
                throw MachineError(
                    "use", root + path.text,
                    .found("it is a \(status.kind.rawValue); only plain files are taken"))
            }
        }
        for folder in CheckoutStore.folders { try walk(try CheckoutStore.path(folder)) }
        var entries: [String: Checkout.Entry] = [:]
        var packed: [UInt8] = []
        for (path, bytes) in contents {
            entries[path] = Checkout.Entry(
                digest: .of(bytes), size: bytes.count, offset: packed.count)
            packed += bytes
        }
        var laidOut = try LaidOut(Contents(packed), entries)
        laidOut.checkout.secrets = CheckoutStore.secrets(in: contents)
        return (laidOut, contents)
    }

    /// What has to be read whole: the documents of desired state, and every unit file.
    private static func isText(_ path: String) -> Bool {
        path.hasPrefix("systemd/") || (path.hasPrefix("desired/") && path.hasSuffix(".yaml"))
    }
}
