import Facts
package import Machine
package import Reconcile

extension Journal {
    /// Read at once from the end, in bytes.
    private static let historyPieceBytes = 64 << 10

    /// The newest turns that did something, newest first; nothing is changed and no lock taken.
    ///
    /// - Throws: `MachineError` when it cannot be read, or a line is not as it was written.
    package static func history(
        in state: StateFolder, limit: Int
    ) throws(MachineError) -> [HistoryEntry] {
        let path = try state.path(name)
        var reader = HistoryReader(limit: limit)
        let file: Contents
        var offset: Int
        do throws(MachineError) {
            offset = try state.files.tail(of: path, bytesMax: 0).offset
            file = try Contents(path, in: state.files)
        } catch {
            guard error.isAbsence else { throw error }
            return []
        }
        // Behind the last newline stands half a line at most: of a turn that writes it now.
        var rest: [UInt8] = []
        var isCut = true
        while offset > 0, !reader.isFull {
            let count = min(historyPieceBytes, offset)
            offset -= count
            var bytes = try file.read(at: offset, count: count) + rest
            if isCut {
                guard let end = bytes.lastIndex(of: newline) else { rest = bytes; continue }
                bytes.removeSubrange((end + 1)...)
                isCut = false
            }
            let begin =
                offset == 0 ? 0 : (bytes.firstIndex(of: newline).map { $0 + 1 } ?? bytes.count)
            rest = Array(bytes[..<begin])
            guard rest.count <= lineBytesMax + historyPieceBytes else {
                throw broken(path, state, "a line is too long")
            }
            try take(bytes[begin...], &reader, path, state)
        }
        return reader.entries
    }

    private static let newline = UInt8(ascii: "\n")

    /// Whole lines, the last first.
    private static func take(
        _ bytes: ArraySlice<UInt8>, _ reader: inout HistoryReader, _ path: HostPath,
        _ state: StateFolder
    ) throws(MachineError) {
        for line in bytes.split(separator: newline).reversed() where !reader.isFull {
            do throws(JournalFault) {
                reader.add(try JournalLine(Array(line)).entry)
            } catch {
                throw broken(path, state, "a line \(error.reason.dropFirst("it ".count))")
            }
        }
    }

    private static func broken(
        _ path: HostPath, _ state: StateFolder, _ how: String
    ) -> MachineError {
        MachineError(
            "read", state.files.outside(path), .found("\(how); `v6-reconcile verify` says where"))
    }
}
