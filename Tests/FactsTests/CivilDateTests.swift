import Facts
import Testing

@Suite struct CivilDateTests {
    @Test func everyDayOfFourCenturiesIsFoundAgain() {
        var last = CivilDate(year: 1_899, month: 12, date: 31)
        var odd: [CivilDate] = []
        for _ in 0..<146_097 {
            let next = last.adding(days: 1)
            let (year, month, date) = next.parts
            let isFound = CivilDate(year: year, month: month, date: date) == next
            if !isFound || next.weekday != (last.weekday + 1) % 7 { odd.append(next) }
            last = next
        }
        #expect(odd.isEmpty)
    }

    @Test func datesAreWrittenAsExchangesDo() {
        #expect(CivilDate(year: 2_026, month: 12, date: 18).compact == "20261218")
        #expect(CivilDate(year: 2_026, month: 12, date: 18).weekday == 5)
        #expect(CivilDate(compact: "20260901") == CivilDate(year: 2_026, month: 9, date: 1))
    }

    @Test(arguments: ["", "20260229", "20261301", "2026121", "2026-2-1", "00000101", "20260100"])
    func whatIsNoDateIsNone(text: String) { #expect(CivilDate(compact: text) == nil) }
}
