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
        if let fault = Self.fault(in: text, from: 1) { throw refuse(fault) }
        self.text = text
    }

    /// Whether a text is such a path without its leading slash.
    package static func allows(relative text: String) -> Bool {
        (1..<bytesMax).contains(text.utf8.count) && fault(in: text, from: 0) == nil
    }

    /// What is wrong from there on, in one pass and without a copy: desired states of
    /// 10,000 paths are read every five minutes.
    private static func fault(in text: String, from first: Int) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            var start = first
            for end in first...bytes.count {
                if end < bytes.count {
                    let byte = bytes[end]
                    if byte < 0x20 || byte == 0x7f { return "holds a control character" }
                    if byte != UInt8(ascii: "/") { continue }
                }
                let length = end - start
                let isDots = (0..<length).allSatisfy { bytes[start + $0] == UInt8(ascii: ".") }
                if length == 0 { return "has an empty component" }
                if length <= 2, isDots { return "contains '\(length == 1 ? "." : "..")'" }
                if length > componentBytesMax {
                    return "has a component over \(componentBytesMax) bytes"
                }
                start = end + 1
            }
            return nil
        }
    }

    private init(unchecked text: String) { self.text = text }

    package var description: String { text }

    /// The path without its leading slash, for calls relative to the root's descriptor.
    package var relative: Substring { text[text.utf8.index(after: text.startIndex)...] }

    /// The last component.
    package var name: Substring {
        text[text.utf8.index(after: lastSlash)...]
    }

    /// By bytes: walking along characters is many times slower.
    private var lastSlash: String.Index {
        text.utf8.lastIndex(of: UInt8(ascii: "/")) ?? text.startIndex
    }

    /// The folder that holds it; nil directly below the root.
    package var parent: HostPath? {
        let slash = lastSlash
        guard slash != text.startIndex else { return nil }
        return HostPath(unchecked: String(text[..<slash]))
    }

    /// Whether the path is `folder` or lies below it.
    package func isWithin(_ folder: HostPath) -> Bool {
        guard text.hasPrefix(folder.text) else { return false }
        let rest = text.utf8.dropFirst(folder.text.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/")
    }

    /// Where this path lies when `folder`, which it is or lies below, is called `other`; nil for a
    /// path that would be too long.
    package func moved(from folder: HostPath, to other: HostPath) -> HostPath? {
        let text = other.text + self.text.dropFirst(folder.text.count)
        return text.utf8.count > Self.bytesMax ? nil : HostPath(unchecked: text)
    }

    /// A hidden name beside this path, to keep under it what stood here: `.NAME.v6-displaced`, with
    /// a number from the second on. Longer names than the kernel takes are cut.
    package func spare(_ number: Int) -> HostPath {
        let end = number == 1 ? ".v6-displaced" : ".v6-displaced.\(number)"
        var name = name
        while name.utf8.count + 1 + end.utf8.count > Self.componentBytesMax { name.removeLast() }
        return HostPath(unchecked: "\(parent?.text ?? "")/.\(name)\(end)")
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
