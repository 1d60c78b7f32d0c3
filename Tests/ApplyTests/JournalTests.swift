import Apply
import Facts
import Machine
import Reconcile
import TestKit
import Testing

/// What a turn remembers of its journal, and what a walk along it says.
struct JournalTests {
    private let name = "var/lib/v6-reconcile/journal.jsonl"

    private func verify(_ host: TurnHost) throws -> JournalChain {
        try Journal.verify(in: host.state)
    }

    private func turned() throws -> TurnHost {
        let host = try TurnHost()
        host.push(files: ["a": "one"], units: ["feed.service": "/bin/true"])
        #expect(host.turn().exitCode == 0)
        return host
    }

    @Test func everyTurnThatWroteRemembersWhereItsJournalEnds() throws {
        let host = try turned()
        let bad = ["feed.service": "/bin/true", "bad.service": "/bin/fails"]
        for (commands, exitCode) in [(bad, Int32(4)), ([:], 0)] {
            host.push(files: ["a": "two"], units: commands)
            #expect(host.turn().exitCode == exitCode)
            let record = try host.state.record()
            #expect(record.journal?.number == Int64(host.journal.count))
            #expect(try verify(host).fault == nil)
            #expect(try verify(host).count == Int64(host.journal.count))
        }
    }

    /// R4: a real journal, every byte.
    @Test func anyByteOfARealJournalThatChangesIsFound() throws {
        let host = try turned()
        let bytes = Array(try #require(host.scratch.read(name)).utf8)
        #expect(bytes.count > 500)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            try host.write(name, changed)
            #expect(try verify(host).fault != nil, "byte \(index)")
        }
        try host.write(name, bytes)
        #expect(try verify(host).fault == nil)
    }

    @Test func linesOfATurnThatOnlyMendedAreMissedToo() throws {
        let host = try turned()
        let state = host.read("/var/lib/v6-reconcile/state.json")
        try host.write("etc/v6/a", Array("by hand".utf8))
        #expect(host.turn().exitCode == 0)
        #expect(host.read("/etc/v6/a") == "one")
        #expect(host.read("/var/lib/v6-reconcile/state.json") == state, "no record is written")
        #expect(try verify(host).fault == nil)
        let lines = host.journal
        try host.write(name, Array((lines.dropLast().joined(separator: "\n") + "\n").utf8))
        #expect(try verify(host).fault?.line == Int64(lines.count))
        try host.remove("var/lib/v6-reconcile/journal-end.json")
        #expect(try verify(host).fault == nil, "the state knows of what came before")
    }

    @Test func killedMendIsAnAttempt() throws {
        let host = try turned()
        try host.write("etc/v6/a", Array("by hand".utf8))
        #expect(host.turn().exitCode == 0)
        #expect(try host.state.record().attempted == nil)
        let lines = host.journal
        try host.write(name, Array((lines.dropLast().joined(separator: "\n") + "\n").utf8))
        let record = try host.state.record()
        #expect(record.attempted == record.healthy, "the last line is that of a step")
    }

    @Test func cutJournalIsFoundAlsoAfterTurnsThatWroteMore() throws {
        let host = try turned()
        let lines = host.journal
        try host.write(name, Array((lines.dropLast(2).joined(separator: "\n") + "\n").utf8))
        #expect(try verify(host).fault?.line == Int64(lines.count - 1))
        host.push(files: ["a": "two"], units: ["feed.service": "/bin/true"])
        #expect(host.turn().exitCode == 0)
        let chain = try verify(host)
        #expect(chain.fault?.line == Int64(lines.count - 1), "a turn does not cover it up")
        #expect(
            chain.fault?.reason
                == "a turn found here that lines before it were changed or cut off")
    }

    @Test func journalThatWasTakenAwayBeginsAnewAndSaysSo() throws {
        let host = try turned()
        try host.remove(name)
        #expect(try verify(host).fault?.line == 1)
        host.push(files: ["a": "two"], units: ["feed.service": "/bin/true"])
        #expect(host.turn().exitCode == 0)
        #expect(host.journal.first?.contains("\"event\":\"journal-begins\"") == true)
        #expect(try verify(host).fault == nil)
    }
}
