import Facts
import Health
import JSON
import TestKit
import Testing

@Suite struct HostStatusTests {
    private let now = HostMoment(
        wallUs: 1_764_025_832_000_000, bootId: "b00t", sinceBootMs: 10_800_000)

    /// A healthy host, half a minute after its last turn.
    private func status(
        _ outcome: String = "unchanged", exit: Int32 = 0, unfinished: String? = nil,
        reason: String? = nil, held: [TurnStatus.Held] = []
    ) throws -> HostStatus {
        var turn = TurnStatus(
            ended: HostMoment(
                wallUs: now.wallUs - 30_000_000, bootId: "b00t", sinceBootMs: 10_770_000),
            exitStatus: exit, outcome: outcome)
        turn.reason = reason
        turn.desired = "4f2c1aa"
        turn.held = held
        turn.sinceUs = now.wallUs - 3_600_000_000
        let timer = try #require(UnitName("v6-reconcile.timer"))
        turn.units = [timer: "running"]
        let up = UnitStatus(load: "loaded", active: "active", sub: "waiting")
        let seen = Seen(
            now: now, turn: .present(turn), units: .present([timer: up]),
            disks: [
                "/": .present(
                    DiskUse(bytesUsed: 41, bytesTotal: 100, inodesUsed: 3, inodesTotal: 100))
            ],
            memory: .present(MemoryUse(totalKiB: 1_000, availableKiB: 700)),
            load: .present(
                LoadUse(
                    oneMinuteHundredths: 0, fiveMinutesHundredths: 150,
                    fifteenMinutesHundredths: 0, cores: 2)),
            clock: .present(ClockUse(isSynchronised: true, estimatedErrorUs: 2_000)))
        var status = HostStatus(
            environment: "paper",
            revisions: HostStatus.Revisions(
                unfinished: unfinished, applied: "91be03d", healthy: "91be03d",
                isAppliedHealthy: true, generation: 3),
            turn: seen.turn, report: HealthSettings().judge(seen, nil).0)
        status.revisions.newest = "4f2c1aa"
        return status
    }

    /// Ready, Reconciling and Stalled, each with its reason.
    private func words(_ status: HostStatus) -> [String] {
        status.conditions.map { "\($0.type) \($0.status) \($0.reason)" }
    }

    @Test func healthyHostIsShownAsItIs() throws {
        let status = try status()
        #expect(!status.needsAttention)
        #expect(differenceFromKept(status.text(), "status-ok.txt") == nil)
        #expect(differenceFromKept(status.json().text(pretty: true), "status-ok.json") == nil)
    }

    @Test func hostThatWentBackIsReadyForNothingAndStalled() throws {
        let status = try status("went-back", exit: 4, reason: "it failed\nmore")
        #expect(status.needsAttention)
        #expect(status.sync == "OutOfSync")
        #expect(status.attempted == "4f2c1aa")
        #expect(
            words(status) == [
                "Ready False RolledBack", "Reconciling False ReconciliationSucceeded",
                "Stalled True RolledBack",
            ])
        #expect(status.conditions.first?.message == "it failed")
        let text = status.text(["quarantined  4f2c1aa  content 1234567  it failed"])
        #expect(differenceFromKept(text, "status-went-back.txt") == nil)
    }

    @Test func eachEndHasItsConditions() throws {
        #expect(try words(status("quarantined", exit: 4)).last == "Stalled True Quarantined")
        #expect(try words(status("stuck", exit: 5)).first == "Ready False HealthCheckFailed")
        #expect(
            try words(status("failed", exit: 1)).last == "Stalled False ReconciliationSucceeded")
        #expect(try words(status("refused", exit: 7)).last == "Stalled True SignatureRefused")
        let held = TurnStatus.Held(address: "service/x.service", gate: "window", reason: "closed")
        let deferred = try status("deferred", exit: 3, held: [held])
        #expect(words(deferred).first == "Ready False GateClosed")
        #expect(deferred.needsAttention)
        let killed = try status(unfinished: "5d1e2f3")
        #expect(
            words(killed).prefix(2) == [
                "Ready False ProgressingWithRetry", "Reconciling True Progressing",
            ])
        #expect(killed.health == "Progressing")
        #expect(killed.attempted == "5d1e2f3")
    }

    @Test func whatPersonsSaidIsShownAndNeedsAttention() throws {
        var status = try status("suspended", exit: 3)
        status.suspension = .init(
            words: "by ada since 2025-11-24T22:00:00Z: a new disk", sinceUs: 1_764_021_600_000_000)
        status.rollback = .init(
            words: "held on 91be03d by ada since 2025-11-24T22:10:00Z",
            sinceUs: 1_764_022_200_000_000)
        status.holds = [
            try #require(UnitName("v6-feed.service")): .init(
                words: "by bob since 2025-11-24T22:20:00Z: under the debugger",
                sinceUs: 1_764_022_800_000_000)
        ]
        #expect(status.needsAttention)
        #expect(status.health == "Suspended")
        #expect(differenceFromKept(status.text(), "status-words.txt") == nil)
        status.suspension = nil
        #expect(status.conditions.first?.message.hasPrefix("rollback: held on 91be03d") == true)
        status.rollback = nil
        #expect(status.needsAttention, "a hold alone does too")
    }

    @Test func refusedCommitIsNamed() throws {
        let reason = "error: 5d1e2f3 is refused: it has no signature\n  commit 5d1e2f3"
        let status = try status("refused", exit: 7, reason: reason)
        #expect(status.refusal == "5d1e2f3 is refused: it has no signature")
        #expect(status.text().contains("\nrefused      5d1e2f3 is refused: it has no signature\n"))
    }

    @Test func conditionIsSinceTheFirstOfTurnsThatEndAlike() throws {
        func turn(_ exit: Int32, _ outcome: String, at wallUs: Int64) -> TurnStatus {
            TurnStatus(
                ended: HostMoment(wallUs: wallUs, bootId: "", sinceBootMs: 0), exitStatus: exit,
                outcome: outcome)
        }
        var first = turn(0, "healthy", at: 10)
        first.follow(nil)
        var second = turn(0, "unchanged", at: 20)
        second.follow(first)
        #expect(second.sinceUs == 10)
        var third = turn(4, "went-back", at: 30)
        third.follow(second)
        #expect(third.sinceUs == 30)
    }

    @Test func hostWithoutATurnSinceBootIsUnknown() throws {
        var status = try status()
        status.turn = .absent
        #expect(status.sync == "Unknown")
        #expect(words(status).first == "Ready Unknown Progressing")
    }
}
