import Reconcile
import Testing

/// What going back must never loosen.
struct EnvelopeTests {
    private func envelope(_ text: String) throws -> Envelope { try Commit(text).read().envelope }

    private func limits(_ values: String, dryRun: Bool = false, state: String = "active") -> String
    {
        """
        environment: paper
        dry_run: \(dryRun)
        config:
          ib: {mode: paper, account: DU1234567}
        limits: {\(values)}
        trading: {state: \(state)}
        services:
          reader.service: {unit: systemd/reader.service, state: running, reads: [limits.symbols]}

        """
    }

    private func commit(_ text: String) -> Commit {
        var commit = Commit(text)
        commit.units["reader.service"] = Commit.service()
        return commit
    }

    @Test func everyLimitOfTheSchemaHasItsPlace() {
        func leaves(_ shape: Shape, _ path: [String]) -> [String] {
            guard case .map(let fields) = shape else { return [path.joined(separator: ".")] }
            return fields.filter { $0.successor == nil }.flatMap { field in
                leaves(field.shape, path + [field.key])
            }
        }
        let all = leaves(Schema.desired, []).filter { place in
            ["dry_run", "limits", "trading"].contains(place.split(separator: ".").first ?? "")
        }
        #expect(Set(all).isSubset(of: Set(Envelope.places)))
        #expect(all.count == Envelope.places.count - 2, "and account and mode")
    }

    @Test(arguments: [
        ("limits.positions_max", "20", "5", Envelope.Direction.tightens),
        ("limits.positions_max", "5", "20", .loosens),
        ("limits.daily_loss_max", "1000 USD", "999.95 USD", .tightens),
        ("limits.daily_loss_max", "1000 USD", "1000 EUR", .differs),
        ("limits.drawdown_max", "9.5%", "10%", .loosens),
        ("limits.breaker.open_for", "60s", "5m", .tightens),
        ("limits.breaker.failures", "3", "5", .loosens),
        ("limits.symbols", "QQQ,SPY", "SPY", .tightens),
        ("limits.symbols", "QQQ,SPY", "IWM,SPY", .differs),
        ("dry_run", "false", "true", .tightens), ("dry_run", "true", "false", .loosens),
        ("trading.state", "active", "reducing", .tightens),
        ("trading.state", "halted", "active", .loosens),
        ("config.ib.account", "DU1", "DU2", .differs),
    ])
    func changeHasADirection(
        place: String, before: String, after: String, direction: Envelope.Direction
    ) {
        let (old, new) = (Envelope(values: [place: before]), Envelope(values: [place: after]))
        let found = new.differences(from: old)
        #expect(found.map(\.direction) == [direction])
        #expect(found.map(\.place) == [place])
        #expect(new.isWithin(old) == (direction == .tightens))
    }

    @Test func limitThatIsTakenOutLoosensAndOneThatIsAddedTightens() {
        let (none, some) = (Envelope(), Envelope(values: ["limits.positions_max": "5"]))
        #expect(none.differences(from: some).map(\.direction) == [.loosens])
        #expect(some.differences(from: none).map(\.direction) == [.tightens])
        #expect(none.stricter(of: some) == some)
    }

    @Test func strictestOfManyDoesNotDependOnTheirOrder() {
        let all = [
            ["limits.positions_max": "20", "trading.state": "active", "dry_run": "true"],
            ["limits.positions_max": "5", "trading.state": "reducing", "dry_run": "false"],
            ["limits.symbols": "QQQ,SPY", "trading.state": "active", "dry_run": "false"],
            ["limits.symbols": "SPY,IWM", "trading.state": "active", "dry_run": "false"],
        ].map { Envelope(values: $0) }
        func strictest(_ list: [Envelope]) -> Envelope {
            list.dropFirst().reduce(list[0]) { $0.stricter(of: $1) }
        }
        let wanted = strictest(all)
        #expect(
            wanted.values == [
                "limits.positions_max": "5", "trading.state": "reducing", "dry_run": "true",
                "limits.symbols": "SPY",
            ])
        #expect(strictest(all.reversed()) == wanted)
        for one in all {
            #expect(wanted.differences(from: one).allSatisfy { $0.direction == .tightens })
        }
    }

    @Test func whatIsReadWithinAnEnvelopeIsNoLooser() throws {
        let loose = commit(limits("positions_max: 20, symbols: [SPY, QQQ]"))
        let tight = Envelope(values: [
            "limits.positions_max": "5", "limits.symbols": "SPY", "trading.state": "halted",
            "dry_run": "true", "config.ib.account": "DU9",
        ])
        let desired = try resolveDesired(
            "paper", from: loose.checkout, roots: HostSettings.defaultRoots, within: tight
        ).desired
        #expect(desired.envelope.values["limits.positions_max"] == "5")
        #expect(desired.envelope.values["trading.state"] == "halted")
        #expect(desired.envelope.values["dry_run"] == "true")
        let account = desired.envelope.values["config.ib.account"]
        #expect(account == "DU1234567", "never another account")
        let reader = try #require(desired.services.values.first?.configuration)
        let rendered = String(decoding: reader.bytes, as: UTF8.self)
        #expect(rendered.contains("SPY") && !rendered.contains("QQQ"))
    }

    @Test func contentThatDiffersByTheEnvelopeAloneHasTheSameCore() throws {
        let one = try commit(limits("positions_max: 20, symbols: [SPY, QQQ]")).read()
        let two = try commit(limits("positions_max: 20, symbols: [SPY]")).read()
        #expect(one.contentDigest != two.contentDigest)
        #expect(one.coreDigest == two.coreDigest)
        var other = commit(limits("positions_max: 20, symbols: [SPY]"))
        other.units["reader.service"] = Commit.service("Nice=5")
        #expect(try other.read().coreDigest != two.coreDigest)
    }
}
