import Facts
import Market
import Testing

@Suite struct NewYorkTests {
    @Test(arguments: [
        // 2026: from 8 March, 7:00 UTC, to 1 November, 6:00 UTC.
        ("2026-03-08T06:59:59Z", -18_000), ("2026-03-08T07:00:00Z", -14_400),
        ("2026-11-01T05:59:59Z", -14_400), ("2026-11-01T06:00:00Z", -18_000),
        ("2026-12-31T23:59:59Z", -18_000), ("2028-07-04T12:00:00Z", -14_400),
    ])
    func summerTimeIsAsTheLawHasIt(text: String, offset: Int64) throws {
        let time = try #require(WallTime(text))
        #expect(NewYork.offsetSeconds(at: time) == offset)
    }

    @Test(arguments: [
        ("2026-11-24T14:29:59Z", false), ("2026-11-24T14:30:00Z", true),
        ("2026-11-24T20:59:59Z", true), ("2026-11-24T21:00:00Z", false),
        ("2026-07-01T13:30:00Z", true), ("2026-11-28T16:00:00Z", false),
    ])
    func exchangesAreOpenFromHalfPastNineToFour(text: String, isOpen: Bool) throws {
        let time = try #require(WallTime(text))
        #expect(TradingHours.isOpen(at: time) == isOpen)
    }

    @Test func aSecondOfADayThereIsFoundAgain() throws {
        for day in Int64(20_000)..<20_800 {
            let date = CivilDate(day: day)
            // Not 2:00 to 3:00, which one day of the year has not.
            for second in [Int64(0), 5_400, 10_800, 34_200, 86_399] {
                let there = NewYork.local(NewYork.time(date, secondOfDay: second))
                #expect(there.date == date && there.secondOfDay == second)
            }
        }
    }
}
