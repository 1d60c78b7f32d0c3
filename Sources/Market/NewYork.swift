package import Facts

/// The wall clock of New York, by which US exchanges live.
package enum NewYork {
    /// What its clocks are ahead of UTC, in seconds: -18,000, in summer -14,400.
    ///
    /// Source: Energy Policy Act of 2005: from 2:00 on the second Sunday of March to 2:00 on the
    /// first Sunday of November, since 2007.
    package static func offsetSeconds(at time: WallTime) -> Int64 {
        let year = CivilDate(day: CivilDate.day(of: time)).parts.year
        let begins = sunday(2, of: 3, in: year).day * 86_400 + 7 * 3_600
        let ends = sunday(1, of: 11, in: year).day * 86_400 + 6 * 3_600
        return (begins..<ends).contains(time.seconds) ? -14_400 : -18_000
    }

    private static func sunday(_ number: Int64, of month: Int64, in year: Int64) -> CivilDate {
        let first = CivilDate(year: year, month: month, date: 1)
        return first.adding(days: Int64((7 - first.weekday) % 7) + (number - 1) * 7)
    }

    /// Which day it is there, and the second of that day.
    package static func local(_ time: WallTime) -> (date: CivilDate, secondOfDay: Int64) {
        let shifted = WallTime(seconds: time.seconds + offsetSeconds(at: time))
        let day = CivilDate.day(of: shifted)
        return (CivilDate(day: day), shifted.seconds - day * 86_400)
    }

    /// When it is that second of a day there; of an hour that is twice, the first.
    package static func time(_ date: CivilDate, secondOfDay: Int64) -> WallTime {
        let plain = date.day * 86_400 + secondOfDay
        let guess = WallTime(seconds: plain + 14_400)
        return offsetSeconds(at: guess) == -14_400 ? guess : WallTime(seconds: plain + 18_000)
    }
}

extension CivilDate {
    /// The day that a moment is in, in UTC, since 1970.
    static func day(of time: WallTime) -> Int64 {
        let seconds = time.seconds
        return seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }
}
