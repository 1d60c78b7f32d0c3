/// Sources of a commit as one tar archive, for whoever builds them: plain files, mode 0644, owner
/// root, time 0, so that equal sources have equal bytes.
///
/// Source: POSIX.1-2001, ustar interchange format.
package struct SourceArchive: Sendable {
    /// Longest name and longest prefix that a header has room for, in bytes.
    private static let (nameMax, prefixMax) = (100, 155)
    private static let blockBytes = 512

    /// Whole only after `finish`.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Adds a file.
    ///
    /// - Returns: false when the path is too long for the format, and nothing is added.
    package mutating func add(_ path: String, _ contents: [UInt8]) -> Bool {
        guard let (prefix, name) = Self.split(path) else { return false }
        var header = [UInt8](repeating: 0, count: Self.blockBytes)
        func put(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: Array(text.utf8))
        }
        put(name, at: 0)
        put(Self.octal(0o644, digits: 7), at: 100)
        for (offset, digits) in [(108, 7), (116, 7), (136, 11)] {
            put(Self.octal(0, digits: digits), at: offset)
        }
        put(Self.octal(contents.count, digits: 11), at: 124)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(prefix, at: 345)
        // The sum is made with spaces in its own place.
        put("        ", at: 148)
        put(Self.octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\0 ", at: 148)
        bytes += header + contents
        bytes += [UInt8](repeating: 0, count: (-contents.count) & (Self.blockBytes - 1))
        return true
    }

    /// Ends the archive.
    package mutating func finish() {
        bytes += [UInt8](repeating: 0, count: 2 * Self.blockBytes)
    }

    /// A path in two parts that both have room; nil when there is no such cut.
    private static func split(_ path: String) -> (prefix: String, name: String)? {
        if path.utf8.count <= nameMax { return ("", path) }
        for index in path.indices where path[index] == "/" {
            let (prefix, name) = (path[..<index], path[path.index(after: index)...])
            if name.utf8.count <= nameMax, prefix.utf8.count <= prefixMax {
                return (String(prefix), String(name))
            }
        }
        return nil
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
