import Facts
import JSON
package import Machine
package import Reconcile

extension Journal {
    /// Read at once, in bytes.
    private static let pieceBytes = 1 << 20

    /// Walks the whole journal; nothing is changed.
    ///
    /// Whoever calls takes no lock: a turn may add lines meanwhile, and they are right as well.
    package static func verify(in state: StateFolder) throws(MachineError) -> JournalChain {
        // First: lines that a turn adds in between come after the one that is remembered.
        var chain = JournalChain(remembered: try state.record().journal)
        let path = try state.path(name)
        let file: Contents
        let size: Int
        do throws(MachineError) {
            size = try state.files.tail(of: path, bytesMax: 0).offset
            file = try Contents(path, in: state.files)
        } catch {
            guard error.isAbsence else { throw error }
            chain.end()
            return chain
        }
        var line: [UInt8] = []
        var offset = 0
        while offset < size, chain.fault == nil {
            let piece = try file.read(at: offset, count: min(pieceBytes, size - offset))
            offset += piece.count
            var rest = piece[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                chain.add(line + rest[..<end])
                line = []
                rest = rest[(end + 1)...]
            }
            line += rest
            if line.count > lineBytesMax {
                throw MachineError(
                    "read", state.files.outside(path), .found("line \(chain.count + 1) is too long")
                )
            }
        }
        chain.end(halfLine: line)
        return chain
    }

    /// Most of the journal that its last line is first looked for in, in bytes.
    private static let lastLineBytes = 4 << 10

    /// Whether the last line is that of a step: then a turn was killed behind it, or failed at it.
    /// A last line that cannot be read says nothing here; the next turn that opens the journal
    /// tells of it.
    static func tellsOfAKilledTurn(in state: StateFolder) throws(MachineError) -> Bool {
        guard let line = try lastLine(in: state) else { return false }
        do throws(JournalFault) {
            let event = try JournalLine(line).entry["event"]?.asString
            return event == "step" || event == "steps" || event == "step-failed"
        } catch {
            return false
        }
    }

    /// The last whole line, without its newline.
    private static func lastLine(in state: StateFolder) throws(MachineError) -> [UInt8]? {
        let newline = UInt8(ascii: "\n")
        for bytesMax in [lastLineBytes, lineBytesMax] {
            let tail: (bytes: [UInt8], offset: Int)
            do throws(MachineError) {
                tail = try state.files.tail(of: try state.path(name), bytesMax: bytesMax)
            } catch {
                if error.isAbsence { return nil }
                throw error
            }
            guard let end = tail.bytes.lastIndex(of: newline) else { continue }
            let text = tail.bytes[..<end]
            if let start = text.lastIndex(of: newline) { return Array(text[(start + 1)...]) }
            if tail.offset == 0 { return Array(text) }
        }
        return nil
    }

    /// Opens the journal for a turn that knows what the state remembers of it.
    ///
    /// Lines that are gone, or that are others, are noted in the journal itself, for good; a
    /// journal that a person took away begins anew and says so.
    ///
    /// - Returns: the journal, and a warning for whoever watches the turn.
    static func open(
        in state: StateFolder, clock: any HostClock, remembered: JournalHead?
    ) throws(MachineError) -> (Journal, warning: String?) {
        let journal = try Journal(in: state, clock: clock)
        guard let remembered else { return (journal, nil) }
        guard let head = journal.head else {
            try journal.add("journal-begins", ["before": remembered.json])
            return (journal, "the journal was taken away; it begins anew")
        }
        let isWhole = head.number > remembered.number || head == remembered
        if isWhole { return (journal, nil) }
        try journal.add(JournalChain.damageEvent, ["remembered": remembered.json])
        return (journal, "the journal was changed or cut off: `v6-reconcile verify` says where")
    }
}
