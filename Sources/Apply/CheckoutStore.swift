import Digest
import Facts
package import Machine
package import Reconcile

/// Commits laid out, each in a folder of its own, with a manifest that is written last.
package struct CheckoutStore: Sendable {
    private static let manifestName = "manifest"
    /// Largest file of a commit, in bytes.
    package static let fileBytesMax = 256 << 20
    /// Folders of a commit that are laid out.
    package static let folders = ["desired", "systemd"]

    private let state: StateFolder

    package init(in state: StateFolder) { self.state = state }

    /// Whether a checkout lies ready.
    package func has(_ name: String) throws(MachineError) -> Bool {
        try state.files.list(try state.path("checkouts/\(name)"))?.contains(Self.manifestName)
            ?? false
    }

    /// Lays a commit's files out; the checkout appears whole, in one rename. `release` is the key
    /// of the release that the commit's sources make; nil when it has none.
    package func add(
        _ name: String, _ contents: [(path: String, bytes: [UInt8])], release: String?
    ) throws(MachineError) {
        let new = try state.path("checkouts/.new-\(name)")
        try state.files.removeTree(new)
        try state.files.makeDirectories(new, mode: 0o700)
        var manifest = ""
        for (path, bytes) in contents {
            let place = try state.path("checkouts/.new-\(name)/\(path)")
            if let folder = place.parent { try state.files.makeDirectories(folder, mode: 0o700) }
            try write(place, bytes)
            manifest += "\(ContentDigest.of(bytes)) \(bytes.count) \(path)\n"
        }
        if let release {
            try write(try state.path("checkouts/.new-\(name)/release"), Array(release.utf8))
        }
        try write(
            try state.path("checkouts/.new-\(name)/\(Self.manifestName)"), Array(manifest.utf8))
        let final = try state.path("checkouts/\(name)")
        try state.files.removeTree(final)
        try state.files.move(new, to: final)
    }

    private func write(_ path: HostPath, _ bytes: [UInt8]) throws(MachineError) {
        try state.files.replace(
            path, with: bytes,
            Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o600)),
            accounts: state.accounts)
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
        let root = state.files.outside(try state.path("checkouts/\(name)"))
        let files = try HostFiles(root: root, honoursOwners: false)
        let manifest = try files.read(try Self.path(Self.manifestName), bytesMax: 64 << 20)
        var entries: [String: Checkout.Entry] = [:]
        for line in String(decoding: manifest, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count == 3, let digest = ContentDigest(hex: String(words[0])),
                let size = Int(words[1])
            else {
                throw MachineError("read", "\(root)/manifest", .found("a line is broken"))
            }
            entries[String(words[2])] = Checkout.Entry(digest: digest, size: size)
        }
        var laidOut = try LaidOut(files: files, entries: entries)
        if try files.listRoot().contains("release") {
            laidOut.release = String(
                decoding: try files.read(try Self.path("release")), as: UTF8.self)
        }
        return laidOut
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
    /// The folder of the checkout as a root: its bytes are read from here, by their path in the
    /// commit.
    package let files: HostFiles
    /// What desired state is read from: documents, unit files, and the digests of all other files.
    package let checkout: Checkout
    /// Key of the release that the commit's own sources make; nil when it has none.
    package var release: String?

    init(files: HostFiles, entries: [String: Checkout.Entry]) throws(MachineError) {
        self.files = files
        var texts: [String: [UInt8]] = [:]
        for path in entries.keys where Self.isText(path) {
            texts[path] = try files.read(try CheckoutStore.path(path))
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
        for (path, bytes) in contents {
            entries[path] = Checkout.Entry(digest: .of(bytes), size: bytes.count)
        }
        return (try LaidOut(files: files, entries: entries), contents)
    }

    /// What has to be read whole: the documents of desired state, and every unit file.
    private static func isText(_ path: String) -> Bool {
        path.hasPrefix("systemd/") || (path.hasPrefix("desired/") && path.hasSuffix(".yaml"))
    }
}
