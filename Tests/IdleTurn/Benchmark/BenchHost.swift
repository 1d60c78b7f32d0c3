import HostKit
import Machine
import TestKit

/// A host that follows a repository of this checkout's `desired/` and `systemd/`, with more and
/// more generated files beside them.
struct BenchHost {
    /// Bytes of each generated file.
    static let fileBytes = 1_024
    private static let program = "/srv/programs/v6-reconcile"
    private static let tree = "/srv/tree"

    let host: TestHost
    private let checkout: String

    init(checkout: String) throws {
        self.checkout = checkout
        host = try TestHost.boot(name: "bench")
        for name in ["v6-reconcile", "v6-health-check", "idle-floor", "idle-turn"] {
            try host.copyIn(try releasedProgram(name), to: "/srv/programs/\(name)")
        }
        try host.copyIn(checkout + "/systemd", to: Self.tree + "/systemd")
        try host.write(
            "/etc/v6-reconcile/host.yaml",
            "environment: paper\nrepository: /srv/git/v6.git\nsignatures: {required: false}\n")
        // Nothing may run beside what is timed.
        for timer in ["v6-reconcile.timer", "v6-health-check.timer"] {
            try host.write(
                "/run/systemd/system/\(timer).d/bench.conf",
                "[Timer]\nOnBootSec=\nOnActiveSec=\nOnUnitActiveSec=\nOnUnitInactiveSec=\n"
                    + "OnCalendar=\nOnActiveSec=1d\n")
        }
        try must(
            """
            git init -q -b main \(Self.tree)
            git init -q --bare -b main /srv/git/v6.git
            cd \(Self.tree)
            git config user.email operator@example.net
            git config user.name Operator
            git remote add origin /srv/git/v6.git
            """)
    }

    /// Pushes desired state with this many generated files, converges, and tells the floor
    /// program what to compare.
    ///
    /// - Returns: the units that a turn asks systemd for.
    func converge(files count: Int) throws -> [String] {
        let scratch = ScratchFolder()
        let common = textOfFile(checkout + "/desired/common.yaml") ?? ""
        var entries = ""
        for number in 0..<count {
            let name = "generated/\(number)"
            scratch.write("files/" + name, Self.text(number))
            entries += "  /srv/managed/\(number): {source: files/\(name), mode: \"0644\"}\n"
        }
        scratch.write("common.yaml", common.replacing("\nservices:", with: "\(entries)\nservices:"))
        let paper = textOfFile(checkout + "/desired/paper.yaml") ?? ""
        scratch.write("paper.yaml", paper.replacing(/stable_for: .*/, with: "stable_for: 1s"))
        try host.copyIn(checkout + "/desired/files", to: Self.tree + "/desired/files")
        try host.copyIn(scratch.path, to: Self.tree + "/desired")
        try must(
            """
            cd \(Self.tree)
            git add -A
            git commit -qm '\(count) generated files'
            git push -q origin main
            """)
        let turn = try host.run([Self.program], deadline: .seconds(300))
        guard turn.ending == .exited(0) else {
            throw DriveError(reason: "no turn: \(turn.outputText)\(turn.errorText)")
        }
        return try listForFloor(generated: count)
    }

    private func listForFloor(generated count: Int) throws -> [String] {
        let there = try must("ls \(Self.tree)/systemd; git -C \(Self.tree) rev-parse HEAD")
        var units = there.split(separator: "\n").map(String.init)
        let commit = units.removeLast()
        let laidOut = "/var/lib/v6-reconcile/checkouts/\(commit)"
        var lines = ["/etc/v6/README\t\(laidOut)/desired/files/README"]
        lines += units.map { "/etc/systemd/system/\($0)\t\(laidOut)/systemd/\($0)" }
        lines += (0..<count).map { "/srv/managed/\($0)\t\(laidOut)/desired/files/generated/\($0)" }
        try host.write(Drive.list, lines.joined(separator: "\n") + "\n")
        return units
    }

    /// Times rounds of floor, turn and plan inside the host.
    func samples(rounds: Int, units: [String]) throws -> [Sample] {
        let result = try host.run(
            ["/srv/programs/idle-turn", "drive", "\(rounds)"] + units, deadline: .seconds(300))
        guard result.succeeded else { throw DriveError(reason: result.errorText) }
        return result.outputText.split(separator: "\n").compactMap { Sample($0) }
    }

    /// The programs that one idle turn runs, with how often: `git 2, systemctl 1`.
    func subprocesses() throws -> String {
        let programs = try must(
            """
            cd /tmp
            strace -ff -qq -e trace=execve -o trace \(Drive.turn) >/dev/null
            cat trace.* | sed -n 's#^execve("\\([^"]*/\\)*\\([^"]*\\)".* = 0$#\\2#p'
            rm trace.*
            """
        ).split(separator: "\n").filter { $0 != "v6-reconcile" }
        let counts = Dictionary(grouping: programs) { $0 }.mapValues(\.count)
        return counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }

    @discardableResult
    func must(_ script: String) throws -> String {
        let result = try host.shell(script)
        guard result.succeeded else { throw DriveError(reason: "\(script)\n\(result.errorText)") }
        return result.outputText
    }

    /// The same bytes in every run, different ones in every file.
    private static func text(_ number: Int) -> String {
        let line = "generated file \(number), line of bytes that a turn compares\n"
        return String(
            String(repeating: line, count: fileBytes / line.utf8.count + 1).prefix(fileBytes))
    }
}
