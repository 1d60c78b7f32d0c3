package import Digest
package import YAML

/// A commit as far as desired state needs it: its documents and unit files, and what other files
/// there are.
package struct Checkout: Hashable, Sendable {
    /// One file of the commit.
    package struct Entry: Hashable, Sendable {
        /// Over its bytes, as recorded when the checkout was laid out.
        package var digest: ContentDigest
        /// In bytes.
        package var size: Int
        /// Where its bytes begin in the contents of the checkout.
        package var offset: Int

        package init(digest: ContentDigest, size: Int, offset: Int = 0) {
            self.digest = digest
            self.size = size
            self.offset = offset
        }
    }

    /// Every file below `desired/` and `systemd/`, by its path in the commit.
    package var entries: [String: Entry]
    /// Bytes of `desired/*.yaml` and of everything below `systemd/`, by path.
    package var texts: [String: [UInt8]]
    /// Places in any of its files where a secret stands in plain text.
    package var secrets: [SecretFinding]

    package init(
        entries: [String: Entry], texts: [String: [UInt8]], secrets: [SecretFinding] = []
    ) {
        self.entries = entries
        self.texts = texts
        self.secrets = secrets
    }

    /// The documents, for showing the line of a fault.
    package var sources: [YAMLSource] {
        texts.filter { $0.key.hasSuffix(".yaml") }.sorted { $0.key < $1.key }
            .map { YAMLSource(name: $0.key, bytes: $0.value) }
    }
}
