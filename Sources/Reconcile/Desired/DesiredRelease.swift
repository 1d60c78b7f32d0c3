package import Digest

/// Where a commit says that its programs come from.
package struct DesiredRelease: Hashable, Sendable {
    /// What they are made of, or taken from.
    package enum Origin: Hashable, Sendable {
        /// Nothing is said: those that are at hand, where they are the right ones.
        case atHand
        /// Built on the host itself.
        case host
        /// Built elsewhere: a path or an address, and the digest of the bytes there.
        case artifact(String, sha256: ContentDigest)
    }

    /// By itself it changes nothing: what is installed under the wanted key stays.
    package var origin: Origin
    /// Whether a build may write what the healthy one cannot read: there is no way back then.
    package var hasNoWayBack: Bool

    package init(origin: Origin = .atHand, hasNoWayBack: Bool = false) {
        self.origin = origin
        self.hasNoWayBack = hasNoWayBack
    }
}
