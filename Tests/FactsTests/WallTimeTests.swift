import Facts
import Testing

struct WallTimeTests {
    /// Known pairs, by date(1).
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (1_709_251_199, "2024-02-29T23:59:59Z"), (1_800_000_000, "2027-01-15T08:00:00Z"),
        (4_102_444_799, "2099-12-31T23:59:59Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    ])
    func secondsAndTextAreTheSameInstant(_ seconds: Int64, _ text: String) {
        #expect(WallTime(seconds: seconds).description == text)
        #expect(WallTime(text) == WallTime(seconds: seconds))
        #expect(WallTime(us: seconds * 1_000_000 + 999_999) == WallTime(seconds: seconds))
    }

    @Test func everyDayOfACenturyComesBack() {
        for day: Int64 in 0..<36_525 {
            let time = WallTime(seconds: day * 86_400 + day % 86_400)
            #expect(WallTime(time.description) == time)
        }
        #expect(WallTime(seconds: -1).description == "1969-12-31T23:59:59Z")
    }

    @Test(arguments: [
        "", "2027-01-15", "2027-02-29T00:00:00Z", "2027-01-15T24:00:00Z", "2027-13-01T00:00:00Z",
        "2027-01-15T08:00:00+", "2027-01-15 08:00:00Z", "2027-01-15T08:00:60Z",
        "+027-01-15T08:00:00Z", "2027-01-15T08:00:00z", "1969-12-31T23:59:59Z",
    ])
    func anyOtherTextIsNone(_ text: String) { #expect(WallTime(text) == nil) }
}
