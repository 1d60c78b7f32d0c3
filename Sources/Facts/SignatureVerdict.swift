/// What was found of one commit's signature.
package enum SignatureVerdict: Hashable, Sendable {
    /// Right, and made with an allowed key that was valid then; `signer` as the allowed keys name
    /// it.
    case good(signer: String)
    case unsigned
    /// No allowed key made it; `key` as the program names it, where it does.
    case unknownKey(String?)
    /// An allowed key made it, outside the time in which that key is valid.
    case expired(String?)
    /// A key made it that is revoked.
    case revoked(String?)
    /// It is not of these bytes, or is none at all; in the program's words.
    case bad(String)

    /// The rest of a sentence that begins with the commit.
    package var words: String {
        switch self {
        case .good(let signer): "is signed by \(signer)"
        case .unsigned: "is not signed"
        case .unknownKey(let key): "is signed by an unknown key\(Self.tail(key))"
        case .expired(let key):
            "is signed by a key that was not valid when this host first saw the commit"
                + Self.tail(key)
        case .revoked(let key): "is signed by a revoked key\(Self.tail(key))"
        case .bad(let reason): "has a bad signature: \(reason)"
        }
    }

    private static func tail(_ key: String?) -> String { key.map { " (\($0))" } ?? "" }
}
