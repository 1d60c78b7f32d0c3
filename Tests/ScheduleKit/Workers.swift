import Machine
import Synchronization

/// Does something for each of many seeds, some at a time: a turn waits most of its time.
///
/// `first`: the seed of the first; those of the others follow it. `at`: how many at a time.
package func forEachSeed<Answer: Sendable>(
    from first: UInt64, count: Int, at jobs: Int,
    _ work: @escaping @Sendable (UInt64) -> Answer
) -> [Answer] {
    let next = Next(first)
    let end = first + UInt64(count)
    let workers = (0..<max(1, min(jobs, count))).map { _ in
        Beside {
            var answers: [Answer] = []
            while let seed = next.taken(below: end) { answers.append(work(seed)) }
            return answers
        }
    }
    return workers.flatMap { $0.answer() }
}

/// The next seed that nobody has taken.
private final class Next: Sendable {
    private let value: Mutex<UInt64>

    init(_ first: UInt64) { value = Mutex(first) }

    func taken(below end: UInt64) -> UInt64? {
        value.withLock { value in
            guard value < end else { return nil }
            defer { value += 1 }
            return value
        }
    }
}
