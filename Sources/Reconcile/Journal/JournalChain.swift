import Digest
package import JSON

/// A walk along a whole journal, line by line: finds the first that is not as it was written.
package struct JournalChain: Hashable, Sendable {
    /// What a turn notes when lines that the state remembers are not there any more.
    package static let damageEvent = "journal-damaged"

    /// A line, counted from 1, and what is wrong with it.
    package struct Fault: Hashable, Sendable {
        /// From 1 on.
        package var line: Int64
        /// The rest of a sentence that begins with the line.
        package var reason: String
    }

    /// The lines that are as they were written, up to the first that is not.
    package private(set) var count: Int64 = 0
    /// The first line that is wrong; nil while all are right.
    package private(set) var fault: Fault?
    /// How many bytes stand behind the last newline: what a killed turn did not get written.
    package private(set) var halfLineBytes = 0
    private let remembered: JournalHead?
    private var previous = JournalLine.beginning
    private var isSealed = false

    /// `remembered`: what the state knows of the journal's end; nil where no turn noted any.
    package init(remembered: JournalHead?) { self.remembered = remembered }

    /// Takes the next line, without its newline.
    package mutating func add(_ bytes: [UInt8]) {
        guard fault == nil else { return }
        do throws(JournalFault) {
            try check(try JournalLine(bytes))
        } catch {
            fault = Fault(line: count + 1, reason: error.reason)
        }
    }

    /// Takes what stands behind the last newline, and ends the walk.
    package mutating func end(halfLine: [UInt8] = []) {
        guard fault == nil else { return }
        if !halfLine.isEmpty {
            halfLineBytes = halfLine.count
            do throws(JournalFault) {
                if try JournalLine(halfLine).isSealed {
                    fault = Fault(line: count + 1, reason: "its newline was changed or cut off")
                }
            } catch {
                // Half a line never was an entry; the next turn cuts it off.
            }
        }
        guard fault == nil, let remembered, count < remembered.number else { return }
        fault = Fault(
            line: count + 1,
            reason: "it is missing: the state remembers \(remembered.number) lines")
    }

    private mutating func check(_ line: JournalLine) throws(JournalFault) {
        guard line.number == count + 1 else {
            throw JournalFault("it says that it is line \(line.number)")
        }
        guard line.previous == previous else {
            throw JournalFault("the line before it was changed: it names another digest")
        }
        guard line.isSealed || !isSealed else { throw JournalFault("its own digest is gone") }
        if let remembered, remembered.number == line.number, remembered != line.head {
            throw JournalFault("it is not the one that the state remembers")
        }
        if line.entry["event"]?.asString == Self.damageEvent {
            throw JournalFault("a turn found here that lines before it were changed or cut off")
        }
        (count, previous, isSealed) = (line.number, line.head.digest, line.isSealed)
    }

    /// As `verify --json` shows it.
    package var json: JSONValue {
        [
            "valid": .bool(fault == nil), "lines": .integer(count),
            "half_line_bytes": .integer(Int64(halfLineBytes)),
            "fault": fault.map {
                ["line": .integer($0.line), "reason": .string($0.reason)]
            } ?? .null,
        ]
    }
}
