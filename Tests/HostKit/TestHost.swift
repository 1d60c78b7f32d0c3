package import Machine
import Synchronization

/// A real Debian host with systemd as its PID 1, in a container of its own: the machine's files
/// as they are, in a layer that is thrown away, without Swift, network or the machine's services.
///
/// What a test does to it, the machine never sees. It is gone when the process ends, even by
/// SIGKILL. The machine's files should not change while it lives (overlayfs).
package final class TestHost: Sendable {
    /// Its host name.
    package let name: String
    /// The host's `/` as the machine sees it, without what the host mounts on `/run` and `/tmp`.
    ///
    /// Links in it that start with `/` lead into the machine: prefer `read` and `write`.
    package var root: String { folder.root }

    private let folder: HostFolder
    private let keeper: Keeper
    private let life: Mutex<Container>

    private init(_ folder: HostFolder, _ keeper: Keeper, _ container: Container) {
        name = folder.name
        self.folder = folder
        self.keeper = keeper
        life = Mutex(container)
    }

    deinit { keeper.end() }

    /// Boots a host and waits until its systemd has nothing left to start.
    ///
    /// The name becomes its host name: letters, digits and `-`, unique in this process. A
    /// `HostError` says what this machine lacks, or why the host did not come up.
    package static func boot(name: String) throws -> TestHost {
        if let reason = missingForHosts() { throw HostError("boot host \(name)", reason) }
        try Keeper.sweepStale()
        let folder = HostFolder(name: name)
        let keeper = try Keeper(of: folder)
        do {
            try folder.lay()
            return TestHost(folder, keeper, try Container.boot(folder))
        } catch {
            keeper.end()
            throw error
        }
    }

    /// Runs a program inside, as root, in all the namespaces of the host's PID 1.
    ///
    /// The first argument is the program, by path or looked up in the host's PATH. The
    /// environment given is added to PATH, HOME and LC_ALL; nothing else is inherited.
    package func run(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        deadline: Duration = .seconds(60)
    ) throws -> CommandResult {
        let container = life.withLock { $0 }
        return try SpawnedCommands().run(
            container.inside(
                arguments, input: input, environment: environment, deadline: deadline))
    }

    /// Runs a script inside by `/bin/sh -euc`, so that it stops at its first failure.
    package func shell(
        _ script: String, deadline: Duration = .seconds(60)
    ) throws -> CommandResult {
        try run(["/bin/sh", "-euc", script], deadline: deadline)
    }

    /// Writes a file inside, making the folders above it; `mode` is octal digits.
    package func write(_ path: String, _ text: String, mode: String = "0644") throws {
        let script = "mkdir -p \"${1%/*}/\"; cat >\"$1\"; chmod \"$2\" \"$1\""
        let result = try run(
            ["/bin/sh", "-euc", script, "sh", path, mode], input: Array(text.utf8))
        try demand(result, "write \(path) on host \(name)")
    }

    /// The text of a file inside; nil when there is none.
    package func read(_ path: String) throws -> String? {
        guard try run(["/usr/bin/test", "-e", path]).succeeded else { return nil }
        let result = try run(["/bin/cat", path])
        try demand(result, "read \(path) on host \(name)")
        return result.outputText
    }

    /// Copies a program or other file, or a folder's contents, from the machine into the host,
    /// with the modes it has, owned by root. A file that is there is replaced in one rename.
    package func copyIn(_ source: String, to path: String) throws {
        let systemd = life.withLock { String($0.systemd) }
        let result = try SpawnedCommands().run(
            Command(
                "/bin/bash", ["-euo", "pipefail", "-c", Self.copying, "sh", source, path, systemd],
                environment: plainEnvironment(), deadline: .seconds(60)))
        try demand(result, "copy \(source) to \(path) on host \(name)")
    }

    private static let copying = """
        if [ -d "$1" ]; then
            tar -C "$1" --owner=0 --group=0 -c . |
                nsenter -t "$3" -a sh -euc 'mkdir -p "$1"; tar -C "$1" -x' sh "$2"
        else
            nsenter -t "$3" -a sh -euc 'mkdir -p "${1%/*}/"; cat >"$1.v6-copy"
                chmod "$2" "$1.v6-copy"; mv -T "$1.v6-copy" "$1"' \\
                sh "$2" "$(stat -L -c %a "$1")" <"$1"
        fi
        """

    /// Ends the host's PID 1 and starts it again on the same files.
    ///
    /// Abruptly means by SIGKILL to everything at once, not by an orderly shutdown. Files are
    /// kept either way, synced or not: they are in memory.
    package func reboot(abruptly: Bool = false) throws {
        try life.withLock { container in
            try container.end(abruptly: abruptly)
            container = try Container.boot(folder)
        }
    }

    /// Ends the host and leaves nothing behind; the second time, nothing.
    package func shutDown() { keeper.end() }

    private func demand(_ result: CommandResult, _ tried: String) throws {
        guard result.succeeded else {
            throw HostError(tried, "\(result.ending) \(result.errorText)")
        }
    }
}
