/// Permission bits of a file, 0 to 0o7777.
package struct FileMode: Hashable, Sendable, CustomStringConvertible {
    /// As chmod(2) takes them: set-uid, set-gid and sticky, then three bits each for user, group,
    /// all.
    package let bits: UInt16

    package init(bits: UInt16) { self.bits = bits & 0o7777 }

    /// Reads three or four octal digits, such as `0640`; nil for anything else.
    package init?(octal text: String) {
        guard (3...4).contains(text.utf8.count), let bits = UInt16(text, radix: 8) else {
            return nil
        }
        guard text.utf8.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        self.bits = bits
    }

    /// Four octal digits.
    package var description: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// What a name in the file system stands for.
package enum FileKind: String, Hashable, Sendable {
    case file, directory, link, other

    /// As it is said to people.
    package var words: String { self == .other ? "special file" : rawValue }
}

/// How the bytes of a file compare with those that are wanted there.
package enum FileContent: Hashable, Sendable {
    /// Equal, byte for byte.
    case same
    /// Not equal; the size in bytes of what is there.
    case different(size: Int)
    /// Not compared: nothing was wanted there, or it is not a file.
    case notCompared
}

/// What keeps even root from changing a thing: an attribute of chattr(1).
package enum Frozen: String, Hashable, Sendable {
    /// Nothing of it can be changed.
    case immutable = "i"
    /// Bytes can only be added.
    case appendOnly = "a"
}

/// What one look at a path found, without following a link.
package struct FileStatus: Hashable, Sendable {
    /// By lstat(2): a link is a link, whatever it points at.
    package var kind: FileKind
    /// For a link what the kernel says, which is 0777 and means nothing.
    package var mode: FileMode
    /// Account and group by name, or as a number where no account has it; nil where owners are
    /// not honoured (the sandbox).
    package var owner: String?
    package var group: String?
    package var content: FileContent
    /// Where a link points, as written in it; nil for anything else.
    package var linkTarget: String?
    /// When the bytes last changed or may have, in microseconds since 1970 by the host's clock: the
    /// later of mtime and ctime, for `cp -p` and `rsync -a` set the first, and nothing the second.
    package var modifiedUs: Int64
    /// How many names the same bytes have; 1 for anything but a file.
    package var names: Int
    /// In bytes; 0 for anything but a file.
    package var size: Int
    /// Nil: it can be changed.
    package var frozen: Frozen?

    package init(
        kind: FileKind, mode: FileMode, owner: String?, group: String?,
        content: FileContent = .notCompared, linkTarget: String? = nil, modifiedUs: Int64 = 0,
        names: Int = 1, size: Int = 0, frozen: Frozen? = nil
    ) {
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.group = group
        self.content = content
        self.linkTarget = linkTarget
        self.modifiedUs = modifiedUs
        self.names = names
        self.size = size
        self.frozen = frozen
    }
}
