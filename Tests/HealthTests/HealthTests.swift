import Facts
import Health
import JSON
import TestKit
import Testing

@Suite struct HealthTests {
    @Test func wellHostIsOk() throws {
        let report = HealthReport(
            [
                try timer(UnitStatus(load: "loaded", active: "active", sub: "waiting")),
                .disk("/", .present(disk(bytes: 41, inodes: 3)), percents, inodes: percents),
                .memory(.present(MemoryUse(totalKiB: 1_000, availableKiB: 700)), percents),
                .load(.present(load(hundredths: 150)), settings.load),
                .clock(.present(clock(estimatedErrorUs: 2_500)), settings.clock, proof: "kernel"),
            ], looked: now)
        #expect(report.exitStatus == 0)
        #expect(differenceFromKept(report.text, "ok.txt") == nil)
        #expect(differenceFromKept(report.json.text(pretty: true), "ok.json") == nil)
    }

    @Test func everyKindOfTroubleIsNamedWithItsReason() throws {
        let report = HealthReport(
            [
                try timer(.unreadable(reason: "look at units: no answer within 5 s")),
                try service(
                    UnitStatus(
                        load: "loaded", active: "failed", sub: "failed", result: "exit-code",
                        exitStatus: 3)),
                .disk("/", .present(disk(bytes: 91, inodes: 97)), percents, inodes: percents),
                .disk("/it's a=b", .present(disk(bytes: 1, inodes: 0)), percents, inodes: percents),
                .disk(
                    "/srv", .unreadable(reason: "no | answer\nwithin 5 s"), percents,
                    inodes: percents),
                .memory(.present(MemoryUse(totalKiB: 1_000, availableKiB: 80)), percents),
                .load(.present(load(hundredths: 6_401)), settings.load),
                .clock(
                    .present(clock(estimatedErrorUs: 1_500_000)), settings.clock, proof: "kernel"),
            ], looked: now)
        #expect(report.exitStatus == 2)
        #expect(differenceFromKept(report.text, "trouble.txt") == nil)
        #expect(differenceFromKept(report.json.text(pretty: true), "trouble.json") == nil)
    }

    @Test func unknownCriticalCheckMakesTheWholeUnhealthyAndShowsAsUnknown() throws {
        let check = try timer(.unreadable(reason: "hung"))
        #expect(check.state == .unknown)
        #expect(HealthReport([check], looked: now).exitStatus == 2)
    }

    @Test func unknownOutranksDegradedBecauseItMayHideWorse() {
        let unknown = Check.memory(.unreadable(reason: "hung"), percents)
        let degraded = Check.disk(
            "/", .present(disk(bytes: 91, inodes: 1)), percents, inodes: percents)
        #expect(HealthReport([degraded], looked: now).exitStatus == 1)
        #expect(HealthReport([unknown], looked: now).exitStatus == 3)
        #expect(HealthReport([degraded, unknown], looked: now).exitStatus == 3)
    }

    @Test(arguments: [
        (UInt64(900), CheckState.ok), (901, .degraded), (950, .degraded), (951, .unhealthy),
        (1_000, .unhealthy),
    ])
    func diskIsJudgedByWhatIsOverTheThreshold(permille: UInt64, state: CheckState) {
        let full = DiskUse(bytesUsed: permille, bytesTotal: 1_000, inodesUsed: 0, inodesTotal: 0)
        #expect(disk(full) == state)
        let crowded = DiskUse(bytesUsed: 0, bytesTotal: 1, inodesUsed: permille, inodesTotal: 1_000)
        #expect(disk(crowded) == state)
        let memory = MemoryUse(totalKiB: 1_000, availableKiB: 1_000 - permille)
        #expect(Check.memory(.present(memory), percents).state == state)
    }

    @Test func largestDiskOverflowsNothing() {
        let largest = DiskUse(
            bytesUsed: .max - 1, bytesTotal: .max, inodesUsed: .max, inodesTotal: 1)
        #expect(disk(largest) == .unhealthy)
    }

    @Test(arguments: [
        ("active", "running", CheckState.ok), ("reloading", "reload", .ok),
        ("activating", "start", .degraded), ("activating", "auto-restart", .unhealthy),
        ("deactivating", "stop", .degraded), ("inactive", "dead", .unhealthy),
        ("failed", "failed", .unhealthy),
    ])
    func serviceIsJudgedByTheManagersWords(active: String, sub: String, state: CheckState) throws {
        let status = UnitStatus(load: "loaded", active: active, sub: sub)
        #expect(try service(status).state == state)
    }

    @Test func restartsByTheManagerAreSaid() throws {
        var status = UnitStatus(load: "loaded", active: "active", sub: "running")
        #expect(try service(status).reason == "active (running)")
        status.restarts = 1
        #expect(try service(status).reason == "active (running), restarted once")
        status.restarts = 7
        #expect(try service(status).reason == "active (running), restarted 7 times")
    }

    @Test func timerThatWillNotFireAgainIsDegraded() throws {
        let spent = UnitStatus(load: "loaded", active: "active", sub: "elapsed")
        #expect(try timer(spent).state == .degraded)
    }

    @Test(arguments: ["not-found", "masked", "bad-setting"])
    func unitThatIsNotLoadedIsUnhealthyWhateverElseIsSaid(load: String) throws {
        let check = try service(UnitStatus(load: load, active: "active", sub: "running"))
        #expect(check.state == .unhealthy)
        #expect(check.reason == load)
    }

    @Test func unitThatTheManagerLeftOutIsUnknown() throws {
        let name = try #require(UnitName("v6-trading.service"))
        #expect(Check.unit(name, .absent, isCritical: true).state == .unknown)
    }

    @Test func percentagesAreReadWithTheirSignOnly() {
        #expect(Amount(percent: "80%") == .percent(80))
        #expect(Amount(percent: "100%") == .percent(100))
        #expect(Amount(percent: "8.25%") == Amount(thousandths: 8_250, .percent))
        for bad in [
            "80", "101%", "-1%", "%", "", "8.%", "0x1%", "+1%", " 1%", ".5%", "1.2345%", "1.2.3%",
            "100.001%", "99999999999999999999%",
        ] {
            #expect(Amount(percent: bad) == nil, "\(bad)")
        }
        #expect(Thresholds(warn: .percent(91), fail: .percent(90)) == nil)
        #expect(Thresholds(warn: .percent(1), fail: .count(2)) == nil)
    }

    @Test func durationsAreReadWithTheirUnitOnly() {
        let good: [(String, Int64)] = [
            ("100ms", 100), ("45s", 45_000), ("5m", 300_000), ("2h", 7_200_000), ("1d", 86_400_000),
        ]
        for (text, ms) in good { #expect(Amount(duration: text) == .milliseconds(ms)) }
        for bad in ["5", "m", "5M", "-5m", "5 m", "1.5h", "9999999999s", "5mm"] {
            #expect(Amount(duration: bad) == nil, "\(bad)")
        }
    }

    @Test func numbersAreShownAsShortAsTheyAre() {
        #expect(Amount(thousandths: 1_250, .count).number == "1.25")
        #expect(Amount(thousandths: 41_000, .percent).description == "41%")
        #expect(Amount(thousandths: 7, .count).number == "0.007")
        #expect(Amount(thousandths: -1_500, .count).number == "-1.5")
        let words = [999, 1_000, 119_999, 120_000, 7_200_000, 172_800_000].map {
            Amount.milliseconds($0).description
        }
        #expect(words == ["999 ms", "1 s", "119 s", "2 min", "2 h", "2 d"])
    }

    @Test func loadIsReadFromTheKernelsText() {
        let load = LoadUse(loadavg: "8.06 7.56 12.45 1/234 999\n", cores: 2)
        #expect(load?.fiveMinutesHundredths == 756)
        #expect(load?.fifteenMinutesHundredths == 1_245)
        for bad in ["", "8.06 7.56", "8 7 6 1/2 3", "a.bc 1.00 1.00 1/2 3", "8.1 7.2 3.4 1/2 3"] {
            #expect(LoadUse(loadavg: bad, cores: 2) == nil, "\(bad)")
        }
    }

    @Test func clockThatNobodyKeepsIsDegradedOrUnknownByWhatProvesIt() {
        let free = Reading.present(ClockUse(isSynchronised: false, estimatedErrorUs: 0))
        func state(_ reading: Reading<ClockUse>, _ proof: String?) -> CheckState {
            Check.clock(reading, settings.clock, proof: proof).state
        }
        #expect(state(free, "kernel") == .degraded)
        #expect(state(free, "chrony") == .unknown)
        #expect(state(free, "ib") == .unknown)
        #expect(state(free, nil) == .ok, "in a sandbox nobody judges it")
        #expect(state(.unreadable(reason: "may not"), "kernel") == .unknown)
        let kept = Reading.present(clock(estimatedErrorUs: 100_001))
        #expect(state(kept, "kernel") == .degraded)
        #expect(state(kept, "chrony") == .degraded)
        #expect(state(kept, "ib") == .unknown)
        let inside = ClockUse(isSynchronised: false, estimatedErrorUs: 0, container: "docker")
        #expect(state(.present(inside), "kernel") == .ok, "it is the outer machine's")
    }

    @Test func unitThatIsNotCriticalMakesTheHostDegradedAtTheMost() throws {
        let name = try #require(UnitName("extra.service"))
        let down = UnitStatus(load: "loaded", active: "failed", sub: "failed")
        #expect(Check.unit(name, .present(down), isCritical: false).state == .degraded)
        #expect(Check.unit(name, .present(down), isCritical: true).state == .unhealthy)
    }

    @Test func unitThatIsToBeStoppedIsWellWhenItIs() throws {
        let name = try #require(UnitName("old.service"))
        func state(_ active: String, _ load: String = "loaded") -> CheckState {
            let status = UnitStatus(load: load, active: active, sub: "x")
            return Check.unit(name, .present(status), wanted: "stopped", isCritical: true).state
        }
        #expect(state("inactive") == .ok)
        #expect(state("failed") == .ok)
        #expect(state("inactive", "not-found") == .ok)
        #expect(state("active") == .unhealthy)
        #expect(state("activating") == .unhealthy)
    }

    @Test func memoryIsReadFromTheKernelsText() {
        let text = "MemTotal:       2000 kB\nMemFree:  1 kB\nMemAvailable:    500 kB\n"
        #expect(MemoryUse(meminfo: text) == MemoryUse(totalKiB: 2_000, availableKiB: 500))
        for bad in [
            "", "MemTotal: 5 kB\n", "MemTotal: 0 kB\nMemAvailable: 0 kB\n",
            "MemTotal: 5 kB\nMemAvailable: 6 kB\n", "MemTotal: x kB\nMemAvailable: 1 kB\n",
        ] {
            #expect(MemoryUse(meminfo: bad) == nil, "\(bad)")
        }
    }

    private let settings = HealthSettings()
    private var percents: Thresholds { settings.memory }
    private let now = HostMoment(wallUs: 1_764_025_802_000_000, bootId: "b00t", sinceBootMs: 1)

    private func disk(_ use: DiskUse) -> CheckState {
        Check.disk("/", .present(use), percents, inodes: percents).state
    }

    private func load(hundredths: Int) -> LoadUse {
        LoadUse(
            oneMinuteHundredths: 0, fiveMinutesHundredths: hundredths,
            fifteenMinutesHundredths: 0, cores: 4)
    }

    private func clock(estimatedErrorUs: Int64) -> ClockUse {
        ClockUse(isSynchronised: true, estimatedErrorUs: estimatedErrorUs)
    }

    private func timer(_ reading: Reading<UnitStatus>) throws -> Check {
        .unit(try #require(UnitName("v6-reconcile.timer")), reading, isCritical: true)
    }

    private func timer(_ status: UnitStatus) throws -> Check { try timer(.present(status)) }

    private func service(_ status: UnitStatus) throws -> Check {
        .unit(try #require(UnitName("v6-trading.service")), .present(status), isCritical: true)
    }

    private func disk(bytes: UInt64, inodes: UInt64) -> DiskUse {
        DiskUse(
            bytesUsed: bytes, bytesTotal: 100, inodesUsed: inodes,
            inodesTotal: inodes == 0 ? 0 : 100)
    }
}
