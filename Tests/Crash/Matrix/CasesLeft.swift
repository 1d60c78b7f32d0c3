import Synchronization
import TestKit

/// A site, and what is done to a turn there.
struct Case {
    let site: Site
    let disturbance: Disturbance
}

/// The cases of one scene that nobody has taken yet, by direction; the last of each comes first.
///
/// They are counted once: by the first host on which the scene was gone through undisturbed.
final class CasesLeft: Sendable {
    private let left = Mutex<[[Case]]?>(nil)

    /// - Returns: whether these are the ones; false when they had been counted before.
    func fill(_ cases: () -> [[Case]]) -> Bool {
        left.withLock { left in
            guard left == nil else { return false }
            left = cases()
            return true
        }
    }

    /// Whether all were taken; none is before they were counted.
    var isEmpty: Bool { left.withLock { $0?.allSatisfy(\.isEmpty) ?? false } }

    /// How many were not taken.
    var count: Int { left.withLock { $0?.map(\.count).reduce(0, +) ?? 0 } }

    /// The next one of a direction; nil when that has none left.
    func take(direction: Int) -> Case? { left.withLock { $0?[direction].popLast() } }
}
