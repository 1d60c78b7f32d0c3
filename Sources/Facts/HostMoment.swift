/// One moment by both of the host's clocks: the one that people may set, and the one that counts
/// from boot and never jumps.
package struct HostMoment: Hashable, Sendable {
    /// Microseconds since 1970.
    package var wallUs: Int64
    /// The kernel's id of this boot; empty where it is not known.
    package var bootId: String
    /// Milliseconds since boot.
    package var sinceBootMs: Int64

    package init(wallUs: Int64, bootId: String, sinceBootMs: Int64) {
        self.wallUs = wallUs
        self.bootId = bootId
        self.sinceBootMs = sinceBootMs
    }

    /// How much earlier another moment was, in milliseconds: by the clock that never jumps where
    /// both are of one boot. Never below 0.
    package func msSince(_ earlier: HostMoment) -> Int64 {
        if !bootId.isEmpty, bootId == earlier.bootId {
            return max(0, sinceBootMs - earlier.sinceBootMs)
        }
        return max(0, (wallUs - earlier.wallUs) / 1_000)
    }
}
