import Digest
import JSON
import Reconcile
import TestKit
import Testing

/// Turns as the journal tells them, read from its end.
@Suite struct HistoryTests {
    private func read(_ lines: [JSONObject], limit: Int = 10) -> [HistoryEntry] {
        var reader = HistoryReader(limit: limit)
        for (number, line) in lines.enumerated().reversed() where !reader.isFull {
            var line = line
            line["at_us"] = .integer(1_764_025_800_000_000 + Int64(number) * 1_500_000)
            reader.add(.object(line))
        }
        return reader.entries
    }

    private let good: [JSONObject] = [
        [
            "event": "turn", "commit": "4f2c1aa", "cause": "intended", "steps": 7,
            "plan": ["add": 1, "change": 2, "remove": 0, "restart": 1], "from": "91be03d",
            "author": "Ada <ada@example.net>", "subject": "a faster feed",
            "signed_by": "ada@example.net",
            "held": [["address": "service/x.service", "gate": "hold", "reason": "by ada"]],
        ],
        ["event": "step", "step": "write"], ["event": "applied", "commit": "4f2c1aa"],
        ["event": "healthy", "commit": "4f2c1aa", "duration_ms": 61_250],
    ]
    private let bad: [JSONObject] = [
        [
            "event": "turn", "commit": "bad0bad", "cause": "rollback", "steps": 1,
            "plan": ["add": 0, "change": 1, "remove": 0, "restart": 0], "by": "ada",
            "why": "it is slow",
        ],
        ["event": "step", "step": "restart"], ["event": "unhealthy", "reason": "it failed"],
        ["event": "going-back", "to": "4f2c1aa", "reason": "it failed"],
        ["event": "step", "step": "restart"], ["event": "went-back", "to": "4f2c1aa"],
        [
            "event": "ended", "outcome": "went-back", "exit_code": 4, "duration_ms": 2_000,
            "reason": "it failed; left alone, on hold: service/x.service",
        ],
    ]

    @Test func turnsAreToldNewestFirstWithAllThatIsKnown() {
        let all = read(good + bad)
        let text = all.map(\.text).joined(separator: "\n") + "\n"
        #expect(differenceFromKept(text, "history.txt") == nil)
        let json = JSONValue.array(all.map(\.json)).text(pretty: true)
        #expect(differenceFromKept(json, "history.json") == nil)
    }

    @Test func noMoreIsReadThanIsAskedFor() {
        #expect(read(good + bad, limit: 1).map(\.commit) == ["bad0bad"])
    }

    @Test func journalOfAnOlderVersionTellsHowItsTurnsEnded() {
        func turn(_ cause: String) -> JSONObject {
            ["event": "turn", "commit": "c", "cause": .string(cause), "steps": 2]
        }
        let lines: [JSONObject] = [
            turn("intended"), ["event": "step"], ["event": "healthy", "commit": "c"],
            turn("intended"), ["event": "step"],
            turn("intended"), ["event": "unhealthy", "reason": "no"],
            ["event": "going-back", "reason": "no"], ["event": "went-back", "to": "a"],
            turn("drift"), ["event": "step-failed", "reason": "full"],
            turn("intended"), ["event": "stopped", "units": []],
            turn("drift"), ["event": "step"],
        ]
        let all = read(lines).reversed()
        #expect(
            all.map(\.verdict) == [
                "healthy", "killed", "went-back", "stuck", "stuck", "unfinished",
            ])
        #expect(all.map(\.reason) == [nil, nil, "no", "full", nil, nil])
        #expect(all.first?.durationMs == 3_000)
        #expect(all.first?.counts == nil)
    }
}

/// Which release a rollback without a name means.
@Suite struct ReleaseHistoryTests {
    /// Contents in the order in which they were healthy; `<` in front: by rollback.
    private func before(_ words: String) -> String? {
        ReleaseHistory(
            words.split(separator: " ").map { word in
                let name = String(word.drop { $0 == "<" })
                return .init(name: name, content: .of(name), isRollback: word.hasPrefix("<"))
            }
        ).before?.name
    }

    @Test func itIsTheOneBeforeTheHealthyOne() {
        #expect(before("a b c") == "b")
        #expect(before("a b b") == "a", "a rebase is no release of its own")
        #expect(before("a") == nil)
        #expect(before("") == nil)
    }

    @Test func aSecondRollbackGoesFurtherBackAndNotForthAgain() {
        #expect(before("a b c <b") == "a")
        #expect(before("a b c <a") == nil)
        #expect(before("a b c <b d") == "b")
    }

    @Test func aRevertByCommitIsAReleaseLikeAnyOther() {
        #expect(before("a b a") == "b")
    }
}

/// How long a person's word holds.
@Suite struct PersonsWordTests {
    @Test func wordEndsByItselfAtItsTime() throws {
        var word = PersonsWord(reason: "a disk", by: "ada", atUs: 1_764_025_800_000_000)
        #expect(word.holds(atUs: .max))
        word.untilUs = 1_764_033_000_000_000
        #expect(word.holds(atUs: 1_764_032_999_999_999))
        #expect(!word.holds(atUs: 1_764_033_000_000_000))
        #expect(
            word.words == "by ada since 2025-11-24T23:10:00Z until 2025-11-25T01:10:00Z: a disk")
        #expect(PersonsWord(word.json) == word)
        #expect(PersonsWord(["reason": "x"]) == nil)
    }

    @Test func endIsATimeToCome() {
        let now: Int64 = 1_764_025_800_000_000
        #expect(WordsEnd.us(for: "2h", until: nil, nowUs: now) == now + 7_200_000_000)
        #expect(
            WordsEnd.us(for: nil, until: "2025-11-25T01:10:00Z", nowUs: now) == now + 7_200_000_000)
        #expect(WordsEnd.us(for: nil, until: "2025-11-24T23:10:00Z", nowUs: now) == nil)
        for text in ["2", "0s", "-1h", "soon", ""] {
            #expect(WordsEnd.us(for: text, until: nil, nowUs: now) == nil, "\(text)")
        }
    }

    @Test func nothingOfAPlanIsAppliedWhileTurnsAreSuspended() throws {
        let change = Change(.user("a"), .add, .intended, steps: [.loadUnitFiles])
        #expect(Plan(changes: [change]).appliedWhileSuspended == Plan())
    }
}

/// One kind of event is one id for good.
@Suite struct EventKindTests {
    @Test func everyKindHasAnIdOfItsOwnThatTheDocumentLists() throws {
        let ids = EventKind.allCases.map(\.messageID)
        #expect(Set(ids).count == ids.count)
        let top = "\(#filePath)".split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
        let page = try #require(textOfFile("\(top)/docs/events.md"))
        for kind in EventKind.allCases {
            #expect(kind.messageID.wholeMatch(of: /[0-9a-f]{32}/) != nil)
            #expect(page.contains("| `\(kind.rawValue)` | `\(kind.messageID)` |"), "\(kind)")
        }
    }
}
