/// A number with two digits behind the point, and spaces before it.
func column(_ value: Double, _ width: Int) -> String {
    guard value.isFinite else { return String(repeating: " ", count: max(0, width - 1)) + "-" }
    let hundredths = Int((value * 100).rounded())
    let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
    let text = "\(hundredths < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
}

func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

/// What the ratios and peaks have to be, and which were not.
struct Bounds {
    private(set) var missed: [String] = []

    /// Notes a figure that is over its bound; answers with a mark for the table.
    mutating func hold(_ what: String, _ figure: Double, atMost bound: Double) -> String {
        // What is not a number was not measured, and is over every bound.
        if figure <= bound { return " " }
        missed.append("\(what): \(column(figure, 0)), at most \(column(bound, 0))")
        return "!"
    }
}
