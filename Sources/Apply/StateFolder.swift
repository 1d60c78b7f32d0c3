import Digest
package import Facts
import JSON
package import Machine

/// Where the reconciler keeps what it must remember: `/var/lib/v6-reconcile`.
package struct StateFolder: Sendable {
    /// Below the root; design, section 7.
    package static let folder = "/var/lib/v6-reconcile"

    let files: HostFiles
    let accounts: Accounts

    package init(files: HostFiles, accounts: Accounts) {
        self.files = files
        self.accounts = accounts
    }

    /// Makes the folder, so that a lock can be taken in it.
    ///
    /// On a real host git's own account passes through it to the mirror; it cannot list it, and no
    /// file in it is readable by anybody but root.
    package func prepare() throws(MachineError) {
        let path = try path("")
        let mode = FileMode(bits: files.honoursOwners ? 0o711 : 0o700)
        try files.makeDirectories(path, mode: UInt32(mode.bits))
        guard files.honoursOwners, let status = files.status(of: path, accounts: accounts).value,
            status.mode != mode
        else { return }
        try files.setOwnership(
            of: path, Ownership(owner: "root", group: "root", mode: mode), accounts: accounts)
    }

    /// Takes the one lock of all mutators; nil when somebody has it.
    package func lock() throws(MachineError) -> KernelLock? {
        try KernelLock.take(try path("lock"), in: files)
    }

    /// A path below the state folder.
    package func path(_ name: String) throws(MachineError) -> HostPath {
        try Self.hostPath(name.isEmpty ? Self.folder : "\(Self.folder)/\(name)")
    }

    /// A path that is given as text; a bad one is an error like any other.
    package static func hostPath(_ text: String) throws(MachineError) -> HostPath {
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            throw MachineError("use", text, .found(error.description))
        }
    }

    /// Reads a document; nil when it is not there.
    ///
    /// - Throws: `MachineError` when it cannot be read or is no JSON: state that is broken is
    ///   never taken for state that is new.
    func document(_ name: String) throws(MachineError) -> JSONValue? {
        let bytes: [UInt8]
        do throws(MachineError) {
            bytes = try files.read(try path(name), bytesMax: 256 << 20)
        } catch {
            if error.isAbsence { return nil }
            throw error
        }
        do throws(JSONError) {
            return try JSONValue.parse(bytes)
        } catch {
            throw MachineError("read", files.outside(try path(name)), .found("\(error)"))
        }
    }

    /// Removes the halves of documents that killed turns have left. Whoever writes these has the
    /// lock; what persons say is written without it, and is let be.
    func removeLeftovers() throws(MachineError) {
        for folder in ["", "generations"] {
            let path = try path(folder)
            for name in try files.list(path) ?? []
            where name.hasPrefix(".") && name.hasSuffix(".v6-new")
                && !name.hasPrefix(".suspension.")
            {
                try files.remove(try Self.hostPath("\(path)/\(name)"))
            }
        }
    }

    /// Replaces a document, durably.
    func write(_ name: String, _ value: JSONValue) throws(MachineError) {
        try files.replace(
            try path(name), with: Array((value.text() + "\n").utf8),
            Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o600)),
            accounts: accounts)
    }
}
