/// Lets no more messages through than the gateway takes, those that lower risk first.
///
/// A bucket of tokens that fills with time. A gateway refuses from 50 messages a second on, and
/// drops the connection when that goes on.
package struct Pacer<Message: Sendable>: Sendable {
    /// Which of two messages that wait goes first.
    package enum Urgency: Int, CaseIterable, Sendable {
        /// Cancels, and the heartbeat: they wait for nothing but each other.
        case first
        case orders
        case rest
    }

    /// Most messages that may wait; a caller that goes on is told.
    package static var waitingMax: Int { 10_000 }

    private let perSecond: Int
    private let burst: Int
    private var waiting: [[Message]] = Urgency.allCases.map { _ in [] }
    /// Thousandths of a message.
    private var tokens: Int
    private var filled: Duration

    /// `now`: of a clock that never goes back.
    package init(perSecond: Int = 40, burst: Int = 40, now: Duration) {
        self.perSecond = perSecond
        self.burst = burst
        tokens = burst * 1_000
        filled = now
    }

    /// How many messages wait.
    package private(set) var count = 0

    /// - Returns: whether there was room; one that lowers risk always has it.
    @discardableResult
    package mutating func add(_ message: Message, _ urgency: Urgency) -> Bool {
        guard urgency == .first || count < Self.waitingMax else { return false }
        waiting[urgency.rawValue].append(message)
        count += 1
        return true
    }

    /// Those that may go now, in their order.
    package mutating func take(now: Duration) -> [Message] {
        // Asked at every message that comes, and mostly there is none to go.
        guard count > 0 else { return [] }
        fill(now)
        var taken: [Message] = []
        for urgency in waiting.indices where tokens >= 1_000 {
            let going = min(waiting[urgency].count, tokens / 1_000)
            taken += waiting[urgency].prefix(going)
            waiting[urgency].removeFirst(going)
            tokens -= going * 1_000
            count -= going
        }
        return taken
    }

    /// How long until the next one may go; nil when none waits.
    package func untilNext(now: Duration) -> Duration? {
        guard count > 0 else { return nil }
        var copy = self
        copy.fill(now)
        let missing = max(0, 1_000 - copy.tokens)
        return .milliseconds((missing + perSecond - 1) / perSecond)
    }

    /// Everything that waits is given up: its connection is gone.
    package mutating func clear() {
        waiting = Urgency.allCases.map { _ in [] }
        count = 0
    }

    private mutating func fill(_ now: Duration) {
        guard now > filled else { return }
        let milliseconds = Int((now - filled) / .milliseconds(1))
        guard milliseconds > 0 else { return }
        tokens = min(burst * 1_000, tokens + min(milliseconds, 60_000) * perSecond)
        filled += .milliseconds(milliseconds)
    }
}
