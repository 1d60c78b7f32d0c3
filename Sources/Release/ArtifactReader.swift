import Facts
package import Machine

/// Reads the bytes of an artifact: a file of this machine, or what an address answers to curl(1).
package struct ArtifactReader: Sendable {
    /// Largest artifact that is taken, in bytes.
    package static let bytesMax = 256 << 20
    /// A download may take this long.
    package static let deadline: Duration = .seconds(300)

    private let commands: any CommandRunner
    private let curl: String

    package init(commands: any CommandRunner, curl: String = "/usr/bin/curl") {
        self.commands = commands
        self.curl = curl
    }

    /// `address`: an absolute path as the operating system sees it, through no link, or an
    /// `https://` or `file://` URL. What is too large or too slow is an error.
    package func read(_ address: String) throws(MachineError) -> [UInt8] {
        guard let scheme = Self.scheme(of: address) else {
            let machine = try HostFiles(root: "/", honoursOwners: false)
            return try machine.read(try hostPath(address), bytesMax: Self.bytesMax)
        }
        let result = try commands.run(Self.command(curl, address, scheme))
        if result.succeeded { return result.output }
        throw MachineError("fetch", Self.shown(address), .found(Self.reason(result, address)))
    }

    /// `https` or `file`; nil for a path.
    private static func scheme(of address: String) -> String? {
        ["https", "file"].first { address.hasPrefix("\($0)://") }
    }

    /// An address as it may be shown: what stands before `@` and behind `?` may be a secret.
    package static func shown(_ address: String) -> String {
        guard let scheme = scheme(of: address) else { return address }
        let rest = address.dropFirst(scheme.count + 3).prefix { $0 != "?" && $0 != "#" }
        let host = rest.prefix { $0 != "/" }
        let start = host.lastIndex(of: "@").map { rest.index(after: $0) } ?? rest.startIndex
        return "\(scheme)://\(rest[start...])"
    }

    /// The address stands on standard input: anybody may read the arguments of a process.
    static func command(_ curl: String, _ address: String, _ scheme: String) -> Command {
        let quoted = address.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let settings = [
            "url = \"\(quoted)\"", "proto = \"=\(scheme)\"", "proto-redir = \"=https\"",
            "location", "max-redirs = 5", "connect-timeout = 30", "fail", "silent", "show-error",
            "max-filesize = \(bytesMax)", "max-time = \(deadline.components.seconds)",
        ]
        return Command(
            curl, ["-q", "--config", "-"],
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C"],
            input: Array((settings.joined(separator: "\n") + "\n").utf8),
            deadline: deadline + .seconds(30), outputBytesMax: bytesMax)
    }

    private static func reason(_ result: CommandResult, _ address: String) -> String {
        switch result.ending {
        case .exited, .signalled:
            let line = result.errorText.split(separator: "\n").last.map(String.init)
            return (line ?? "curl failed and said nothing").replacing(
                address, with: shown(address))
        case .hung: return "no end within \(deadline)"
        case .flooded: return "it is over \(bytesMax >> 20) MiB"
        }
    }
}

func hostPath(_ text: String) throws(MachineError) -> HostPath {
    do throws(BadPath) {
        return try HostPath(text)
    } catch {
        throw MachineError("use", text, .found(error.description))
    }
}
