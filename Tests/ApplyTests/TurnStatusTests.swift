import Apply
import Facts
import Health
import JSON
import Machine
import TestKit
import Testing

@Suite struct TurnStatusTests {
    private let good = "v6-good.service"

    private func status(_ host: TurnHost) throws -> TurnStatus {
        let text = try #require(host.read(TurnStatus.path))
        return try #require(TurnStatus(try JSONValue.parse(Array(text.utf8))))
    }

    private func healthyHost() throws -> TurnHost {
        let host = try TurnHost()
        host.push(files: ["README": "first"], units: [good: "/bin/stays"])
        try #require(host.turn().exitCode == 0)
        return host
    }

    @Test func everyTurnSaysHowItEndedAndWhatIsWanted() throws {
        let host = try healthyHost()
        let first = try status(host)
        #expect(first.outcome == "healthy")
        #expect(first.exitStatus == 0)
        #expect(first.units == [try #require(UnitName(good)): "running"])
        #expect(first.healthy == first.desired)
        #expect(first.durationMs >= 1_000, "the window was a second")
        host.clock.wait(.seconds(300))
        #expect(host.turn().exitCode == 0)
        let second = try status(host)
        #expect(second.outcome == "unchanged")
        #expect(second.ended.msSince(first.ended) >= 300_000)
        #expect(second.units == first.units)
        #expect(second.healthy == first.healthy)
    }

    @Test func driftIsToldOnceItIsHealed() throws {
        let host = try healthyHost()
        host.scratch.write("etc/v6/README", "by hand")
        #expect(host.turn().exitCode == 0)
        let drift = try status(host).drift
        #expect(drift.map(\.address) == ["file/etc/v6/README"])
        #expect(drift.map(\.isHealed) == [true])
        #expect(host.turn().exitCode == 0)
        #expect(try status(host).drift.isEmpty)
    }

    @Test func wayBackNamesTheReasonAndTheQuarantine() throws {
        let host = try healthyHost()
        let healthy = try status(host).healthy
        host.push(
            files: ["README": "second"],
            units: [good: "/bin/stays", "v6-bad.service": "/bin/fails"])
        #expect(host.turn().exitCode == 4)
        let back = try status(host)
        #expect(back.outcome == "went-back")
        #expect(back.reason?.contains("v6-bad.service failed") == true)
        #expect(back.healthy == healthy)
        #expect(back.quarantined.count == 1)
        #expect(back.units == [try #require(UnitName(good)): "running"], "as healthy wants it")
        #expect(host.turn().exitCode == 4)
        #expect(try status(host).outcome == "quarantined")
    }

    @Test func documentThatCannotBeWrittenIsNoOutcome() throws {
        let host = try TurnHost()
        host.push(files: ["README": "first"], units: [good: "/bin/stays"])
        host.scratch.makeFolder(String(TurnStatus.path.dropFirst()) + "/in-the-way")
        #expect("\(host.turn())".hasPrefix("healthy("))
        #expect("\(host.turn())".hasPrefix("unchanged("))
    }

    @Test func recordThatCannotBeReadIsToldAllTheSame() throws {
        let host = try healthyHost()
        host.scratch.write("var/lib/v6-reconcile/state.json", "{")
        #expect(host.turn().exitCode == 1)
        let status = try status(host)
        #expect(status.outcome == "failed")
        #expect(status.healthy == nil)
        #expect(status.warnings.count == 1)
    }
}
