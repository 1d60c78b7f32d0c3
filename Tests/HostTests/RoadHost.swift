import Glibc
import HostKit
import Machine
import TestKit

/// The shared host with this repository's own `desired/` and `systemd/` pushed to a bare
/// repository there, and the programs of this build.
struct RoadHost {
    let host: TestHost

    /// Where the programs lie that the first turn is made with, as an operator would put them.
    static let programs = "/srv/programs"
    private static let tree = "/srv/tree"
    private static let ownDropIn = "/run/systemd/system/v6-reconcile.timer.d/tests.conf"

    /// A host on which no turn was ever made.
    ///
    /// `host`: one of its own, for a test that reboots it; the shared one where none is given.
    static func fresh(on host: TestHost? = nil) throws -> RoadHost {
        let road = RoadHost(host: try host ?? SharedHost.get())
        try road.wipe()
        for name in ["ib-gateway-simulator", "v6-reconcile", "v6-health-check"] {
            try road.host.copyIn(try releasedProgram(name), to: "\(programs)/\(name)")
        }
        let top = packageFolder()
        try road.host.copyIn(top + "/desired", to: "\(tree)/desired")
        try road.host.copyIn(top + "/systemd", to: "\(tree)/systemd")
        // The window is the only thing that tests make shorter.
        try road.must(
            """
            cd \(tree)
            sed -i 's/stable_for: .*/stable_for: 1s/' desired/paper.yaml
            git init -q -b main .
            git config user.email operator@example.net
            git config user.name Operator
            git add -A
            git commit -qm 'the first commit'
            git init -q --bare -b main /srv/git/v6.git
            git remote add origin /srv/git/v6.git
            git push -q origin main
            """)
        // Turns are made by the tests; one by the timer would take a commit away from them.
        try road.host.write(
            Self.ownDropIn,
            "[Timer]\nOnBootSec=\nOnUnitInactiveSec=\nOnActiveSec=1d\n")
        try road.host.write(
            "/etc/v6-reconcile/host.yaml",
            """
            environment: paper
            repository: /srv/git/v6.git
            signatures: {required: false}

            """)
        return road
    }

    /// A host that is healthy on the branch's newest commit.
    static func healthy() throws -> RoadHost {
        let road = RoadHost(host: try SharedHost.get())
        if try !road.host.run(["test", "-e", "/var/lib/v6-reconcile/state.json"]).succeeded {
            return try fresh().afterFirstTurn()
        }
        let turn = try road.turn()
        if turn.ending != .exited(0) { return try fresh().afterFirstTurn() }
        return road
    }

    func afterFirstTurn() throws -> RoadHost {
        let first = try turn()
        guard first.ending == .exited(0) else {
            throw HostError("converge for the first time", first.outputText + first.errorText)
        }
        return self
    }

    private func wipe() throws {
        try must(
            """
            systemctl stop 'v6-*.timer' 2>/dev/null || true
            for unit in $(ls /etc/systemd/system | grep -E '^(v6|try)-' || true); do
                systemctl disable --now "$unit" 2>/dev/null || true
                rm -rf "/etc/systemd/system/$unit"
            done
            systemctl daemon-reload
            systemctl reset-failed
            rm -rf /etc/v6 /etc/v6-reconcile /opt/v6 /var/lib/v6 /var/lib/v6-reconcile /srv/*
            for user in $(getent passwd | sed -n 's/^\\(v6-[^:]*\\):.*/\\1/p'); do
                userdel "$user"
            done
            """)
    }

    /// Runs a script that has to succeed.
    func must(_ script: String) throws {
        let result = try host.shell(script)
        guard result.succeeded else {
            throw HostError("run \(script)", "\(result.ending) \(result.errorText)")
        }
    }

    /// One turn by the program that the host runs, or before the first turn by the one put there.
    func turn(_ arguments: [String] = []) throws -> CommandResult {
        let installed = "/opt/v6/v6-reconcile/bin/v6-reconcile"
        let isThere = try host.run(["test", "-x", installed]).succeeded
        let program = isThere ? installed : "\(Self.programs)/v6-reconcile"
        var result = try host.run([program] + arguments, deadline: .seconds(120))
        result.output = Self.withoutOwnNote(result.output)
        result.errors = Self.withoutOwnNote(result.errors)
        return result
    }

    /// What was printed, but what is said of the drop-in that `fresh` itself puts there.
    private static func withoutOwnNote(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter {
            !($0.hasPrefix("  ? ") || $0.hasPrefix("warning: "))
                || !$0.contains("drop-in \(ownDropIn) changes it")
        }
        let left = lines.joined(separator: "\n").replacing("Noted:\n\n\n", with: "")
        return Array(left.utf8)
    }

    /// Commits what a script does in the work tree, and pushes it.
    func push(_ message: String, _ script: String) throws {
        try must(
            """
            cd \(Self.tree)
            \(script)
            git add -A
            git commit -qm '\(message)'
            git push -q origin main
            """)
    }

    /// Adds a unit to desired state, running, with this command.
    /// `settings` are added to its `[Service]`, `limits` to its `[Unit]`.
    func pushUnit(
        _ name: String, running command: String, _ message: String, settings: [String] = [],
        limits: [String] = []
    ) throws {
        try host.write(
            "\(Self.tree)/systemd/\(name)",
            """
            [Unit]
            Description=\(message)
            \(limits.joined(separator: "\n"))
            [Service]
            ExecStart=/bin/sh -c '\(command)'
            \(settings.joined(separator: "\n"))
            [Install]
            WantedBy=multi-user.target

            """)
        let entry = "  \(name): {unit: systemd/\(name), enabled: true, state: running}"
        try push(message, "sed -i 's#^services:#services:\\n\(entry)#' desired/common.yaml")
    }

    /// Takes the newest commit back, as an operator does.
    func pushRevert() throws {
        try must("cd \(Self.tree)\ngit revert --no-edit HEAD >/dev/null\ngit push -q origin main")
    }

    /// What the host is: every managed place with bytes, mode, owner and links, and every unit
    /// that is ours with file, enablement and state.
    func digest() throws -> String {
        let result = try host.shell(
            """
            places="/etc/v6 /etc/systemd/system /opt/v6 /srv/managed"
            find $places -printf '%p %y %m %u %g %l\\n' 2>/dev/null | sort || true
            find $places -type f -print0 2>/dev/null | sort -z | xargs -0 sha256sum
            systemctl list-units --all --plain --no-legend 'v6-*' 'try-*' |
                grep -v 'v6-.*\\.service' || true
            systemctl list-unit-files --no-legend 'v6-*' 'try-*' || true
            systemctl show -p Id,LoadState,ActiveState,UnitFileState,FragmentPath \
                v6-health-check.timer v6-reconcile.timer try-bad.service try-good.service
            systemctl --failed --no-legend
            """)
        guard result.succeeded else { throw HostError("take a digest", result.errorText) }
        return result.outputText
    }

    /// The short name of the newest commit.
    func tip() throws -> String {
        try host.shell("git -C \(Self.tree) rev-parse HEAD").outputText.prefix(7).description
    }
}

/// The top of this package.
func packageFolder(_ here: StaticString = #filePath) -> String {
    "\(here)".split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
}
