import Facts
import Reconcile
import TestKit
import Testing
import YAML

/// Whether the commit that a branch stands at may act, from what is known of it.
struct FollowTests {
    private static func id(_ digit: Character) -> CommitID {
        guard let id = CommitID(String(repeating: digit, count: 40)) else {
            preconditionFailure("'\(digit)' is no digit of an id")
        }
        return id
    }

    private let tip = FollowTests.id("1")
    private let healthy = FollowTests.id("2")
    private let good = SignatureVerdict.good(signer: "alice")

    private func facts(_ change: (inout TipFacts) -> Void) -> TipFacts {
        var facts = TipFacts(tip, author: "A <a@example.net>")
        change(&facts)
        return facts
    }

    private func signed(_ verdicts: [SignatureVerdict]) -> [TipFacts.Signed] {
        verdicts.enumerated().map { index, verdict in
            TipFacts.Signed(
                Self.id(index == 0 ? "1" : Character("\(index + 2)")), author: "A", verdict)
        }
    }

    private func reason(_ facts: TipFacts) -> TipRefusal.Reason? {
        guard case .refused(let refusal) = facts.verdict else { return nil }
        return refusal.reason
    }

    @Test func firstCommitOfAHostIsAcceptedWhereNobodyHasToSign() {
        #expect(facts { _ in }.verdict == .accepted(overrides: false))
    }

    @Test func historyThatContainsHealthyIsAccepted() {
        let facts = facts {
            $0.healthy = healthy
            $0.containsHealthy = true
        }
        #expect(facts.verdict == .accepted(overrides: false))
    }

    @Test func rewoundHistoryIsRefusedUnlessItWasHealthyOrAPersonSaysSo() {
        #expect(reason(facts { $0.healthy = healthy }) == .rewound(healthy))
        let before = facts {
            $0.healthy = healthy
            $0.wasHealthy = true
        }
        #expect(before.verdict == .accepted(overrides: false))
        let through = facts {
            $0.healthy = healthy
            $0.overridesAncestry = true
        }
        #expect(through.verdict == .accepted(overrides: true))
    }

    @Test func floorIsALowerBoundWhateverWasHealthyOrAPersonSays() {
        let below = facts {
            $0.healthy = healthy
            $0.wasHealthy = true
            $0.overridesAncestry = true
            $0.floor = "4f2c1aa"
        }
        #expect(reason(below) == .belowFloor("4f2c1aa"))
        let above = facts {
            $0.floor = "4f2c1aa"
            $0.containsFloor = true
        }
        #expect(above.verdict == .accepted(overrides: false))
    }

    @Test(arguments: [
        SignatureVerdict.unsigned, .unknownKey(nil), .expired("k"), .revoked("k"), .bad("cut off"),
    ])
    func oneBadSignatureAnywhereRefusesAll(_ verdict: SignatureVerdict) {
        for place in 0...4 {
            var verdicts = [SignatureVerdict](repeating: good, count: 5)
            verdicts[place] = verdict
            let facts = facts {
                $0.healthy = healthy
                $0.containsHealthy = true
                $0.signatures = signed(verdicts)
            }
            #expect(reason(facts) == .signature(verdict, since: healthy.short), "\(place)")
            guard case .refused(let refusal) = facts.verdict else { continue }
            #expect(refusal.commit == facts.signatures?[place].commit)
            #expect(refusal.text.contains(verdict.words) && refusal.text.contains("Author: A\n"))
        }
    }

    @Test func noReasonOfAPersonLetsABadSignatureThrough() {
        let facts = facts {
            $0.healthy = healthy
            $0.overridesAncestry = true
            $0.signatures = signed([good, .unsigned])
        }
        #expect(reason(facts) == .signature(.unsigned, since: healthy.short))
    }

    @Test func signerIsTheTips() {
        #expect(facts { $0.signatures = signed([good, .good(signer: "bob")]) }.signer == "alice")
        #expect(facts { $0.signatures = [] }.signer == nil)
    }

    @Test func withoutHealthyAndFloorTheTextNamesTheFloorAsTheWayOut() {
        guard case .refused(let refusal) = facts({ $0.signatures = signed([.unsigned]) }).verdict
        else {
            Issue.record("it was accepted")
            return
        }
        #expect(refusal.text.contains("`signatures.floor` in \(HostSettings.path)"))
        #expect(refusal.text.hasPrefix("error: 1111111 is refused: it is not signed\n"))
    }

    @Test func repositoryThatFailsIsLeftAloneLongerAndLongerButNeverOverAQuarterOfAnHour() {
        var generator = Dice(seed: 7)
        var backoff = Backoff()
        var longest: [Int64] = []
        for failure in 0..<12 {
            var most: Int64 = 0
            for _ in 0..<200 {
                let next = backoff.failed(atUs: 1_000, random: generator.next())
                let pause = next.notBeforeUs - 1_000
                #expect((0...900_000_000).contains(pause))
                most = max(most, pause)
            }
            longest.append(most)
            backoff = backoff.failed(atUs: 1_000, random: .max)
            #expect(backoff.failures == failure + 1)
        }
        #expect(longest[0] <= 30_000_000 && longest[1] <= 60_000_000)
        #expect(longest[1] > 30_000_000 && longest[3] > 120_000_000)
        #expect(longest[11] > 800_000_000, "full jitter reaches the bound")
    }

    @Test func pauseEndsAndAClockThatIsSetBackMakesNobodyWaitForLong() {
        let backoff = Backoff(failures: 3, notBeforeUs: 100_000_000)
        #expect(backoff.secondsLeft(atUs: 40_000_000) == 61)
        #expect(backoff.secondsLeft(atUs: 100_000_000) == nil)
        #expect(backoff.secondsLeft(atUs: -10_000_000_000) == nil)
        #expect(Backoff().secondsLeft(atUs: 0) == nil)
    }

    @Test(arguments: [
        ("floor: v1.0", "not the id of a commit"), ("floor: 4F2C1AA", "not the id of a commit"),
        ("floor: 4f2c1a", "not the id of a commit"), ("floor: main", "not the id of a commit"),
        ("allowed_signers: signers", "is not absolute"), ("openpgp: gpg", "is not absolute"),
        ("revoked_key: /x", "did you mean"),
    ])
    func trustIsNamedBeyondDoubt(_ member: String, _ words: String) {
        do {
            _ = try read(member)
            Issue.record("it was taken")
        } catch let faults as YAMLFaults {
            let texts = faults.faults.map { $0.problem + " " + ($0.suggestion ?? "") }
            #expect(texts.contains { $0.contains(words) }, "\(texts)")
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func floorIsBeyondDoubtByAllItsDigitsOnly() throws {
        #expect(try read("floor: 4f2c1aa").isFloorWhole == false)
        #expect(try read("floor: \"1234567\"").floor == "1234567")
        #expect(try read("floor: \(tip)").isFloorWhole)
        let settings = try read("openpgp: /etc/g, revoked_keys: /etc/r, allowed_signers: /etc/a")
        #expect(settings.openPGP?.text == "/etc/g" && settings.revokedKeys?.text == "/etc/r")
        #expect(settings.allowedSigners?.text == "/etc/a" && settings.required)
    }

    private func read(_ member: String) throws -> SignatureSettings {
        try HostSettings.read(
            YAMLSource(
                name: "host.yaml", bytes: Array("signatures: {\(member)}\n".utf8)),
            environmentDefault: "paper"
        ).signatures
    }
}
