import Facts
import Health
import JSON
import TestKit
import Testing

/// A whole look, judged and remembered.
@Suite struct LookTests {
    private static func now(_ minutes: Int64, boot: String = "b00t") -> HostMoment {
        HostMoment(
            wallUs: (1_764_025_802 + minutes * 60) * 1_000_000, bootId: boot,
            sinceBootMs: 3_600_000 + minutes * 60_000)
    }

    /// A well host, a minute after a turn with nothing to do; `minutes` after its document.
    private func wellHost(_ minutes: Int64 = 1) throws -> Seen {
        var turn = TurnStatus(ended: Self.now(0), exitStatus: 0, outcome: "unchanged")
        turn.durationMs = 23
        turn.applied = "4f2c1aa"
        turn.healthy = "4f2c1aa"
        turn.clock = "kernel"
        let timer = try #require(UnitName("v6-reconcile.timer"))
        turn.units = [timer: "running"]
        let up = UnitStatus(load: "loaded", active: "active", sub: "waiting")
        return Seen(
            now: Self.now(minutes), turn: .present(turn), units: .present([timer: up]),
            disks: ["/": .present(disk(41))],
            memory: .present(MemoryUse(totalKiB: 1_000, availableKiB: 700)),
            load: .present(
                LoadUse(
                    oneMinuteHundredths: 0, fiveMinutesHundredths: 150,
                    fifteenMinutesHundredths: 0, cores: 2)),
            clock: .present(ClockUse(isSynchronised: true, estimatedErrorUs: 2_000)))
    }

    private func disk(_ percent: UInt64) -> DiskUse {
        DiskUse(bytesUsed: percent, bytesTotal: 100, inodesUsed: 3, inodesTotal: 100)
    }

    private func report(_ seen: Seen) -> HealthReport { HealthSettings().judge(seen, nil).0 }

    private func turn(_ change: (inout TurnStatus) -> Void) throws -> Seen {
        var seen = try wellHost()
        var turn = try #require(seen.turn.value)
        change(&turn)
        seen.turn = .present(turn)
        return seen
    }

    @Test func wellHostIsToldInTextDocumentAndMetrics() throws {
        let report = report(try wellHost())
        #expect(report.exitStatus == 0)
        #expect(differenceFromKept(report.text, "look-ok.txt") == nil)
        #expect(differenceFromKept(report.json.text(pretty: true), "look-ok.json") == nil)
        #expect(differenceFromKept(report.metrics, "look-ok.prom") == nil)
    }

    @Test func illHostIsToldInTextDocumentAndMetrics() throws {
        var seen = try turn { turn in
            turn.exitStatus = 5
            turn.outcome = "stuck"
            turn.ended = Self.now(-70)
            turn.healthy = "91\"be\\03d\nx"
            turn.drift = ["a", "b", "c", "d"].map {
                TurnStatus.Drift(
                    address: "file/etc/v6/\($0)", action: "change", details: [],
                    isHealed: $0 == "d")
            }
            turn.held = [
                TurnStatus.Held(address: "service/x.service", gate: "window", reason: "closed")
            ]
        }
        seen.units = .unreadable(reason: "look at units: no answer within 5 s")
        seen.load = .unreadable(reason: "cannot read /proc/loadavg: No such file or directory")
        seen.disks["/"] = .present(disk(96))
        seen.problems = ["cannot read \(#"/etc/v6/x"#): Permission denied"]
        let report = report(seen)
        #expect(report.exitStatus == 2)
        #expect(differenceFromKept(report.text, "look-ill.txt") == nil)
        #expect(differenceFromKept(report.json.text(pretty: true), "look-ill.json") == nil)
        #expect(differenceFromKept(report.metrics, "look-ill.prom") == nil)
    }

    @Test(arguments: [
        (Int32(0), Int32(0)), (2, 0), (3, 0), (1, 1), (4, 1), (7, 1), (5, 2),
    ])
    func lastTurnIsJudgedByItsEnd(exit: Int32, status: Int32) throws {
        #expect(report(try turn { $0.exitStatus = exit }).exitStatus == status)
    }

    @Test(arguments: [(Int64(15), Int32(0)), (16, 1), (60, 1), (61, 2)])
    func lastTurnIsJudgedByItsAge(minutes: Int64, status: Int32) throws {
        #expect(report(try wellHost(minutes)).exitStatus == status)
    }

    @Test func hostWithoutATurnSinceBootIsDegradedAtFirstAndThenUnhealthy() throws {
        var seen = try wellHost()
        seen.turn = .absent
        seen.now.sinceBootMs = 60_000
        #expect(report(seen).exitStatus == 1)
        seen.now.sinceBootMs = 3_600_001
        #expect(report(seen).exitStatus == 2)
        seen.hasTurns = false
        #expect(report(seen).exitStatus == 0, "nobody reconciles this host")
    }

    @Test func documentThatCannotBeReadIsUnknown() throws {
        var seen = try wellHost()
        seen.turn = .unreadable(reason: "no answer within 5 s")
        #expect(report(seen).exitStatus == 3)
    }

    @Test func heldStepsAndDriftThatStaysAreDegradedAndHealedDriftIsNot() throws {
        let held = try turn {
            $0.held = [TurnStatus.Held(address: "a", gate: "drained", reason: "b")]
        }
        #expect(report(held).exitStatus == 1)
        func drift(healed: Bool) throws -> Seen {
            try turn {
                $0.drift = [
                    TurnStatus.Drift(
                        address: "a", action: "change", details: [], isHealed: healed)
                ]
            }
        }
        #expect(report(try drift(healed: true)).exitStatus == 0)
        #expect(report(try drift(healed: false)).exitStatus == 1)
    }

    @Test func driftIsWorseTheLongerItIsSeen() throws {
        var settings = HealthSettings()
        settings.skipped = ["last-turn"]
        var memory = HealthMemory(looked: Self.now(0))
        var states: [Int32] = []
        for minutes in stride(from: Int64(0), through: 80, by: 5) {
            var seen = try turn {
                $0.drift = [
                    TurnStatus.Drift(address: "a", action: "change", details: [], isHealed: false)
                ]
            }
            seen.now = Self.now(minutes)
            let (report, next) = settings.judge(seen, memory)
            memory = next
            states.append(report.exitStatus)
        }
        // Over 15 min is degraded and over an hour unhealthy, each when two looks agree.
        #expect(
            states == Array(repeating: 0, count: 5) + Array(repeating: 1, count: 9) + [2, 2, 2])
    }

    @Test func unitsOfDesiredStateAreLookedAtBesideThoseNamed() throws {
        var settings = HealthSettings()
        let named = try #require(UnitName("extra.service"))
        settings.units = [named]
        let seen = try wellHost()
        let timer = try #require(UnitName("v6-reconcile.timer"))
        #expect(settings.unitsToLookAt(seen.turn) == [named, timer])
        settings.ignoredUnits = [timer]
        #expect(settings.unitsToLookAt(seen.turn) == [named])
        #expect(settings.unitsToLookAt(.absent) == [named])
    }
}
