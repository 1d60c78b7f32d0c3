import Facts
import Reconcile
import Testing

/// Secrets are known by their fingerprints alone, and one that changed restarts who was handed it.
@Suite struct CredentialTests {
    private let name = unitName("v6-x.service")
    private let service = DesiredService(
        unit: Scene.source("systemd/v6-x.service", "x"),
        text: Scene.text(
            """
            [Service]
            ExecStart=/bin/x
            LoadCredential=token:/etc/credstore/token
            LoadCredential=inherited
            LoadCredential=odd:relative/path
            LoadCredentialEncrypted=key:/etc/credstore/key

            """), state: .running)
    private var desired: Desired { Desired(environment: "paper", services: [name: service]) }

    private func seen(
        _ digit: String, modifiedUs: Int64 = 0, key: String = "0123"
    ) throws -> Reading<CredentialSeen> {
        let fingerprint = try #require(Fingerprint(key + String(repeating: digit, count: 12)))
        return .present(CredentialSeen(fingerprint: fingerprint, modifiedUs: modifiedUs))
    }

    private func plan(
        _ turns: ModelTurns, _ credentials: [String: Reading<CredentialSeen>]
    ) -> Plan {
        var observed = turns.observe(desired)
        observed.credentials[name] = credentials
        return Reconcile.plan(desired: desired, observed: observed, live: turns.live)
    }

    private func converged(knowing credentials: [String: Reading<CredentialSeen>]) -> ModelTurns {
        var turns = ModelTurns()
        turns.converge(to: desired)
        for (credential, reading) in credentials {
            turns.live.loaded[name]?.credentials[credential] = reading.value?.fingerprint
        }
        return turns
    }

    @Test func filesThatAUnitIsHandedAreRead() throws {
        #expect(
            service.credentialFiles.mapValues(\.text) == [
                "token": "/etc/credstore/token", "key": "/etc/credstore/key",
            ])
    }

    @Test func secretThatIsAnotherOneRestartsTheUnitAndIsShownByItsFingerprint() throws {
        let turns = converged(knowing: ["token": try seen("a")])
        #expect(plan(turns, ["token": try seen("a")]).isEmpty)
        let plan = plan(turns, ["token": try seen("b")])
        #expect(
            plan.changes.map(\.details) == [["credential token aaaaaaaa -> bbbbbbbb", "restart"]])
        #expect(plan.steps == [.unit(.restart, name)])
        #expect(plan.changes.map(\.cause) == [.drift])
    }

    @Test func secretThatTheRunIsNotKnownToHaveIsJudgedByTimeAndThenRemembered() throws {
        let turns = converged(knowing: [:])
        let started = turns.host.status(name).startedUs
        let old = plan(turns, ["token": try seen("a", modifiedUs: started - 1)])
        #expect(old.isEmpty)
        #expect(old.judged[name]?.credentials["token"] == Fingerprint("0123aaaaaaaaaaaa"))
        let new = plan(turns, ["token": try seen("a", modifiedUs: started)])
        #expect(new.changes.map(\.details) == [["credential token aaaaaaaa", "restart"]])
        #expect(new.judged[name] == nil)
    }

    @Test func fingerprintsOfANewKeyAreJudgedByTimeAndTakeThePlaceOfTheOldOnes() throws {
        let turns = converged(knowing: ["token": try seen("a")])
        let started = turns.host.status(name).startedUs
        let plan = plan(turns, ["token": try seen("b", modifiedUs: started - 1, key: "4567")])
        #expect(plan.isEmpty)
        #expect(plan.judged[name]?.credentials["token"] == Fingerprint("4567bbbbbbbbbbbb"))
    }

    @Test func secretThatCannotBeReadIsSaidAndRestartsNothing() throws {
        let turns = converged(knowing: ["token": try seen("a")])
        let plan = plan(turns, ["token": .unreadable(reason: "no"), "key": .absent])
        #expect(plan.changes.isEmpty)
        #expect(
            plan.notes.map(\.reason) == ["credential key is not there", "credential token: no"])
    }
}
