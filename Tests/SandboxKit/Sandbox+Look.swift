import Digest
package import Facts
package import Glibc
package import JSON
package import Machine
import Services
import TestKit

extension Sandbox {
    /// What the host is: every file with mode, bytes and links, and how the supervisor sees every
    /// unit, but what the reconciler keeps for itself and what was logged.
    package func look() throws -> String {
        let files = try shell(
            """
            cd "$HOST"
            find . \\( -path ./var/lib/v6-reconcile -o -path ./var/log -o -path ./run \\) -prune \\
                -o -printf '%p %y %m %l\\n' | sort
            find etc opt srv -type f -print0 2>/dev/null | sort -z | xargs -0r sha256sum
            """)
        return try files
            + unitsNow().sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value.load) \($0.value.active) \($0.value.enablement)\n" }
            .joined()
    }

    /// The same as bytes and times: what a plan must leave as it is.
    package func footprint() throws -> String {
        try shell(
            """
            cd "$HOST"
            find . -printf '%p %y %m %l %s %T@ %C@ %i\\n' | sort
            find . -type f -print0 | sort -z | xargs -0 sha256sum
            """)
    }

    /// Every unit that any test here uses, as the supervisor answers.
    package func unitsNow() throws -> [UnitName: UnitStatus] {
        let names = ["feed.service", "bad.service", "more.service"].compactMap { UnitName($0) }
        return try Supervisor(
            files: try HostFiles(root: root, honoursOwners: false), program: program
        ).look(at: names)
    }

    /// How the supervisor sees one unit.
    package func status(_ name: String) throws -> UnitStatus? {
        try UnitName(name).flatMap { try unitsNow()[$0] }
    }

    /// Live processes that name this sandbox in their arguments or environment, but ours.
    package func processes() -> [(id: pid_t, words: String)] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var found: [(id: pid_t, words: String)] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let id = pid_t(name), id != getpid() else { continue }
            let words = textOfFile("/proc/\(id)/cmdline") ?? ""
            let environment = textOfFile("/proc/\(id)/environ") ?? ""
            if words.contains(scratch.path) || environment.contains("V6_ROOT=\(root)") {
                found.append((id, words.replacing("\0", with: " ")))
            }
        }
        return found
    }

    package var supervisor: pid_t? { processes().first { $0.words.contains(" supervise ") }?.id }

    /// What was printed, with everything that differs from run to run named by what it is.
    package func tidied(_ result: CommandResult) throws -> String {
        let commits = try shell("git log --all --format=%H").split(separator: "\n").reversed()
        var text = result.outputText
        if !result.errors.isEmpty { text += "--- standard error\n" + result.errorText }
        for (index, commit) in commits.enumerated() {
            text = text.replacing(commit, with: "COMMIT\(index + 1)")
            text = text.replacing(commit.prefix(7), with: "COMMIT\(index + 1)")
        }
        text = text.replacing(/"timestamp":"[^"]*"/, with: "\"timestamp\":\"TIME\"")
        return text.replacing(root, with: "HOST").replacing(scratch.path, with: "SCRATCH")
            + "--- \(result.ending)\n"
    }

    /// Every line of the journal is numbered and names the digest of the one before.
    package func checkJournal() throws {
        let verified = try reconcile(["verify"])
        guard verified.ending == .exited(0) else { throw NotDone("verify", verified) }
        var previous = ContentDigest.of("v6 journal 1")
        let lines = (scratch.read(state("journal.jsonl")) ?? "").split(separator: "\n")
        for (index, line) in lines.enumerated() {
            let entry = try JSONValue.parse(Array(line.utf8))
            guard entry["n"]?.asInteger == Int64(index + 1),
                entry["previous"]?.asString == "\(previous)"
            else { throw NotDone("read the journal", "line \(index + 1): \(line)") }
            previous = .of(String(line))
        }
    }

    /// Every entry of the journal.
    package func journal() throws -> [JSONValue] {
        try (scratch.read(state("journal.jsonl")) ?? "").split(separator: "\n")
            .map { try JSONValue.parse(Array($0.utf8)) }
    }

    /// The state folder's file of this name.
    package func state(_ name: String) -> String { "host/var/lib/v6-reconcile/\(name)" }
}
