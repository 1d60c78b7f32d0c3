import Facts
import Health
import JSON
import TestKit
import Testing

@Suite struct TurnStatusTests {
    /// A turn that healed one thing, left another, and waits with a third.
    static func full() throws -> TurnStatus {
        var status = TurnStatus(
            ended: HostMoment(
                wallUs: 1_764_025_802_000_000, bootId: "b00t", sinceBootMs: 3_600_000),
            exitStatus: 3, outcome: "deferred")
        status.durationMs = 23
        status.reason = "a part waits"
        status.sinceUs = 1_764_025_000_000_000
        status.desired = "4f2c1aa"
        status.applied = "4f2c1aa"
        status.healthy = "91be03d"
        status.clock = "kernel"
        status.units = [
            try #require(UnitName("v6-reconcile.timer")): "running",
            try #require(UnitName("old.service")): "stopped",
        ]
        status.drift = [
            TurnStatus.Drift(
                address: "file/etc/v6/README", action: "change", details: ["mode 0666 -> 0644"],
                isHealed: true),
            TurnStatus.Drift(
                address: "file/etc/v6/feed.yaml", action: "add", details: [], isHealed: false),
        ]
        status.held = [
            TurnStatus.Held(
                address: "service/v6-trading.service", gate: "drained", reason: "orders are open")
        ]
        status.quarantined = [
            TurnStatus.Quarantined(commit: "bad0bad", reason: "it failed", atUs: 1_000_000)
        ]
        status.warnings = ["cannot ask /srv/git/v6.git"]
        return status
    }

    @Test func documentIsKeptAndReadBackAsItWas() throws {
        let status = try Self.full()
        let text = status.json.text(pretty: true)
        #expect(differenceFromKept(text, "turn-status.json") == nil)
        #expect(TurnStatus(try JSONValue.parse(Array(text.utf8))) == status)
    }

    @Test func documentThatLacksAFieldOrHasAnotherKindIsNone() throws {
        let whole = try #require(try Self.full().json.asObject)
        let optional: Set = [
            "format_version", "ended_at", "reason", "desired", "attempted", "applied", "healthy",
            "clock", "since_us",
        ]
        for key in whole.map(\.key) where !optional.contains(key) {
            var less = whole
            less[key] = nil
            #expect(TurnStatus(.object(less)) == nil, "\(key)")
            less[key] = .bool(true)
            #expect(TurnStatus(.object(less)) == nil, "\(key)")
        }
        #expect(TurnStatus([]) == nil)
    }

    @Test func ageIsCountedFromBootWhereItCanBe() {
        let earlier = HostMoment(wallUs: 5_000_000, bootId: "one", sinceBootMs: 1_000)
        let later = HostMoment(wallUs: 0, bootId: "one", sinceBootMs: 3_500)
        #expect(later.msSince(earlier) == 2_500)
        #expect(earlier.msSince(later) == 0)
        let afterBoot = HostMoment(wallUs: 9_000_000, bootId: "two", sinceBootMs: 10)
        #expect(afterBoot.msSince(earlier) == 4_000)
        let unknown = HostMoment(wallUs: 6_000_000, bootId: "", sinceBootMs: 1)
        #expect(unknown.msSince(HostMoment(wallUs: 5_000_000, bootId: "", sinceBootMs: 9)) == 1_000)
    }
}
