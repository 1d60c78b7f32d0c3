import Facts
import Health
import JSON
import TestKit
import Testing

@Suite struct HealthTests {
    @Test func wellHostIsOk() throws {
        let report = HealthReport([
            try timer(UnitStatus(load: "loaded", active: "active", sub: "waiting")),
            .disk("/", .present(disk(bytes: 41, inodes: 3)), .original),
            .memory(.present(MemoryUse(totalKiB: 1_000, availableKiB: 700)), .original),
        ])
        #expect(report.exitStatus == 0)
        #expect(differenceFromKept(report.text, "ok.txt") == nil)
        #expect(differenceFromKept(report.json.text(pretty: true), "ok.json") == nil)
    }

    @Test func everyKindOfTroubleIsNamedWithItsReason() throws {
        let report = HealthReport([
            try timer(.unreadable(reason: "look at units: no answer within 5 s")),
            try service(
                UnitStatus(
                    load: "loaded", active: "failed", sub: "failed", result: "exit-code",
                    exitStatus: 3)),
            .disk("/", .present(disk(bytes: 91, inodes: 97)), .original),
            .disk("/it's a=b", .present(disk(bytes: 1, inodes: 0)), .original),
            .disk("/srv", .unreadable(reason: "no | answer\nwithin 5 s"), .original),
            .memory(.present(MemoryUse(totalKiB: 1_000, availableKiB: 80)), .original),
        ])
        #expect(report.exitStatus == 2)
        #expect(differenceFromKept(report.text, "trouble.txt") == nil)
        #expect(differenceFromKept(report.json.text(pretty: true), "trouble.json") == nil)
    }

    @Test func unknownCriticalCheckMakesTheWholeUnhealthyAndShowsAsUnknown() throws {
        let check = try timer(.unreadable(reason: "hung"))
        #expect(check.state == .unknown)
        #expect(HealthReport([check]).exitStatus == 2)
    }

    @Test func unknownOutranksDegradedBecauseItMayHideWorse() {
        let unknown = Check.memory(.unreadable(reason: "hung"), .original)
        let degraded = Check.disk("/", .present(disk(bytes: 91, inodes: 1)), .original)
        #expect(HealthReport([degraded]).exitStatus == 1)
        #expect(HealthReport([unknown]).exitStatus == 3)
        #expect(HealthReport([degraded, unknown]).exitStatus == 3)
    }

    @Test(arguments: [
        (UInt64(900), CheckState.ok), (901, .degraded), (950, .degraded), (951, .unhealthy),
        (1_000, .unhealthy),
    ])
    func diskIsJudgedByWhatIsOverTheThreshold(permille: UInt64, state: CheckState) {
        let full = DiskUse(bytesUsed: permille, bytesTotal: 1_000, inodesUsed: 0, inodesTotal: 0)
        #expect(Check.disk("/", .present(full), .original).state == state)
        let crowded = DiskUse(bytesUsed: 0, bytesTotal: 1, inodesUsed: permille, inodesTotal: 1_000)
        #expect(Check.disk("/", .present(crowded), .original).state == state)
        let memory = MemoryUse(totalKiB: 1_000, availableKiB: 1_000 - permille)
        #expect(Check.memory(.present(memory), .original).state == state)
    }

    @Test func largestDiskOverflowsNothing() {
        let largest = DiskUse(
            bytesUsed: .max - 1, bytesTotal: .max, inodesUsed: .max, inodesTotal: 1)
        #expect(Check.disk("/", .present(largest), .original).state == .unhealthy)
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
        #expect(Percent("80%") == Percent(80))
        #expect(Percent("100%") == Percent(100))
        for bad in ["80", "101%", "-1%", "%", "", "8.5%", "0x1%", "+1%", " 1%"] {
            #expect(Percent(bad) == nil, "\(bad)")
        }
        #expect(Thresholds(warn: Percent(91), fail: Percent(90)) == nil)
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
