/// Why a real host for tests could not be had, or would not do something.
package struct HostError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, as a verb with its object: `boot host main`.
    package let tried: String
    /// One sentence: what was found, and how to mend it where the harness knows.
    package let reason: String

    package init(_ tried: String, _ reason: String) {
        self.tried = tried
        self.reason = reason
    }

    package var description: String { "cannot \(tried): \(reason)" }
}
