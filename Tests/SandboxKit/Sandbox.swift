import Facts
import Glibc
import HostKit
package import Machine
import Services
package import TestKit

/// A host below a scratch folder, the bare repository that it follows, and the operator's work
/// tree: everything by the built program, as an operator would do it.
package final class Sandbox {
    package let scratch = ScratchFolder()
    package let program: String
    /// The folder that stands for the host's `/`.
    package var root: String { scratch.path + "/host" }
    package var tree: String { scratch.path + "/tree" }
    package var repository: String { scratch.path + "/v6.git" }

    package static let readme = "This folder is managed.\n"
    package static let desired = """
        environment: sandbox

        directories:
          /etc/v6: {mode: "0755"}

        files:
          /etc/v6/README: {source: files/README, mode: "0644"}

        services:
          feed.service:
            unit: systemd/feed.service
            enabled: true
            state: running

        health:
          stable_for: 1s

        """

    private init() throws { program = try builtProgram("v6-reconcile") }

    /// A sandbox with one commit pushed, and no turn made yet; whatever becomes of the body, it is
    /// taken down, and nothing of it may be alive afterwards.
    package static func fresh(_ body: (Sandbox) throws -> Void) throws {
        let box = try Sandbox()
        defer { withExtendedLifetime(box) {} }
        box.scratch.write(
            "host/etc/v6-reconcile/host.yaml",
            "environment: sandbox\nrepository: \(box.repository)\n")
        box.scratch.write("tree/desired/sandbox.yaml", desired)
        box.scratch.write("tree/desired/files/README", readme)
        box.unit("feed.service", running: "/bin/sleep 100000")
        try box.shell("git init -q -b main . && git init -q --bare -b main ../v6.git")
        try box.push("a feed and a README")
        let outcome = Result { try body(box) }
        let journal = Result { try box.checkJournal() }
        let down = try box.reconcile(["--down"])
        let alive = box.processes()
        for process in alive { kill(process.id, SIGKILL) }
        try outcome.get()
        try journal.get()
        guard down.ending == .exited(0) else { throw NotDone("--down", down) }
        guard alive.isEmpty else { throw NotDone("--down", "alive after it: \(alive)") }
    }

    /// A sandbox that is healthy on its first commit.
    package static func healthy(_ body: (Sandbox) throws -> Void) throws {
        try fresh { box in
            let first = try box.turn()
            guard first.ending == .exited(0) else { throw NotDone("first turn", first) }
            try body(box)
        }
    }

    /// One turn, or another verb, on this host.
    package func reconcile(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> CommandResult {
        try command([program, "--root", root] + arguments, environment: environment)
    }

    package func turn(_ arguments: [String] = []) throws -> CommandResult {
        try reconcile(arguments)
    }

    /// One turn under strace(1), which does something to a system call of it.
    package func turn(injecting fault: String) throws -> CommandResult {
        let call = fault.prefix { $0 != ":" }
        return try command([
            "/usr/bin/strace", "-o", "/dev/null", "-e", "trace=\(call)", "-e", "inject=\(fault)",
            program, "--root", root,
        ])
    }

    /// How often a turn makes a system call, told by one that does.
    package func calls(of name: String) throws -> Int {
        let log = scratch.path + "/calls"
        let result = try command([
            "/usr/bin/strace", "-o", log, "-e", "trace=\(name)", program, "--root", root,
        ])
        guard result.ending == .exited(0) else { throw NotDone("count \(name)", result) }
        return (scratch.read("calls") ?? "").split(separator: "\n")
            .count { $0.hasPrefix("\(name)(") }
    }

    package func command(
        _ words: [String], environment: [String: String] = [:],
        deadline: Duration = .seconds(120)
    ) throws -> CommandResult {
        let plain = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"]
        return try SpawnedCommands().run(
            Command(
                words[0], Array(words.dropFirst()),
                environment: plain.merging(environment) { $1 }, deadline: deadline))
    }

    /// Runs a script in the work tree, and stops at its first failure.
    @discardableResult
    package func shell(_ script: String, deadline: Duration = .seconds(120)) throws -> String {
        let who = ["user.name=Operator", "user.email=operator@example.net"]
        var environment = ["GIT_CONFIG_COUNT": "2", "HOST": root, "HOME": scratch.path]
        for (index, setting) in who.enumerated() {
            let parts = setting.split(separator: "=")
            environment["GIT_CONFIG_KEY_\(index)"] = String(parts[0])
            environment["GIT_CONFIG_VALUE_\(index)"] = String(parts[1])
        }
        let result = try command(
            ["/bin/sh", "-euc", "cd '\(tree)'\n\(script)"], environment: environment,
            deadline: deadline)
        guard result.succeeded else { throw NotDone(script, result) }
        return result.outputText
    }

    package func push(_ message: String) throws {
        try shell("git add -A && git commit -qm '\(message)' && git push -q ../v6.git main")
    }

    /// Takes the newest commit back, as an operator does.
    package func pushRevert() throws {
        try shell("git revert --no-edit HEAD >/dev/null && git push -q ../v6.git main")
    }

    /// Writes a unit file into the work tree.
    package func unit(_ name: String, running command: String) {
        scratch.write(
            "tree/systemd/\(name)",
            """
            [Unit]
            Description=\(name)
            [Service]
            ExecStart=\(command)
            [Install]
            WantedBy=multi-user.target

            """)
    }

    /// Adds a unit to desired state, enabled and running.
    package func addUnit(_ name: String, running command: String) throws {
        unit(name, running: command)
        try wanted("services", "\(name): {unit: systemd/\(name), enabled: true, state: running}")
    }

    /// Adds one entry to a part of desired state.
    package func wanted(_ part: String, _ entry: String) throws {
        let text = scratch.read("tree/desired/sandbox.yaml") ?? ""
        guard text.contains("\n\(part):\n") else { throw NotDone("want \(entry)", "no \(part)") }
        scratch.write(
            "tree/desired/sandbox.yaml",
            text.replacing("\n\(part):\n", with: "\n\(part):\n  \(entry)\n"))
    }

    /// The short name of the newest commit.
    package func tip() throws -> String { String(try shell("git rev-parse HEAD").prefix(7)) }
}

/// Something that a test needed and did not get.
package struct NotDone: Error {
    /// What was tried.
    package let what: String
    /// How it went instead.
    package let how: String

    package init(_ what: String, _ how: String) {
        self.what = what
        self.how = how
    }

    package init(_ what: String, _ result: CommandResult) {
        self.what = what
        how = "\(result.ending) \(result.outputText)\(result.errorText)"
    }
}
