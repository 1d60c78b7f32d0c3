import Apply
import Facts
import JSON
import Machine
import Synchronization
import TestKit
import Testing

@Suite struct TurnTests {
    private let good = "v6-good.service"
    private let bad = "v6-bad.service"

    private func unit(_ name: String) throws -> UnitName { try #require(UnitName(name)) }

    private func expect(_ end: TurnEnd, _ kind: String) {
        #expect("\(end)".hasPrefix("\(kind)("), "\(end)")
    }

    /// A host that is healthy on one file and one unit.
    private func healthyHost() throws -> TurnHost {
        let host = try TurnHost()
        host.push(files: ["README": "first"], units: [good: "/bin/stays"])
        try #require(host.turn().exitCode == 0)
        return host
    }

    @Test func convergedHostIsHealthyAndTheNextTurnDoesNothing() throws {
        let host = try healthyHost()
        #expect(host.read("/etc/v6/README") == "first")
        let up = host.units[try unit(good)]
        #expect(up.isUp && up.isEnabled)
        let lines = host.journal.count
        expect(host.turn(), "unchanged")
        #expect(host.journal.count == lines)
    }

    @Test func unhealthyCommitIsGoneBackFromWithAllThatItAdded() throws {
        let host = try healthyHost()
        host.push(
            files: ["README": "second", "added": "more"],
            units: [good: "/bin/stays", bad: "/bin/fails"])
        let end = host.turn()
        expect(end, "wentBack")
        #expect("\(end)".contains("v6-bad.service failed (exit-code, status 3)"))
        #expect(host.read("/etc/v6/README") == "first")
        #expect(host.read("/etc/v6/added") == nil)
        #expect(host.read("/etc/systemd/system/\(bad)") == nil)
        let gone = host.units[try unit(bad)]
        #expect(!gone.isUp && !gone.isEnabled)
    }

    @Test func contentThatFailedIsQuarantinedAndNotTriedAgainUntilItChanges() throws {
        let host = try healthyHost()
        host.push(files: ["README": "second"], units: [good: "/bin/stays", bad: "/bin/fails"])
        #expect(host.turn().exitCode == 4)
        #expect(try host.state.quarantine().entries.count == 1)
        let runs = host.units[try unit(bad)].runs
        expect(host.turn(), "quarantined")
        #expect(host.units[try unit(bad)].runs == runs)
        host.push(files: ["README": "second"], units: [good: "/bin/stays", bad: "/bin/mended"])
        #expect(host.turn().exitCode == 0)
    }

    @Test func unitThatFailsLateFailsInsideTheWindow() throws {
        let host = try healthyHost()
        host.push(files: [:], units: [good: "/bin/stays", bad: "/bin/fails-late"])
        expect(host.turn(), "wentBack")
    }

    @Test func unitThatWouldBeRefusedIsNamedBeforeAnythingChanges() throws {
        let host = try healthyHost()
        let lines = host.journal.count
        host.push(files: ["README": "second"], units: [good: "/bin/refused"])
        let end = host.turn()
        expect(end, "failed")
        #expect("\(end)".contains("is refused before anything is changed"))
        #expect(host.read("/etc/v6/README") == "first")
        #expect(host.journal.count == lines)
        #expect(try host.state.quarantine().entries.isEmpty)
    }

    @Test func everyActionStandsInTheJournalBeforeItIsTaken() throws {
        let host = try TurnHost()
        let unannounced = Mutex<[String]>([])
        let scratch = host.scratch
        host.units.onAction.withLock { onAction in
            onAction = { action, name in
                let journal = scratch.read("var/lib/v6-reconcile/journal.jsonl") ?? ""
                let last = journal.split(separator: "\n").last ?? ""
                if !last.contains("\"step\":\"\(action.rawValue) \(name)\"") {
                    unannounced.withLock { $0.append("\(action) \(name) after \(last)") }
                }
            }
        }
        host.push(files: [:], units: [good: "/bin/stays"])
        #expect(host.turn().exitCode == 0)
        #expect(unannounced.withLock { $0 } == [])
        #expect(host.units[try unit(good)].runs == 1)
    }

    @Test func secondTurnAtTheSameTimeDoesNothing() throws {
        let host = try healthyHost()
        host.push(files: ["README": "second"], units: [good: "/bin/stays"])
        let lock = try host.state.lock()
        let end = host.turn()
        withExtendedLifetime(lock) { #expect(end == .lockHeld) }
        #expect(host.read("/etc/v6/README") == "first")
    }

    @Test func whatAKilledWriteLeftIsClearedAwayByTheNextTurn() throws {
        let host = try healthyHost()
        host.scratch.write("etc/v6/.README.v6-new", "half of wh")
        let journal = try Journal(in: host.state, clock: host.clock)
        try journal.add("step", ["path": "/etc/v6/README"])
        var record = try host.state.record()
        record.attempted = record.healthy
        try host.state.write(record)
        #expect(host.turn().exitCode == 0)
        #expect(host.read("/etc/v6/.README.v6-new") == nil)
        #expect(try host.state.record().attempted == nil)
    }

    @Test func firstTurnThatFailsStopsWhatItStarted() throws {
        let host = try TurnHost()
        host.push(files: [:], units: [good: "/bin/fails-late"])
        #expect(host.turn().exitCode == 5, "no commit was ever healthy")
        #expect(!host.units[try unit(good)].isUp, "what was started is stopped")
    }
}
