package import Facts

/// When US stocks and their options trade: 9:30 to 16:00 in New York, Monday to Friday.
///
/// Holidays and half days are not known here.
package enum TradingHours {
    /// Of the day in New York, in seconds.
    package static let opens: Int64 = 9 * 3_600 + 1_800
    package static let closes: Int64 = 16 * 3_600

    /// Whether the exchanges are open then.
    package static func isOpen(at time: WallTime) -> Bool {
        let (date, second) = NewYork.local(time)
        return isTradingDay(date) && (opens..<closes).contains(second)
    }

    /// Whether it is no weekend.
    package static func isTradingDay(_ date: CivilDate) -> Bool { (1...5).contains(date.weekday) }
}
