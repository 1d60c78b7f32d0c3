/// What a program and its children asked of the kernel, as strace(1) wrote it down.
package struct SystemCalls: Sendable {
    /// Calls that a plan may make although they could change something.
    package struct Allowance: Sendable {
        enum Sign: Sendable { case words(String, String), below(String) }

        let sign: Sign
        /// Why it changes nothing that lasts.
        package let reason: String

        /// Calls of this name whose arguments hold these words.
        package init(_ call: String, _ words: String, because reason: String) {
            sign = .words(call, words)
            self.reason = reason
        }

        /// Calls all of whose paths begin like this, and which name at least one.
        package init(below prefix: String, because reason: String) {
            sign = .below(prefix)
            self.reason = reason
        }

        func covers(_ name: Substring, _ rest: Substring) -> Bool {
            switch sign {
            case .words(let call, let words): return name == call && rest.contains(words)
            case .below(let prefix):
                // A path in quotes, or the one that strace -y names behind a descriptor.
                let paths = rest.matches(of: /(AT_FDCWD)?["<](\/[^">]*)[">]/)
                    .filter { $0.output.1 == nil }.map(\.output.2)
                return !paths.isEmpty && paths.allSatisfy { $0.hasPrefix(prefix) }
            }
        }
    }

    /// The calls to trace: all that can change a file, a process of others, or the system, and
    /// those that can reach whoever would.
    package static let traced = [
        "%file", "%network", "ftruncate", "fallocate", "fchmod", "fchown", "flock", "fsetxattr",
        "fremovexattr", "sync", "syncfs", "fsync", "fdatasync", "ioctl", "fcntl", "kill", "tkill",
        "tgkill", "pidfd_send_signal", "sethostname", "settimeofday", "clock_settime", "adjtimex",
        "reboot", "copy_file_range", "open_by_handle_at", "futimesat", "memfd_create",
    ].joined(separator: ",")

    private let lines: [Substring]

    /// The text of `strace -f -y -o FILE`.
    package init(_ text: String) { lines = text.split(separator: "\n") }

    /// How many lines there are: a check of nothing proves nothing.
    package var count: Int { lines.count }

    /// The calls that would change something or reach somebody, and that nothing here allows.
    package func mutations(allowing allowances: [Allowance] = []) -> [String] {
        lines.compactMap { line in
            guard let call = Self.call(in: line), Self.mutates(call.name, call.rest) else {
                return nil
            }
            let isAllowed = allowances.contains { $0.covers(call.name, call.rest) }
            return isAllowed ? nil : String(line)
        }
    }

    /// The folders that calls made directly below `/tmp`, in the order in which they came.
    package var temporaryFolders: [String] {
        lines.compactMap { line in
            line.firstMatch(of: /mkdir(?:at)?\(.*"(\/tmp\/[^"\/]*)"/).map { String($0.output.1) }
        }
    }

    /// The calls that name a file or folder at or below a path, the start of programs left out.
    package func reaching(_ path: String) -> [String] {
        lines.filter { !$0.contains("execve(") && $0.contains("\"\(path)") }.map(String.init)
    }

    /// The allowances that no call needed: they say more than is so.
    package func unneeded(of allowances: [Allowance]) -> [String] {
        allowances.filter { allowance in
            !lines.contains { line in
                guard let call = Self.call(in: line) else { return false }
                return Self.mutates(call.name, call.rest)
                    && allowance.covers(call.name, call.rest)
            }
        }.map(\.reason)
    }

    /// `PID NAME(REST`, also `PID <... NAME resumed>REST`; nil for signals and ends.
    private static func call(in line: Substring) -> (name: Substring, rest: Substring)? {
        let text = line.drop { $0.isNumber || $0 == " " }
        if text.hasPrefix("---") || text.hasPrefix("+++") || text.hasPrefix("<...") { return nil }
        guard let open = text.firstIndex(of: "(") else { return nil }
        return (text[..<open], text[text.index(after: open)...])
    }

    private static let opening = ["open", "openat", "openat2", "creat", "open_by_handle_at"]
    private static let writing = [
        "O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE",
    ]
    private static let harmless: Set<String> = [
        "access", "faccessat", "faccessat2", "stat", "lstat", "newfstatat", "statx", "statfs",
        "readlink", "readlinkat", "getcwd", "chdir", "fchdir", "getxattr",
        "lgetxattr", "listxattr", "fanotify_mark", "inotify_add_watch", "name_to_handle_at",
        "uselib", "oldstat", "quotactl_fd",
        // Of sockets: what is only local, or comes after a connection that was judged.
        "socket", "socketpair", "getsockopt", "setsockopt", "getsockname", "getpeername",
        "recvfrom", "recvmsg", "recvmmsg", "shutdown", "sendmsg", "sendmmsg",
    ]

    private static func mutates(_ name: Substring, _ rest: Substring) -> Bool {
        let name = String(name)
        if opening.contains(name) {
            return name == "creat" || writing.contains { rest.contains($0) }
        }
        switch name {
        // A descriptor's own flags, and file locks, which are told apart by the command.
        case "fcntl":
            return rest.contains("F_SETLK") || rest.contains("F_OFD_SETLK")
                || rest.contains("F_SETLEASE")
        // Terminals are asked, never set; everything else that ioctl can do is a mutation.
        case "ioctl":
            return !["TCGETS", "TIOCGWINSZ", "FIONREAD", "FIOCLEX"].contains {
                rest.contains($0)
            }
        // Services may be asked for; whatever else systemctl does is a mutation.
        case "execve":
            return rest.contains("/systemctl\"")
                && !["\"show\"", "\"--version\""].contains { rest.contains($0) }
        default: return !harmless.contains(name)
        }
    }
}
