/// Why bytes are not one JSON value, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Line of the fault, from 1.
    package let line: Int
    /// Column of the fault in Unicode scalars, from 1.
    package let column: Int
    /// What is wrong, as the end of a sentence: `a string has no end`.
    package let problem: String

    package init(line: Int, column: Int, problem: String) {
        self.line = line
        self.column = column
        self.problem = problem
    }

    package var description: String { "line \(line), column \(column): \(problem)" }

    /// The error at a byte offset.
    init(in bytes: [UInt8], at offset: Int, _ problem: String) {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        line = 1 + before.count { $0 == 0x0a }
        column = 1 + before[lineStart...].count { $0 & 0xc0 != 0x80 }
        self.problem = problem
    }
}
