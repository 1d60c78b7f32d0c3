import Apply
import JSON
import TestKit
import Testing

/// Going back loosens nothing.
struct EnvelopeTurnTests {
    /// A host whose reader is told of limits, trading state and account.
    private func push(
        _ host: TurnHost, positions: Int, state: String = "active", account: String = "DU1234567",
        command: String = "/bin/stays", text: String = "one"
    ) {
        host.push(files: ["a": text], units: ["reader.service": command])
        let document = (host.checkout.read("desired/sandbox.yaml") ?? "")
            .replacing("state: running}", with: "state: running, reads: [limits, trading]}")
        host.checkout.write(
            "desired/sandbox.yaml",
            document + """
                limits:
                  {positions_max: \(positions), order_quantity_max: 1, orders_per_day_max: 9,
                   daily_loss_max: 1 USD, portfolio: {delta_max: 1, gamma_max: 1},
                   symbol: {delta_max: 1, positions_max: 1}}
                trading: {state: \(state)}
                dry_run: false
                config: {ib: {account: \(account), mode: paper}}

                """)
    }

    private func configured(_ host: TurnHost) throws -> (positions: Int64?, state: String?) {
        let text = try #require(host.read("/etc/v6/reader/config.json"))
        let json = try JSONValue.parse(Array(text.utf8))
        return (
            json["limits"]?["positions_max"]?.asInteger, json["trading"]?["state"]?.asString
        )
    }

    private func healthyHost() throws -> TurnHost {
        let host = try TurnHost()
        push(host, positions: 20)
        try #require(host.turn().exitCode == 0)
        #expect(try configured(host).positions == 20)
        return host
    }

    @Test func limitThatABadCommitTightensStaysTight() throws {
        let host = try healthyHost()
        push(host, positions: 5, command: "/bin/fails")
        #expect(host.turn().exitCode == 4)
        #expect(try configured(host).positions == 5)
        #expect(host.turn().exitCode == 4, "quarantined, and kept so")
        #expect(try configured(host).positions == 5)
        try host.write("etc/v6/a", Array("by hand".utf8))
        #expect(host.turn().exitCode == 4)
        #expect(host.read("/etc/v6/a") == "one")
        #expect(try configured(host).positions == 5, "healing a drift loosens nothing")
    }

    @Test func limitThatABadCommitLoosensIsBackAsItWas() throws {
        let host = try healthyHost()
        push(host, positions: 50, command: "/bin/fails")
        #expect(host.turn().exitCode == 4)
        #expect(try configured(host).positions == 20)
    }

    @Test func secondBadCommitGivesBackNothingThatTheFirstTightened() throws {
        let host = try healthyHost()
        push(host, positions: 5, command: "/bin/fails")
        #expect(host.turn().exitCode == 4)
        push(host, positions: 20, command: "/bin/fails-late")
        #expect(host.turn().exitCode == 4)
        #expect(try configured(host).positions == 5)
    }

    @Test func tighteningAloneIsAppliedOfContentThatIsQuarantined() throws {
        let host = try healthyHost()
        push(host, positions: 20, command: "/bin/fails", text: "two")
        #expect(host.turn().exitCode == 4)
        #expect(try configured(host).positions == 20)
        push(host, positions: 3, state: "reducing", command: "/bin/fails", text: "two")
        let end = host.turn()
        #expect(end.exitCode == 4, "\(end)")
        #expect("\(end)".hasPrefix("quarantined("), "the rest is not tried")
        #expect(try configured(host).positions == 3)
        #expect(try configured(host).state == "reducing")
        #expect(host.read("/etc/v6/a") == "one")
        #expect(try host.state.quarantine().entries.count == 1)
    }

    @Test func mendedCommitSaysAgainWhatTheLimitsAre() throws {
        let host = try healthyHost()
        push(host, positions: 5, command: "/bin/fails")
        #expect(host.turn().exitCode == 4)
        push(host, positions: 10, command: "/bin/stays", text: "mended")
        #expect(host.turn().exitCode == 0)
        #expect(try configured(host).positions == 10)
    }

    @Test func afterACommitForAnotherAccountNothingIsTradedAndAPersonIsCalled() throws {
        let host = try healthyHost()
        push(host, positions: 20, account: "DU7654321", command: "/bin/fails")
        let end = host.turn()
        #expect(end.exitCode == 5, "\(end)")
        #expect("\(end)".contains("another account"))
        #expect(try configured(host).state == "halted")
    }
}
