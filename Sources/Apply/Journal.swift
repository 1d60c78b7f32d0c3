import Digest
import Facts
package import JSON
package import Machine
package import Reconcile

/// What turns did, a line each, durable before the thing is done; each line names the digest of
/// the one before and ends in a digest of itself, so that none can be changed or taken out
/// unnoticed.
package final class Journal {
    static let name = "journal.jsonl"
    /// Longest line, in bytes; so much of the journal's end is read back.
    static let lineBytesMax = 1 << 20

    private let state: StateFolder
    private let clock: any HostClock
    /// The last line; nil while there is none.
    package private(set) var head: JournalHead?
    /// The line that the state was told of; nil while this process told it of none.
    var remembered: JournalHead?
    /// The last line that was there before this process wrote one.
    package let last: JSONValue?

    /// - Throws: `MachineError` when the journal cannot be read or its last line is broken.
    package init(in state: StateFolder, clock: any HostClock) throws(MachineError) {
        self.state = state
        self.clock = clock
        let path = try state.path(Self.name)
        let whole = try Self.wholeLines(path, state)
        let text = whole.dropLast()
        guard !text.isEmpty else {
            (head, last) = (nil, nil)
            return
        }
        let line = text[
            (text.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.startIndex)...]
        do throws(JournalFault) {
            let read = try JournalLine(Array(line))
            (head, last) = (read.head, read.entry)
        } catch {
            throw MachineError(
                "read", state.files.outside(path), .found("its last line: \(error.reason)"))
        }
    }

    /// The last lines of the journal.
    ///
    /// A kill in the middle of a write leaves half a line: it never was an entry, and is cut off.
    private static func wholeLines(
        _ path: HostPath, _ state: StateFolder
    ) throws(MachineError) -> ArraySlice<UInt8> {
        let tail: (bytes: [UInt8], offset: Int)
        do throws(MachineError) {
            tail = try state.files.tail(of: path, bytesMax: Self.lineBytesMax)
        } catch {
            if error.isAbsence { return [] }
            throw error
        }
        guard let end = tail.bytes.last else { return [] }
        if end == UInt8(ascii: "\n") { return tail.bytes[...] }
        let last = tail.bytes.lastIndex(of: UInt8(ascii: "\n"))
        guard last != nil || tail.offset == 0 else {
            throw MachineError(
                "read", state.files.outside(path), .found("its last line is too long"))
        }
        let whole = last.map { tail.bytes[...$0] } ?? []
        try state.files.truncate(path, to: tail.offset + whole.count)
        return whole
    }

    /// Adds an entry.
    ///
    /// `isDurable`: waits until it is, with all before it.
    package func add(
        _ event: String, _ fields: JSONObject = [:], isDurable: Bool = true
    ) throws(MachineError) {
        let number = (head?.number ?? 0) + 1
        var entry: JSONObject = [
            "n": .integer(number), "at_us": .integer(clock.wallUs()), "event": .string(event),
        ]
        entry.members += fields.members
        entry["previous"] = .string("\(head?.digest ?? JournalLine.beginning)")
        let line = JournalLine.sealed(entry)
        try state.files.append(
            try state.path(Self.name), line + [UInt8(ascii: "\n")], isDurable: isDurable)
        head = JournalHead(number: number, digest: .of(line))
    }
}
