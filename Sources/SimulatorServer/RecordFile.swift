import GatewaySimulator
import Glibc
import Machine

/// A file that a day is recorded in; a line that cannot be written ends the record, with a word.
final class RecordFile {
    private let number: Int32
    private let path: String
    private var waiting: [UInt8] = []
    private var isBroken = false

    init(_ path: String, _ header: String) throws(MachineError) {
        self.path = path
        // What is there is somebody's day.
        number = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw MachineError("create", path, .errno(errno)) }
        waiting = Array((header + "\n").utf8)
    }

    deinit { close(number) }

    func note(_ line: SessionRecord.Line) {
        guard !isBroken, let text = SessionRecord.text(line) else { return }
        waiting += Array(text.utf8) + [0x0a]
    }

    func flush() {
        guard !waiting.isEmpty, !isBroken else { return }
        let count = write(number, waiting, waiting.count)
        isBroken = count != waiting.count
        if isBroken {
            let words = Array("cannot write \(path): the record ends here\n".utf8)
            _ = write(STDERR_FILENO, words, words.count)
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
