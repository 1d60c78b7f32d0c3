import HostKit
import Machine
import Testing

extension HostTests {
    /// What a power cut would find: seen in the system calls of a whole turn.
    @Suite(.serialized) struct Durability {
        /// The calls that matter, of one turn that changes one file, in their order.
        private func calls(of message: String) throws -> [String] {
            let road = try RoadHost.healthy()
            try road.push(message, "echo '\(message)' >> desired/files/README")
            let turn = try road.host.run([
                "strace", "-y", "-qq", "-o", "/srv/calls", "-e", "trace=fsync,renameat,renameat2",
                "/opt/v6/v6-reconcile/bin/v6-reconcile",
            ])
            try #require(turn.ending == .exited(0), "\(turn.outputText)\(turn.errorText)")
            let text = try #require(try road.host.read("/srv/calls"))
            return text.split(separator: "\n").map(String.init)
        }

        /// The path of `fsync(3</path>) = 0`; nil for any other call.
        private func synced(_ call: String?) -> Substring? {
            call?.firstMatch(of: /^fsync\(\d+<(.*)>\) += 0$/)?.output.1
        }

        @Test func replacedFileIsSyncedBeforeItsRenameAndItsFolderAfter() throws {
            let calls = try calls(of: "seen by its syncs")
            var renamed: [String] = []
            for (index, call) in calls.enumerated() where call.hasPrefix("rename") {
                let pattern = /^rename\w+\(\d+<(.*)>, "(.*)", \d+<(.*)>, "(.*)"(?:, 0)?\) += 0$/
                let parts = try #require(call.firstMatch(of: pattern), "\(call)").output
                // What can be made anew waits for no disk.
                let caches = ["index", "status.json", "journal-end.json", "dead-man"]
                if caches.contains(String(parts.4)) { continue }
                let after = synced(calls.dropFirst(index + 1).first)
                #expect(after == parts.3, "\(call)")
                if parts.2.hasSuffix(".v6-new") {
                    let before = synced(calls[..<index].last)
                    #expect(before == "\(parts.1)/\(parts.2)", "\(call)")
                }
                renamed.append("\(parts.3)/\(parts.4)")
            }
            #expect(renamed.contains("/etc/v6/README"))
            #expect(renamed.contains("/var/lib/v6-reconcile/state.json"))
        }

        @Test func stepIsDurableInTheJournalBeforeItIsDone() throws {
            let calls = try calls(of: "seen by the journal")
            let write = try #require(
                calls.firstIndex { synced($0) == "/etc/v6/.README.v6-new" })
            let before = synced(calls[..<write].last)
            #expect(before == "/var/lib/v6-reconcile/journal.jsonl")
        }
    }
}
