import Brokerage
import CLinux
import Glibc
import Machine
import Synchronization

/// What the callers of a broker and its one thread share.
final class Mailbox: Sendable {
    let board = Mutex(QuoteBoard())
    let hub = UpdateHub()
    private let state = Mutex(State())
    private let event: Int32
    private let endedEvent: Int32

    typealias Reply = @Sendable (Answer) -> Void

    private struct State {
        var wants: [(want: Want, ticket: Int)] = []
        var replies: [Int: Reply] = [:]
        var tickets = 0
        var isClosing = false
        var isEnded = false
    }

    init() throws(MachineError) {
        event = v6_event()
        endedEvent = v6_event()
        guard event >= 0, endedEvent >= 0 else {
            throw MachineError("make", "an event", .errno(errno))
        }
    }

    deinit {
        Glibc.close(event)
        Glibc.close(endedEvent)
    }

    /// What the thread polls to be woken.
    var wakeNumber: Int32 { event }

    /// Asks for something; it is answered once, on the broker's thread.
    func ask(_ want: Want, _ reply: @escaping Reply) {
        let isTaken = state.withLock { state in
            guard !state.isEnded, !state.isClosing else { return false }
            state.tickets += 1
            state.wants.append((want, state.tickets))
            state.replies[state.tickets] = reply
            return true
        }
        if isTaken { poke(event) } else { reply(.refused("the broker is closed")) }
    }

    /// What was asked since, and whether the end is wanted.
    func take() -> (wants: [(want: Want, ticket: Int)], isClosing: Bool) {
        var count: UInt64 = 0
        _ = read(event, &count, 8)
        return state.withLock { state in
            defer { state.wants = [] }
            return (state.wants, state.isClosing)
        }
    }

    func answer(_ ticket: Int, _ answer: Answer) {
        state.withLock { $0.replies.removeValue(forKey: ticket) }?(answer)
    }

    /// Asks the thread to end.
    func close() {
        state.withLock { $0.isClosing = true }
        poke(event)
    }

    /// The thread has ended: who still waits is told.
    func end() {
        let left = state.withLock { state in
            state.isEnded = true
            defer { state.replies = [:] }
            return state.replies.values
        }
        for reply in left { reply(.refused("the broker is closed")) }
        hub.end()
        poke(endedEvent)
    }

    /// - Returns: whether the thread has ended before the deadline.
    func waitForEnd(until deadline: Duration) -> Bool { isSet(endedEvent, until: deadline) }

    private func poke(_ number: Int32) {
        var one: UInt64 = 1
        _ = write(number, &one, 8)
    }
}

/// Waits until a descriptor can be read from; false at the deadline, by the time since boot.
func isSet(_ number: Int32, until deadline: Duration) -> Bool {
    var waiting = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    while waiting.revents == 0 {
        let left = deadline - RealClock().sinceBoot()
        if left <= .zero { return false }
        poll(&waiting, 1, milliseconds(left))
    }
    return true
}

/// For poll(2), rounded up: 0 would spin through the last millisecond.
func milliseconds(_ duration: Duration) -> Int32 {
    let parts = max(duration, .zero).components
    let ms =
        parts.seconds * 1_000 + (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: ms)
}
