import Brokerage
import CLinux
import Glibc
import Synchronization

/// One answer that a thread waits for.
final class AnswerBox: Sendable {
    private let answer = Mutex<Answer?>(nil)
    private let event: Int32

    /// Nil when the machine has no descriptor left.
    init?() {
        event = v6_event()
        guard event >= 0 else { return nil }
    }

    deinit { close(event) }

    func fill(_ new: Answer) {
        answer.withLock { $0 = new }
        var one: UInt64 = 1
        _ = write(event, &one, 8)
    }

    /// Waits for it; nil at the deadline, by the time since boot.
    func take(until deadline: Duration) -> Answer? {
        _ = isSet(event, until: deadline)
        return answer.withLock { $0 }
    }
}
