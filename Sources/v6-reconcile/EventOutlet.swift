import Facts
import JSON
import Machine
import Reconcile
import Services

/// Where events go: with `--json` to standard output, on a real host to journald.
final class EventOutlet {
    /// Of each kind so many go to journald in one turn: it drops what comes faster than it likes.
    private static let journalMax = 100

    private let clock: any HostClock
    private let printsJSON: Bool
    private let journal: (any EventLog)?
    private var sent: [EventKind: Int] = [:]

    init(clock: any HostClock, printsJSON: Bool, journal: (any EventLog)?) {
        self.clock = clock
        self.printsJSON = printsJSON
        self.journal = journal
    }

    func put(_ line: EventLine) {
        if printsJSON {
            printOut(line.json(at: "\(WallTime(us: clock.wallUs()))").text())
        }
        guard let journal, line.kind != .version else { return }
        sent[line.kind, default: 0] += 1
        if sent[line.kind, default: 0] <= Self.journalMax { journal.send(line.journalFields) }
    }
}

extension Wiring {
    /// Events of this command line; a sandbox has no journal of its own.
    func outlet(printsJSON: Bool) -> EventOutlet {
        EventOutlet(
            clock: clock, printsJSON: printsJSON, journal: isSandbox ? nil : JournalSocket())
    }
}
