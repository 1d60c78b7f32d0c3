import Facts
import Testing

@Suite struct UTCTextTests {
    /// As `date -u -d @SECONDS +%FT%TZ` says.
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (1_764_025_802, "2025-11-24T23:10:02Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
        (-62_135_596_800, "0001-01-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
    ])
    func instantIsToldInUTC(seconds: Int64, text: String) {
        #expect(utcText(us: seconds * 1_000_000) == text)
        #expect(utcText(us: seconds * 1_000_000 + 999_999) == text)
    }
}
