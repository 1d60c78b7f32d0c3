import Apply
import JSON
import TestKit
import Testing

/// Going back loosens nothing.
struct EnvelopeTurnTests {
    private func healthyHost() throws -> TurnHost {
        let host = try TurnHost()
        host.pushTrading(positions: 20)
        try #require(host.turn().exitCode == 0)
        #expect(try host.configured().positions == 20)
        return host
    }

    @Test func limitThatABadCommitTightensStaysTight() throws {
        let host = try healthyHost()
        host.pushTrading(positions: 5, command: "/bin/fails")
        #expect(host.turn().exitCode == 4)
        #expect(try host.configured().positions == 5)
        #expect(host.turn().exitCode == 4, "quarantined, and kept so")
        #expect(try host.configured().positions == 5)
        try host.write("etc/v6/a", Array("by hand".utf8))
        #expect(host.turn().exitCode == 4)
        #expect(host.read("/etc/v6/a") == "one")
        #expect(try host.configured().positions == 5, "healing a drift loosens nothing")
    }

    @Test func limitThatABadCommitLoosensIsBackAsItWas() throws {
        let host = try healthyHost()
        host.pushTrading(positions: 50, command: "/bin/fails")
        #expect(host.turn().exitCode == 4)
        #expect(try host.configured().positions == 20)
    }

    @Test func secondBadCommitGivesBackNothingThatTheFirstTightened() throws {
        let host = try healthyHost()
        host.pushTrading(positions: 5, command: "/bin/fails")
        #expect(host.turn().exitCode == 4)
        host.pushTrading(positions: 20, command: "/bin/fails-late")
        #expect(host.turn().exitCode == 4)
        #expect(try host.configured().positions == 5)
    }

    @Test func tighteningAloneIsAppliedOfContentThatIsQuarantined() throws {
        let host = try healthyHost()
        host.pushTrading(positions: 20, command: "/bin/fails", text: "two")
        #expect(host.turn().exitCode == 4)
        #expect(try host.configured().positions == 20)
        host.pushTrading(positions: 3, state: "reducing", command: "/bin/fails", text: "two")
        let end = host.turn()
        #expect(end.exitCode == 4, "\(end)")
        #expect("\(end)".hasPrefix("quarantined("), "the rest is not tried")
        #expect(try host.configured().positions == 3)
        #expect(try host.configured().state == "reducing")
        #expect(host.read("/etc/v6/a") == "one")
        #expect(try host.state.quarantine().entries.count == 1)
    }

    @Test func mendedCommitSaysAgainWhatTheLimitsAre() throws {
        let host = try healthyHost()
        host.pushTrading(positions: 5, command: "/bin/fails")
        #expect(host.turn().exitCode == 4)
        host.pushTrading(positions: 10, command: "/bin/stays", text: "mended")
        #expect(host.turn().exitCode == 0)
        #expect(try host.configured().positions == 10)
    }

    @Test func afterACommitForAnotherAccountNothingIsTradedAndAPersonIsCalled() throws {
        let host = try healthyHost()
        host.pushTrading(positions: 20, account: "DU7654321", command: "/bin/fails")
        let end = host.turn()
        #expect(end.exitCode == 5, "\(end)")
        #expect("\(end)".contains("another account"))
        #expect(try host.configured().state == "halted")
    }
}
