/// One place of a turn where it can be disturbed: a system call that changes something.
package struct Site: Hashable, Sendable {
    /// `renameat`, `fsync`, …
    package let call: String
    /// The how manieth call of this name of its thread.
    package let number: Int
    /// Whether the turn's own thread makes it; else one of its other threads and programs does.
    package let isMain: Bool
    /// Whether the journal is just being written or made durable, or has just been.
    package var isBoundary = false

    /// After the last call: the turn has ended.
    package static let end = Site(call: "the end", number: 0, isMain: true)

    /// What the kernel could answer instead, besides doing it: by the call's own page in section 2
    /// of the manual.
    package var errors: [String] {
        switch call {
        case "write", "pwrite64", "fsync", "fdatasync", "syncfs": ["ENOSPC", "EIO"]
        case "openat", "renameat", "renameat2", "mkdirat", "symlinkat", "linkat":
            ["ENOSPC", "EIO", "EROFS"]
        case "unlinkat", "fchmod", "fchmodat", "fchown", "fchownat", "ftruncate": ["EIO", "EROFS"]
        default: []
        }
    }

    /// The calls that are traced: all that change a file, make something durable, or start, end or
    /// talk to another process.
    static let traced = [
        "openat", "write", "pwrite64", "fsync", "fdatasync", "syncfs", "renameat", "renameat2",
        "mkdirat", "symlinkat", "linkat", "unlinkat", "fchmod", "fchmodat", "fchown", "fchownat",
        "ftruncate", "utimensat", "vfork", "clone3", "execve", "kill", "connect", "sendto",
        "sendmsg", "flock",
    ]

    /// As strace takes them.
    package static var names: String { traced.joined(separator: ",") }

    /// Every site in what `strace -f` wrote of one turn.
    package static func all(in log: String) -> [Site] {
        let lines = log.split(separator: "\n")
        // Without -f no line begins with the number of a thread.
        guard let main = lines.first?.prefix(while: \.isNumber) else { return [] }
        var counts: [String: Int] = [:]
        var sites: [Site] = []
        var isAfterJournal = false
        for line in lines {
            let thread = line.prefix(while: \.isNumber)
            let text = line.dropFirst(thread.count).drop { $0 == " " }
            guard let open = text.firstIndex(of: "("), text.first?.isLetter == true else {
                continue
            }
            let call = String(text[..<open])
            guard traced.contains(call) else { continue }
            // Every call of the name counts, also one that only reads.
            counts["\(thread) \(call)", default: 0] += 1
            guard changes(call, text) else { continue }
            let isMain = thread == main
            let isJournal = isMain && text.contains("/journal.jsonl>")
            sites.append(
                Site(
                    call: call, number: counts["\(thread) \(call)"] ?? 0, isMain: isMain,
                    isBoundary: isMain && (isJournal || isAfterJournal)))
            if isMain { isAfterJournal = isJournal && call == "fsync" }
        }
        return sites
    }

    private static func changes(_ call: String, _ text: Substring) -> Bool {
        switch call {
        case "openat": text.contains("O_CREAT") || text.contains("O_TRUNC")
        // The first is what strace itself was asked to start.
        case "execve": !text.contains("/v6-reconcile\"")
        default: true
        }
    }
}

extension Site: CustomStringConvertible {
    package var description: String {
        self == .end ? call : "\(call) \(number)\(isMain ? "" : " of another thread")"
    }
}
