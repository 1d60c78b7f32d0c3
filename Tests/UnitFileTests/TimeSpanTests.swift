import Testing
import UnitFile

@Test(arguments: [
    ("90", Duration.seconds(90)), ("0", .zero), ("5min 20s", .seconds(320)),
    ("1h30min", .seconds(5_400)), ("2 h", .seconds(7_200)), ("2hours", .seconds(7_200)),
    ("300ms20s 5day", .seconds(432_020) + .milliseconds(300)), ("1.5s", .milliseconds(1_500)),
    ("1.25h", .seconds(4_500)), ("500us", .microseconds(500)), ("500µs", .microseconds(500)),
    ("7ns", .nanoseconds(7)), ("1w", .seconds(604_800)), ("1M", .seconds(2_629_800)),
    ("1y", .seconds(31_557_600)), ("1 m 1 M", .seconds(2_629_860)), (" 3s ", .seconds(3)),
    ("55s500ms", .seconds(55) + .milliseconds(500)), ("1d2hr3minutes", .seconds(93_780)),
])
func aTimeSpanIsRead(_ text: String, _ span: Duration) {
    #expect(timeSpan(text) == span)
    #expect(isTimeSpan(text))
}

@Test(arguments: [
    "", " ", "s", "5 parsecs", "-5s", "5s!", "1.s", ".5s", "1..5s", "5S", "infinity5", "300years",
    "99999999999999999999", "9000000000d", "9223372036s 1s", "٣s",
])
func whatIsNoTimeSpanIsRefused(_ text: String) {
    #expect(timeSpan(text) == nil)
    #expect(!isTimeSpan(text))
}

@Test func infinityIsATimeSpanWithoutALength() {
    #expect(timeSpan("infinity") == nil)
    #expect(isTimeSpan("infinity"))
}
