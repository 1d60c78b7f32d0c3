/// The id of a fill, parted into what stays and the number of its correction.
///
/// Source: TWS API, class Execution: a correction has the same id but for the digits after the last
/// point.
package struct ExecutionName: Hashable, Sendable {
    /// Of the fill, whatever was corrected.
    package let base: String
    /// 0 where the id has no such number.
    package let correction: Int

    package init(_ id: String) {
        guard let point = id.lastIndex(of: "."), let number = Int(id[id.index(after: point)...])
        else {
            (base, correction) = (id, 0)
            return
        }
        (base, correction) = (String(id[..<point]), number)
    }
}
