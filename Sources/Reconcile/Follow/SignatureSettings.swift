package import Facts
import YAML

/// `signatures:` of the host's own file: whose commits may act here.
package struct SignatureSettings: Hashable, Sendable {
    /// Where allowed signers stand when the file does not say.
    package static let allowedSignersDefault = "/etc/v6-reconcile/allowed_signers"

    /// Whether a commit has to be signed before it acts.
    package var required: Bool
    /// As ssh-keygen(1) has it under ALLOWED SIGNERS; nil: at the usual place, where there is one.
    package var allowedSigners: HostPath?
    /// Keys of ssh that count no more, whatever else is said of them.
    package var revokedKeys: HostPath?
    /// A folder of gpg's whose keyring holds allowed keys.
    package var openPGP: HostPath?
    /// The commit below which nothing may act; 7 to 64 lower-case digits.
    package var floor: String?

    package init(required: Bool, floor: String? = nil) {
        self.required = required
        self.floor = floor
    }

    /// Whether the floor names its commit beyond doubt. Seven digits can be made to fit another.
    package var isFloorWhole: Bool { floor.flatMap { CommitID($0) } != nil }

    static func read(
        _ node: YAMLNode?, requiredDefault: Bool, _ faults: inout [YAMLFault]
    ) -> SignatureSettings {
        var settings = SignatureSettings(required: requiredDefault)
        guard let node else { return settings }
        let place = "signatures"
        let fields = Fields(
            node, known: HostSettings.signatureTable.map(\.key), place: place, &faults)
        settings.required = fields.bool("required", place, &faults) ?? requiredDefault
        settings.allowedSigners = path("allowed_signers", fields, &faults)
        settings.revokedKeys = path("revoked_keys", fields, &faults)
        settings.openPGP = path("openpgp", fields, &faults)
        settings.floor = floor(fields, &faults)
        return settings
    }

    private static func path(
        _ key: String, _ fields: Fields, _ faults: inout [YAMLFault]
    ) -> HostPath? {
        guard let text = fields.text(key, "signatures", &faults), let node = fields.node(key) else {
            return nil
        }
        do throws(BadPath) {
            return try HostPath(text)
        } catch {
            faults.append(YAMLFault(mark: node.mark, problem: "\(error)", suggestion: nil))
            return nil
        }
    }

    /// A name, such as a tag's, is none: whoever may push could move it.
    private static func floor(_ fields: Fields, _ faults: inout [YAMLFault]) -> String? {
        guard let text = fields.text("floor", "signatures", &faults),
            let node = fields.node("floor")
        else { return nil }
        let isID = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        if isID, (7...40).contains(text.utf8.count) || text.utf8.count == 64 { return text }
        faults.append(
            YAMLFault(
                mark: node.mark, problem: "signatures.floor is '\(text)', not the id of a commit",
                suggestion: "write the digits that `git rev-parse COMMIT` prints"))
        return nil
    }
}
