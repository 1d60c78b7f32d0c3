import Facts
import Health
import JSON
import Testing

/// States that change only when looks agree.
@Suite struct SteadinessTests {
    private let rules = Steadiness(bad: 2, good: 3)

    /// What is said after each of these looks, a minute apart.
    private func said(
        _ found: [CheckState], isCritical: Bool = false, _ rules: Steadiness? = nil
    ) throws -> [CheckState] {
        var entry: HealthMemory.Entry?
        return try found.enumerated().map { index, state in
            let check = try check(state, isCritical: isCritical)
            let next = (rules ?? self.rules).entry(
                after: entry, check, atMs: Int64(index) * 60_000)
            entry = next
            return next.state
        }
    }

    /// A check that found this.
    private func check(_ state: CheckState, isCritical: Bool) throws -> Check {
        let name = try #require(UnitName("a.service"))
        if isCritical {
            let words: [CheckState: UnitStatus] = [
                .ok: UnitStatus(load: "loaded", active: "active", sub: "running"),
                .degraded: UnitStatus(load: "loaded", active: "activating", sub: "start"),
                .unhealthy: UnitStatus(load: "loaded", active: "failed", sub: "failed"),
            ]
            let reading = words[state].map { Reading.present($0) } ?? .unreadable(reason: "hung")
            return Check.unit(name, reading, isCritical: true)
        }
        let used: [CheckState: UInt64] = [.ok: 1, .degraded: 92, .unhealthy: 99]
        let reading =
            used[state].map {
                Reading.present(MemoryUse(totalKiB: 100, availableKiB: 100 - $0))
            } ?? .unreadable(reason: "hung")
        return Check.memory(reading, HealthSettings().memory)
    }

    @Test func oneBadLookChangesNothingAndTwoDo() throws {
        #expect(
            try said([.ok, .degraded, .ok, .degraded, .degraded]) == [
                .ok, .ok, .ok, .ok, .degraded,
            ])
        #expect(try said([.ok, .unhealthy, .degraded]) == [.ok, .ok, .degraded])
    }

    @Test func wayBackNeedsItsOwnNumberOfLooks() throws {
        #expect(
            try said([.unhealthy, .ok, .ok, .ok, .ok]) == [
                .unhealthy, .unhealthy, .unhealthy, .ok, .ok,
            ])
        #expect(
            try said([.unhealthy, .ok, .ok, .unhealthy, .ok, .ok])
                == Array(repeating: .unhealthy, count: 6))
    }

    @Test func firstLookIsTakenAsItIs() throws {
        for state in CheckState.allCases { #expect(try said([state]) == [state]) }
    }

    @Test func notKnowingShowsAtOnceAndSoDoesWhatIsKnownAgain() throws {
        #expect(try said([.ok, .unknown, .degraded]) == [.ok, .unknown, .degraded])
        #expect(try said([.ok, .degraded, .unknown, .ok]) == [.ok, .ok, .unknown, .ok])
    }

    @Test func criticalThingThatGetsWorseShowsAtOnceAndGetsBetterSlowly() throws {
        #expect(
            try said([.ok, .unhealthy, .ok, .ok, .ok], isCritical: true)
                == [.ok, .unhealthy, .unhealthy, .unhealthy, .ok])
    }

    @Test func oneLookIsEnoughWhereOneIsAskedFor() throws {
        let states: [CheckState] = [.ok, .degraded, .ok, .unhealthy, .ok]
        #expect(try said(states, Steadiness(bad: 1, good: 1)) == states)
    }

    /// Whatever is seen: no state is said that no look found, and a state that stays is said.
    @Test func whatIsSaidWasFoundAndWhatStaysIsSaid() throws {
        var seed: UInt64 = 0x5eed
        for _ in 0..<2_000 {
            let found = (0..<12).map { _ in
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return CheckState.allCases[Int(seed >> 33) % CheckState.allCases.count]
            }
            let said = try said(found, isCritical: seed % 2 == 0)
            for (index, state) in said.enumerated() {
                #expect(found[...index].contains(state))
                if index >= 2, Set(found[(index - 2)...index]).count == 1 {
                    #expect(state == found[index], "\(found) said \(said)")
                }
            }
        }
    }

    @Test func memoryIsReadBackAndDamagedOneIsNone() throws {
        var memory = HealthMemory(
            looked: HostMoment(wallUs: 5, bootId: "b", sinceBootMs: 7))
        memory.driftSinceMs = 3
        memory.entries["disk /"] = HealthMemory.Entry(state: .degraded, sinceMs: 2, worse: 1)
        let text = Array(memory.json.text(pretty: true).utf8)
        #expect(HealthMemory(try JSONValue.parse(text)) == memory)
        #expect(HealthMemory([]) == nil)
        for index in text.indices {
            var damaged = text
            damaged[index] ^= 0x41
            do throws(JSONError) {
                // Whatever it is then, it is either nothing or a memory; nothing traps.
                _ = HealthMemory(try JSONValue.parse(damaged))
            } catch {
                #expect("\(error)" != "")
            }
        }
    }

    @Test func memoryOfAnotherBootOrOfLongAgoSaysNothing() {
        let memory = HealthMemory(looked: HostMoment(wallUs: 0, bootId: "b", sinceBootMs: 1_000))
        func isOf(_ boot: String, _ ms: Int64) -> Bool {
            memory.isOf(HostMoment(wallUs: 0, bootId: boot, sinceBootMs: ms))
        }
        #expect(isOf("b", 1_000))
        #expect(isOf("b", 3_601_000))
        #expect(!isOf("b", 3_601_001))
        #expect(!isOf("b", 999))
        #expect(!isOf("c", 2_000))
        #expect(
            !HealthMemory(looked: HostMoment(wallUs: 0, bootId: "", sinceBootMs: 0))
                .isOf(HostMoment(wallUs: 0, bootId: "", sinceBootMs: 1)))
    }
}
