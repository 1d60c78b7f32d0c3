import Facts
import Reconcile
import Testing

/// How full a host may be after a change.
struct HostBoundsTests {
    private func bounds(_ health: String) throws -> HostBounds {
        try Commit("environment: paper\nhealth: {\(health)}\n").read().health.bounds
    }

    private func seen(
        disk: UInt64 = 0, inodes: UInt64 = 0, memory: UInt64 = 0
    ) -> HostNumbers {
        HostNumbers(
            disks: [
                "/": .present(
                    DiskUse(
                        bytesUsed: disk, bytesTotal: 1_000, inodesUsed: inodes, inodesTotal: 1_000))
            ],
            memory: .present(MemoryUse(totalKiB: 1_000, availableKiB: 1_000 - memory)))
    }

    @Test func documentSaysHowFullAndTheRestIsStandard() throws {
        #expect(try bounds("stable_for: 1s") == HostBounds())
        #expect(
            HostBounds().most == [.disk: 9_500, .inodes: 9_500, .memory: 9_500])
        let own = try bounds("checks: {disk: {fail: 91.5%, folders: [/srv, /]}}")
        #expect(own.most == [.disk: 9_150, .inodes: 9_500, .memory: 9_500])
        #expect(own.folders == ["/", "/srv"])
    }

    @Test func eachNumberIsOverOnlyAboveItsBound() {
        let bounds = HostBounds()
        #expect(bounds.judge(seen(disk: 950, inodes: 950, memory: 950)).over == [:])
        #expect(bounds.judge(seen(disk: 950, inodes: 950, memory: 950)).unknown == [:])
        #expect(
            bounds.judge(seen(disk: 951, inodes: 960, memory: 1_000)).over == [
                "disk /": "95.1%, over 95% (health.checks.disk.fail)",
                "inodes of /": "96%, over 95% (health.checks.inodes.fail)",
                "memory": "100%, over 95% (health.checks.memory.fail)",
            ])
    }

    @Test func whatWasNotSeenIsUnknownAndNotOver() {
        let blind = HostNumbers(
            disks: ["/": .unreadable(reason: "it hangs")], memory: .unreadable(reason: "no"))
        let found = HostBounds(folders: ["/", "/srv"]).judge(blind)
        #expect(found.over == [:])
        #expect(
            found.unknown == [
                "disk /": "it hangs", "disk /srv": "it was not looked at", "memory": "no",
            ])
    }

    @Test func fileSystemWithoutALimitOfNamesIsNeverFullOfThem() {
        var seen = seen(inodes: 10)
        seen.disks["/"] = .present(
            DiskUse(bytesUsed: 0, bytesTotal: 1, inodesUsed: 10, inodesTotal: 0))
        #expect(HostBounds().judge(seen).over == [:])
    }

    @Test func ofTwoTheStricterHoldsInEveryPart() throws {
        let one = try bounds("checks: {disk: {fail: 91%, folders: [/srv]}, memory: {fail: 99%}}")
        let two = try bounds("checks: {disk: {fail: 97%, folders: [/home]}}")
        let both = one.stricter(of: two)
        #expect(both == two.stricter(of: one))
        #expect(both.most == [.disk: 9_100, .inodes: 9_500, .memory: 9_500])
        #expect(both.folders == ["/", "/home", "/srv"])
        let windows = DesiredHealth(stableFor: .seconds(9)).stricter(
            of: DesiredHealth(stableFor: .seconds(3)))
        #expect(windows.stableFor == .seconds(9))
    }

    @Test func contentFollowsWhatItIsJudgedBy() throws {
        let plain = try Commit("environment: paper\n").read().contentDigest
        let other = try Commit(
            "environment: paper\nhealth: {checks: {memory: {fail: 99%}}}\n"
        ).read().contentDigest
        #expect(plain != other)
    }
}
