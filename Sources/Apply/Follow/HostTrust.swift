import Digest
import Facts
import Git
import Machine
import Reconcile

/// Whose commits may act here: the host's own files, read once for a turn.
struct HostTrust: Sendable {
    let keys: AllowedKeys
    /// Over all that decides who is trusted: what was judged under another is judged anew.
    let digest: ContentDigest

    /// - Throws: `TargetError` that refuses every commit, when a file is missing or may be written
    ///   by others than root.
    init(_ settings: SignatureSettings, _ files: HostFiles) throws(TargetError) {
        var keys = AllowedKeys()
        if settings.required {
            do throws(MachineError) {
                keys = try Self.read(settings, files)
            } catch {
                throw TargetError(
                    """
                    error: signatures are required, and the keys that count cannot be used
                      \(error)
                      No commit acts here until that is mended: \(HostSettings.path), `signatures`.
                    """, exitCode: TargetError.refused)
            }
        }
        self.keys = keys
        let parts = [keys.signers, keys.revoked, keys.keyring].map {
            $0.map { "\(ContentDigest.of($0))" } ?? "none"
        }
        digest = .of(
            "\(settings.required) \(settings.floor ?? "none") \(parts.joined(separator: " "))")
    }

    /// Whether some key counts for a time only, so that the host's clock matters.
    var hasTimes: Bool {
        let text = String(decoding: keys.signers, as: UTF8.self)
        return text.contains("valid-before") || text.contains("valid-after") || keys.keyring != nil
    }

    private static func read(
        _ settings: SignatureSettings, _ files: HostFiles
    ) throws(MachineError) -> AllowedKeys {
        var keys = AllowedKeys()
        if let folder = settings.openPGP { keys.keyring = try keyring(folder, files) }
        if let path = settings.allowedSigners {
            keys.signers = try files.readTrusted(path)
        } else {
            let path = try StateFolder.hostPath(SignatureSettings.allowedSignersDefault)
            do throws(MachineError) {
                keys.signers = try files.readTrusted(path)
            } catch {
                // Those of gpg may be all that there are.
                guard error.isAbsence, keys.keyring != nil else { throw error }
            }
        }
        if let path = settings.revokedKeys { keys.revoked = try files.readTrusted(path) }
        return keys
    }

    /// The public keys in a folder of gpg's.
    private static func keyring(
        _ folder: HostPath, _ files: HostFiles
    ) throws(MachineError) -> [UInt8] {
        do throws(MachineError) {
            return try files.readTrusted(try StateFolder.hostPath(folder.text + "/pubring.kbx"))
        } catch {
            guard error.isAbsence else { throw error }
            return try files.readTrusted(try StateFolder.hostPath(folder.text + "/pubring.gpg"))
        }
    }
}
