/// Who owns a file or folder, and what its mode is.
package struct Ownership: Hashable, Sendable {
    package let owner: String
    package let group: String
    package let mode: FileMode

    package init(owner: String, group: String, mode: FileMode) {
        self.owner = owner
        self.group = group
        self.mode = mode
    }
}
