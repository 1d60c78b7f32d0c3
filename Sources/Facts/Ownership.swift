/// Who owns a file or folder, and what its mode is.
package struct Ownership: Hashable, Sendable {
    /// Account by name, never by number; not honoured in a sandbox.
    package let owner: String
    /// Group by name, never by number; not honoured in a sandbox.
    package let group: String
    /// Permission bits, set-uid, set-gid and sticky among them.
    package let mode: FileMode

    package init(owner: String, group: String, mode: FileMode) {
        self.owner = owner
        self.group = group
        self.mode = mode
    }
}
