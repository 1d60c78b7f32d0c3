import Reconcile
import Testing

@Suite struct ScalarTests {
    @Test(arguments: [
        ("0s", "0s"), ("30s", "30s"), ("60s", "1m"), ("90s", "90s"), ("5m", "5m"), ("48h", "2d"),
        ("366d", "366d"),
    ])
    func durationsAreReadAndHaveOneSpelling(_ text: String, _ spelling: String) {
        #expect(Duration(desired: text)?.desiredText == spelling)
    }

    @Test(arguments: [
        "", "s", "30", "30 s", "-1s", "+1s", "1.5h", "1h30m", "30S", "٣s", "367d", "1w",
        "99999999999999999999s",
    ])
    func whatIsNoDurationIsRefused(_ text: String) { #expect(Duration(desired: text) == nil) }

    @Test func intervalsMayBeMilliseconds() {
        #expect(Duration(interval: "100ms") == .milliseconds(100))
        #expect(Duration(interval: "1500ms")?.intervalText == "1500ms")
        #expect(Duration(interval: "2000ms")?.intervalText == "2s")
        for bad in ["ms", "1h1ms", "61m", "3600001ms", "1.5ms"] {
            #expect(Duration(interval: bad) == nil, "\(bad)")
        }
    }

    @Test(arguments: [
        ("1000 USD", "1000 USD"), ("0 EUR", "0 EUR"), ("99.95 USD", "99.95 USD"),
        ("1.5 USD", "1.5 USD"), ("10.00 USD", "10 USD"), ("0.05 USD", "0.05 USD"),
    ])
    func moneyIsReadToTheHundredth(_ text: String, _ spelling: String) {
        #expect(Money(text)?.description == spelling)
    }

    @Test(arguments: [
        "1000", "USD", "1000USD", "1000  USD", "1,000 USD", "1.005 USD", "-1 USD", "1. USD",
        ".5 USD", "1 usd", "1 USDT", "1e3 USD", "92233720368547758.08 USD",
    ])
    func whatIsNoMoneyIsRefused(_ text: String) { #expect(Money(text) == nil) }

    @Test func sharesAreReadToTheHundredthOfAPercent() {
        #expect(Percentage("2%")?.hundredths == 200)
        #expect(Percentage("0.25%")?.description == "0.25%")
        #expect(Percentage("100.00%")?.description == "100%")
        for bad in ["2", "%", "-2%", "2 %", "0.125%", "100.01%", "200%%"] {
            #expect(Percentage(bad) == nil, "\(bad)")
        }
    }

    @Test func numbersAreReadToTheTenThousandth() {
        #expect(Decimal4("50")?.tenThousandths == 500_000)
        #expect(Decimal4("0.30") == Decimal4("0.3"))
        #expect(Decimal4("0.0001")?.description == "0.0001")
        for bad in ["", ".", "1.", "0.00001", "-1", "1e3", "1_000", "0x1", "922337203685478"] {
            #expect(Decimal4(bad) == nil, "\(bad)")
        }
    }

    @Test func sizesAreReadInPowersOfTwo() {
        #expect(ByteSize("64MiB")?.bytes == 64 << 20)
        #expect(ByteSize("1024KiB")?.description == "1MiB")
        #expect(ByteSize("0B")?.description == "0B")
        for bad in ["64", "64MB", "64 MiB", "-1B", "1.5GiB", "9999999TiB"] {
            #expect(ByteSize(bad) == nil, "\(bad)")
        }
    }

    @Test func timesHaveAZone() {
        #expect(ZonedTime("17:00 America/New_York")?.minutes == 1_020)
        #expect(ZonedTime("00:05 UTC")?.description == "00:05 UTC")
        for bad in ["17:00", "24:00 UTC", "7:00 UTC", "17:60 UTC", "17:00 EST", "17:00 A//B"] {
            #expect(ZonedTime(bad) == nil, "\(bad)")
        }
    }
}
