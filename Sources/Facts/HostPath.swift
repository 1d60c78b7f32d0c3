/// An absolute path on the host, in its one spelling.
///
/// No `.`, `..`, empty component, trailing slash, NUL or control character; at most 4,095 bytes,
/// each component at most 255 (Linux: PATH_MAX, NAME_MAX). Below `--root DIR` the same path means
/// the file below DIR.
package struct HostPath: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Longest path, in bytes: PATH_MAX without its closing NUL.
    package static let bytesMax = 4_095
    /// Longest name between two slashes, in bytes: NAME_MAX.
    package static let componentBytesMax = 255

    /// From the leading slash on, as it is shown, kept and compared.
    package let text: String

    /// - Throws: `BadPath` with the reason, when the text is not a path in its one spelling.
    package init(_ text: String) throws(BadPath) {
        func refuse(_ reason: String) -> BadPath { BadPath(text: text, reason: reason) }
        guard text.utf8.first == UInt8(ascii: "/") else { throw refuse("is not absolute") }
        guard text.utf8.count > 1 else { throw refuse("is the root itself") }
        guard text.utf8.count <= Self.bytesMax else { throw refuse("is too long") }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw refuse("holds a control character")
        }
        for component in text.utf8.dropFirst().split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        {
            let name = String(Substring(component))
            guard !name.isEmpty else { throw refuse("has an empty component") }
            guard name != ".", name != ".." else { throw refuse("contains '\(name)'") }
            guard name.utf8.count <= Self.componentBytesMax else {
                throw refuse("has a component over \(Self.componentBytesMax) bytes")
            }
        }
        self.text = text
    }

    private init(unchecked text: String) { self.text = text }

    package var description: String { text }

    /// The path without its leading slash, for calls relative to the root's descriptor.
    package var relative: Substring { text.dropFirst() }

    /// The last component.
    package var name: Substring {
        text[text.index(after: text.lastIndex(of: "/") ?? text.startIndex)...]
    }

    /// The folder that holds it; nil directly below the root.
    package var parent: HostPath? {
        guard let slash = text.lastIndex(of: "/"), slash != text.startIndex else { return nil }
        return HostPath(unchecked: String(text[..<slash]))
    }

    /// Whether the path is `folder` or lies below it.
    package func isWithin(_ folder: HostPath) -> Bool {
        text == folder.text || text.hasPrefix(folder.text + "/")
    }

    /// - Throws: `BadPath` when the result is not a path in its one spelling.
    package func appending(_ suffix: String) throws(BadPath) -> HostPath {
        try HostPath(text + "/" + suffix)
    }

    package static func < (left: HostPath, right: HostPath) -> Bool { left.text < right.text }
}

/// A text that is not a path in its one spelling.
package struct BadPath: Error, Hashable, CustomStringConvertible {
    /// As it was written.
    package let text: String
    /// The rest of the sentence that the text begins: `is not absolute`.
    package let reason: String

    package init(text: String, reason: String) {
        self.text = text
        self.reason = reason
    }

    package var description: String { "path '\(text)' \(reason)" }
}
