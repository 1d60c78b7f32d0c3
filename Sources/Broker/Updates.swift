package import Brokerage
import Synchronization

/// What changes, for one subscriber, in order. It keeps so many and says how many it had to drop.
package struct Updates: AsyncSequence, Sendable {
    /// Most updates that wait for a subscriber; after that the oldest goes.
    package static let waitingMax = 4_096

    let subscriber: Subscriber

    /// - Returns: what gives out each update once, whoever asks.
    package func makeAsyncIterator() -> Iterator { Iterator(subscriber: subscriber) }

    /// Gives out updates; nil after the broker has ended.
    package struct Iterator: AsyncIteratorProtocol {
        let subscriber: Subscriber

        /// - Returns: the next one, when there is one; nil at the end, and when the task is
        ///   cancelled.
        package func next() async -> Update? { await subscriber.next() }

        /// The same, wherever the caller runs.
        package func next(isolation actor: isolated (any Actor)?) async -> Update? {
            await subscriber.next()
        }
    }
}

/// One who is told of updates.
final class Subscriber: Sendable {
    private let state: Mutex<State>

    private struct State {
        var ring: [Update?]
        var first = 0
        var count = 0
        var lost = 0
        /// Quotes have changed since it was told last: told once, however often they do.
        var haveQuotesChanged = false
        var isEnded = false
        var waiting: CheckedContinuation<Update?, Never>?

        mutating func add(_ update: Update) {
            if count == ring.count {
                first = (first + 1) % ring.count
                count -= 1
                lost += 1
            }
            ring[(first + count) % ring.count] = update
            count += 1
        }

        /// What is told next; nil when there is nothing.
        mutating func take() -> Update? {
            if lost > 0 {
                defer { lost = 0 }
                return .lost(lost)
            }
            if count > 0 {
                defer {
                    ring[first] = nil
                    (first, count) = ((first + 1) % ring.count, count - 1)
                }
                return ring[first]
            }
            guard haveQuotesChanged else { return nil }
            haveQuotesChanged = false
            return .quotes
        }
    }

    init(waitingMax: Int) {
        state = Mutex(State(ring: Array(repeating: nil, count: waitingMax)))
    }

    func tell(_ update: Update) {
        let waiting = state.withLock { state -> CheckedContinuation<Update?, Never>? in
            guard let waiting = state.waiting else {
                if update == .quotes { state.haveQuotesChanged = true } else { state.add(update) }
                return nil
            }
            state.waiting = nil
            return waiting
        }
        waiting?.resume(returning: update)
    }

    func end() {
        let waiting = state.withLock { state in
            state.isEnded = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume(returning: nil)
    }

    func next() async -> Update? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now = state.withLock { state -> Update?? in
                    if let update = state.take() { return .some(update) }
                    if state.isEnded || Task.isCancelled { return .some(nil) }
                    // A second one who asks takes the place of the first.
                    let earlier = state.waiting
                    state.waiting = continuation
                    earlier?.resume(returning: nil)
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = nil }
                return state.waiting
            }
            waiting?.resume(returning: nil)
        }
    }
}

/// All who are told of updates; one who is let go of is forgotten.
final class UpdateHub: Sendable {
    private let subscribers = Mutex<[Place]>([])

    private struct Place: Sendable { weak var subscriber: Subscriber? }

    func subscribe(waitingMax: Int) -> Subscriber {
        let subscriber = Subscriber(waitingMax: waitingMax)
        subscribers.withLock { places in
            places.removeAll { $0.subscriber == nil }
            places.append(Place(subscriber: subscriber))
        }
        return subscriber
    }

    /// How many there are.
    var count: Int { subscribers.withLock { $0.count { $0.subscriber != nil } } }

    func tell(_ update: Update) { each { $0.tell(update) } }

    func end() { each { $0.end() } }

    private func each(_ body: (Subscriber) -> Void) {
        subscribers.withLock { places in
            for place in places {
                if let subscriber = place.subscriber { body(subscriber) }
            }
        }
    }
}
