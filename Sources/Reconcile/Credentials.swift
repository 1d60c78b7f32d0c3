package import Facts
import UnitFile

/// A secret as far as it may be known: by a fingerprint, never by what it says.
package struct CredentialSeen: Hashable, Sendable {
    /// Made with a key that only this host has: equal ones stand for equal secrets here, and say
    /// nothing of them anywhere else.
    package var fingerprint: Fingerprint
    /// When its file last changed, in microseconds since 1970.
    package var modifiedUs: Int64

    package init(fingerprint: Fingerprint, modifiedUs: Int64) {
        self.fingerprint = fingerprint
        self.modifiedUs = modifiedUs
    }
}

/// The beginning of a keyed digest, in 16 hexadecimal digits; the first four say which key made it,
/// since those of another key cannot be compared.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    /// All 16 digits, as they are kept and compared.
    package let text: String

    /// Nil for anything but 16 lower-case hexadecimal digits.
    package init?(_ text: String) {
        guard text.utf8.count == 16,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }

    /// As plans show it: these tell one secret from another.
    package var description: String { String(text.dropFirst(4).prefix(8)) }

    /// Whether both were made with one key.
    func isComparable(with other: Fingerprint) -> Bool { text.prefix(4) == other.text.prefix(4) }
}

extension DesiredService {
    /// The files that the service manager hands to the unit as credentials, by their names there.
    ///
    /// Source: `LoadCredential=` and `LoadCredentialEncrypted=` of systemd.exec(5). One without a
    /// path comes from elsewhere, and a folder is not looked into.
    package var credentialFiles: [String: HostPath] {
        var files: [String: HostPath] = [:]
        for key in ["LoadCredential", "LoadCredentialEncrypted"] {
            for value in effectiveText.values("Service", key) {
                let parts = value.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, let path = HostPath(credential: parts[1]) else { continue }
                files[String(parts[0])] = path
            }
        }
        return files
    }
}

extension HostPath {
    fileprivate init?(credential text: Substring) {
        do throws(BadPath) {
            try self.init(String(text))
        } catch {
            return nil
        }
    }
}

extension Observed {
    /// The fingerprints of a unit's credentials, where they could be read.
    package func fingerprints(of unit: UnitName) -> [String: Fingerprint] {
        (credentials[unit] ?? [:]).compactMapValues { $0.value?.fingerprint }
    }
}
