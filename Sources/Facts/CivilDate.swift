/// A day of the Gregorian calendar, in whatever place.
package struct CivilDate: Hashable, Sendable, Comparable {
    /// Days since 1970-01-01.
    package let day: Int64

    package init(day: Int64) { self.day = day }

    /// `month`: 1 to 12; one that is no date of that month runs on into the next.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    package init(year: Int64, month: Int64, date: Int64) {
        let shifted = month <= 2 ? year - 1 : year
        let era = Self.floor(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        day = era * 146_097 + dayOfEra - 719_468
    }

    /// Year, month from 1, date from 1. Source: the same, civil_from_days.
    package var parts: (year: Int64, month: Int64, date: Int64) {
        let shifted = day + 719_468
        let era = Self.floor(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let date = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date)
    }

    /// 0 Sunday to 6 Saturday.
    package var weekday: Int { Int(day + 4 - Self.floor(day + 4, 7) * 7) }

    /// As exchanges write it: `20261218`.
    package var compact: String {
        let (year, month, date) = parts
        return WallTime.padded(year, 4) + WallTime.padded(month, 2) + WallTime.padded(date, 2)
    }

    /// Reads what `compact` writes, of the years 1000 to 9999; nil for anything else.
    package init?(compact text: String) {
        guard text.utf8.count == 8, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int64(text), number >= 10_000_000
        else { return nil }
        self.init(year: number / 10_000, month: number / 100 % 100, date: number % 100)
        guard (1...12).contains(number / 100 % 100), compact == text else { return nil }
    }

    /// So many days later; earlier where that is negative.
    package func adding(days: Int64) -> CivilDate { CivilDate(day: day + days) }

    package static func < (left: CivilDate, right: CivilDate) -> Bool { left.day < right.day }

    static func floor(_ number: Int64, _ by: Int64) -> Int64 {
        number >= 0 ? number / by : (number - by + 1) / by
    }
}
