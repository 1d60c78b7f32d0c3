import Digest
import Facts
package import Machine
import Reconcile

/// The key by which this host makes fingerprints of secrets.
package struct FingerprintKey: Sendable {
    private static let name = "fingerprint.key"
    private static let bytesCount = 32

    let bytes: [UInt8]

    /// The key that is kept; nil on a host that has none yet.
    package static func kept(in state: StateFolder) throws(MachineError) -> FingerprintKey? {
        do throws(MachineError) {
            let bytes = try state.files.read(try state.path(name))
            guard bytes.count == bytesCount else {
                throw MachineError(
                    "read", "\(StateFolder.folder)/\(name)",
                    .found("it is not \(bytesCount) bytes long; remove it, and a new one is made"))
            }
            return FingerprintKey(bytes: bytes)
        } catch {
            if error.isAbsence { return nil }
            throw error
        }
    }

    /// The key that is kept, or a new one, durably; whoever calls holds the lock.
    static func made(in state: StateFolder) throws(MachineError) -> FingerprintKey {
        if let key = try kept(in: state) { return key }
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<bytesCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        try state.files.replace(
            try state.path(name), with: bytes,
            Ownership(owner: "root", group: "root", mode: FileMode(bits: 0o600)),
            accounts: state.accounts)
        return FingerprintKey(bytes: bytes)
    }

    func fingerprint(_ secret: [UInt8]) -> Fingerprint? {
        let own = ContentDigest.of(bytes).description.prefix(4)
        return Fingerprint("\(own)\(keyedDigest(of: secret, key: bytes).description.prefix(12))")
    }
}

extension Observer {
    /// Largest credential, in bytes: systemd's own limit for all of a unit's together.
    private static let credentialBytesMax = 1 << 20

    /// Looks at the credentials of all units; without a key nothing is known of any.
    func credentials(
        _ desired: Desired, _ key: FingerprintKey?
    ) -> [UnitName: [String: Reading<CredentialSeen>]] {
        guard let key else { return [:] }
        var seen: [UnitName: [String: Reading<CredentialSeen>]] = [:]
        for (name, service) in desired.services {
            let files = service.credentialFiles
            if files.isEmpty { continue }
            seen[name] = files.mapValues { credential(at: $0, key) }
        }
        return seen
    }

    private func credential(at path: HostPath, _ key: FingerprintKey) -> Reading<CredentialSeen> {
        switch files.status(of: path, accounts: accounts) {
        case .absent: return .absent
        case .unreadable(let reason): return .unreadable(reason: reason)
        case .present(let status):
            do throws(MachineError) {
                let bytes = try files.read(path, bytesMax: Self.credentialBytesMax)
                return key.fingerprint(bytes).map {
                    .present(CredentialSeen(fingerprint: $0, modifiedUs: status.modifiedUs))
                } ?? .absent
            } catch {
                return .unreadable(reason: error.description)
            }
        }
    }
}
