import Numbers

extension FieldCoder {
    mutating func notice(_ notice: inout Notice) {
        fixed("2")
        noticeID(&notice.id)
        whole(&notice.code)
        escaped(&notice.text)
        escaped(&notice.rejectDetails)
    }

    /// Old builds say the largest number for "about nothing".
    private mutating func noticeID(_ id: inout Int) {
        var number: Int64? = Int64(id)
        whole(&number, unset: .empty)
        id = Int(number ?? -1)
    }

    mutating func accounts(_ accounts: inout [String]) {
        fixed("1")
        var list = accounts.joined(separator: ",")
        text(&list)
        if Self.isReading { accounts = list.split(separator: ",").map(String.init) }
    }

    /// A version that means nothing, then a number.
    mutating func versioned(_ version: StaticString, _ number: inout Int) {
        fixed(version)
        whole(&number)
    }

    /// The same, then a text.
    mutating func versioned(_ version: StaticString, _ text: inout String) {
        fixed(version)
        self.text(&text)
    }

    mutating func currentTime(_ seconds: inout Int64) {
        fixed("1")
        whole(&seconds)
    }
}
