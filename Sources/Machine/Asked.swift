import CLinux
import Glibc
import Synchronization

/// A question put on a thread of its own, so that one that is never answered, such as statvfs on
/// a dead network disk, holds up nobody. Its thread is then left behind.
package final class Asked<Answer: Sendable>: Sendable {
    private let answered = Mutex<Answer?>(nil)
    private let listening: Int32
    private let telling: Int32

    /// Puts the question; it runs at once.
    ///
    /// - Throws: `MachineError` when the machine has no thread or pipe left.
    package init(_ question: @escaping @Sendable () -> Answer) throws(MachineError) {
        var ends: [Int32] = [0, 0]
        try checked("open a pipe for", "a question") { Int(v6_pipe(&ends)) }
        (listening, telling) = (ends[0], ends[1])
        let errand = Unmanaged.passRetained(Errand { self.keep(question()) })
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { errand in
                guard let errand else { return nil }
                Unmanaged<Errand>.fromOpaque(errand).takeRetainedValue().run()
                return nil
            }, errand.toOpaque())
        guard failure == 0 else {
            errand.release()
            close(telling)
            throw MachineError("start a thread for", "a question", .errno(failure))
        }
        pthread_detach(thread)
    }

    private func keep(_ answer: Answer) {
        answered.withLock { $0 = answer }
        // Whoever waits sees the end of the pipe; a byte could be refused, and it would wait on.
        close(telling)
    }

    deinit { close(listening) }

    /// Waits for the answer, however long it takes: for questions that end by themselves.
    package func answer() -> Answer {
        while true {
            if let answer = answered.withLock({ $0 }) { return answer }
            var waiting = [pollfd(fd: listening, events: Int16(POLLIN), revents: 0)]
            poll(&waiting, 1, -1)
        }
    }

    /// Waits for the answer.
    ///
    /// - Returns: the answer, or nil when there is none at the deadline.
    package func answer(by deadline: ContinuousClock.Instant) -> Answer? {
        var waiting = [pollfd(fd: listening, events: Int16(POLLIN), revents: 0)]
        while waiting[0].revents == 0 {
            let left = ContinuousClock.now.duration(to: deadline)
            if left <= .zero { break }
            let parts = left.components
            // Rounded up: a poll of 0 ms would spin through the last millisecond.
            let leftMs = parts.seconds * 1_000 + parts.attoseconds / 1_000_000_000_000_000 + 1
            poll(&waiting, 1, Int32(clamping: leftMs))
        }
        return answered.withLock { $0 }
    }
}

/// What a new thread is handed: it keeps the question alive until it is answered.
private final class Errand: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
