import Apply
import Digest
import JSON
import Machine
import TestKit
import Testing

@Suite struct JournalTests {
    private let scratch = ScratchFolder()
    private let clock = FakeClock()
    private let path = "var/lib/v6-reconcile/journal.jsonl"

    private func journal() throws -> Journal {
        let files = try HostFiles(root: scratch.path, honoursOwners: false)
        let state = StateFolder(files: files, accounts: Accounts())
        try state.prepare()
        return try Journal(in: state, clock: clock)
    }

    private var lines: [[UInt8]] {
        (scratch.read(path) ?? "").split(separator: "\n").map { Array($0.utf8) }
    }

    @Test func everyLineNamesTheDigestOfTheOneBeforeAlsoInAnotherProcess() throws {
        try journal().add("first")
        let second = try journal()
        try second.add("second", ["reason": "two\nlines"])
        try second.add("third")
        let lines = lines
        try #require(lines.count == 3)
        for (index, line) in lines.enumerated() {
            let entry = try JSONValue.parse(line)
            let before = index == 0 ? ContentDigest.of("v6 journal 1") : .of(lines[index - 1])
            #expect(entry["previous"]?.asString == "\(before)")
            #expect(entry["n"]?.asInteger == Int64(index + 1))
        }
    }

    @Test func halfALineThatAKillLeftIsCutOffAndTheChainGoesOn() throws {
        try journal().add("first")
        let whole = scratch.read(path) ?? ""
        scratch.write(path, whole + "{\"n\":2,\"at_us\":1")
        let next = try journal()
        #expect(next.last?["event"]?.asString == "first")
        try next.add("second")
        #expect((scratch.read(path) ?? "").hasPrefix(whole + "{\"n\":2,"))
        #expect(lines.count == 2)
    }

    @Test func lastLineThatIsBrokenIsAnErrorAndNeverANewJournal() throws {
        try journal().add("first")
        scratch.write(path, (scratch.read(path) ?? "") + "{broken}\n")
        #expect(throws: MachineError.self) { try journal() }
        #expect(lines.count == 2)
    }
}
