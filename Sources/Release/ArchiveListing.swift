/// What an archive of a release holds, judged by its listing before anything of it is unpacked.
package struct ArchiveListing: Hashable, Sendable {
    /// Most programs of one release.
    package static let programsMax = 64
    /// All bytes of one release, unpacked; more is taken for an attack or a mistake.
    package static let bytesMax = 1 << 30

    /// The names in its `bin`, sorted.
    package private(set) var programs: [String] = []
    /// Whether it has a `manifest.json`.
    package private(set) var hasManifest = false
    /// Of all its files.
    package private(set) var bytes = 0

    /// Why an archive is not taken: one sentence that names the member.
    package struct Refusal: Error, Hashable, Sendable {
        /// As it follows "cannot unpack it: ".
        package let reason: String
    }

    /// Reads what `tar --list --verbose --numeric-owner --quoting-style=escape` printed: plain
    /// files `bin/NAME` and `manifest.json`, the folders they are in, and nothing else.
    ///
    /// - Throws: `Refusal` for any other member, one that is there twice, or too much of them.
    package init(_ text: String) throws(Refusal) {
        for line in text.split(separator: "\n") {
            try add(line.split(separator: " ", maxSplits: 5).map(String.init), of: line)
        }
        programs.sort()
        if programs.isEmpty { throw Refusal(reason: "it has no program in bin/") }
    }

    private mutating func add(_ fields: [String], of line: Substring) throws(Refusal) {
        guard fields.count == 6, let kind = fields[0].first else {
            throw Refusal(reason: "tar lists '\(line.prefix(80))'")
        }
        let (written, name) = (fields[5], Self.plain(fields[5]))
        switch kind {
        case "d":
            guard ["", ".", "bin", "bin/", "./"].contains(name) else {
                throw Refusal(reason: "it has a folder \(written)")
            }
        case "-":
            guard let size = Int(fields[2]), size >= 0 else {
                throw Refusal(reason: "tar lists '\(line.prefix(80))'")
            }
            try add(name, size, as: written)
        case "l": throw Refusal(reason: "it has a link: \(written)")
        case "h": throw Refusal(reason: "it has a hard link: \(written)")
        default: throw Refusal(reason: "\(written) is no plain file")
        }
    }

    private mutating func add(
        _ name: String, _ size: Int, as written: String
    ) throws(Refusal) {
        // Judged before it is added: the sum with any number that tar may list does not fit.
        guard size <= Releases.programBytesMax, bytes + size <= Self.bytesMax else {
            throw Refusal(reason: "\(written) makes it over \(Releases.programBytesMax >> 20) MiB")
        }
        bytes += size
        if name == ReleaseManifest.name {
            if hasManifest { throw Refusal(reason: "\(written) is there twice") }
            hasManifest = true
            return
        }
        guard name.hasPrefix("bin/"), Self.isProgram(name.dropFirst(4)) else {
            throw Refusal(
                reason: "it has \(written); only bin/PROGRAM and manifest.json are taken")
        }
        let program = String(name.dropFirst(4))
        if programs.contains(program) { throw Refusal(reason: "\(written) is there twice") }
        if programs.count == Self.programsMax {
            throw Refusal(reason: "it has over \(Self.programsMax) programs")
        }
        programs.append(program)
    }

    /// Without the `./` that tar puts before each name when it is told to pack `.`.
    private static func plain(_ name: String) -> String {
        name.hasPrefix("./") ? String(name.dropFirst(2)) : name
    }

    /// A file name that needs no second thought: letters, digits, `-`, `_`, and `.` inside.
    package static func isProgram(_ name: some StringProtocol) -> Bool {
        (1...64).contains(name.utf8.count) && name.utf8.first != UInt8(ascii: ".")
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0)
                    || (0x61...0x7a).contains($0) || $0 == 0x2d || $0 == 0x2e || $0 == 0x5f
            }
    }
}
