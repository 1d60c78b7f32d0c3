package import Facts

/// What earlier looks found, so that a state changes only when several agree.
package struct HealthMemory: Hashable, Sendable {
    /// One check, by its subject.
    package struct Entry: Hashable, Sendable {
        /// What is said of it.
        package var state: CheckState
        /// Since when, in milliseconds since boot.
        package var sinceMs: Int64
        /// How many looks in a row found it worse, or better, than is said.
        package var worse = 0
        package var better = 0

        package init(state: CheckState, sinceMs: Int64, worse: Int = 0, better: Int = 0) {
            self.state = state
            self.sinceMs = sinceMs
            self.worse = worse
            self.better = better
        }
    }

    /// Older looks say nothing of now.
    package static let ageMsMax: Int64 = 3_600_000

    /// When the last look was.
    package var looked: HostMoment
    package var entries: [String: Entry] = [:]
    /// Since when drift has been seen that is not healed, in milliseconds since boot.
    package var driftSinceMs: Int64?

    package init(looked: HostMoment) { self.looked = looked }

    /// Whether it says anything of a look at this moment.
    package func isOf(_ now: HostMoment) -> Bool {
        looked.bootId == now.bootId && !now.bootId.isEmpty
            && looked.sinceBootMs <= now.sinceBootMs
            && now.sinceBootMs - looked.sinceBootMs <= Self.ageMsMax
    }
}

extension Steadiness {
    /// Takes what a look found of one thing, and says what is to be said of it.
    ///
    /// Not knowing shows at once and so does what comes after it, and so does a critical thing that
    /// gets worse. Anything else needs looks that agree, in a row.
    package func entry(
        after old: HealthMemory.Entry?, _ check: Check, atMs now: Int64
    ) -> HealthMemory.Entry {
        guard let old else { return HealthMemory.Entry(state: check.found, sinceMs: now) }
        guard check.found != old.state else {
            return HealthMemory.Entry(state: old.state, sinceMs: old.sinceMs)
        }
        let isWorse = check.found.rank > old.state.rank
        let worse = isWorse ? old.worse + 1 : 0
        let better = isWorse ? 0 : old.better + 1
        let isKnown = check.found != .unknown && old.state != .unknown
        if !isKnown || (isWorse && check.isCritical) || worse >= bad || better >= good {
            return HealthMemory.Entry(state: check.found, sinceMs: now)
        }
        return HealthMemory.Entry(
            state: old.state, sinceMs: old.sinceMs, worse: worse, better: better)
    }

    /// Says of each check what is to be said, and remembers it.
    package func steady(
        _ checks: [Check], _ memory: HealthMemory?, now: HostMoment
    ) -> ([Check], HealthMemory) {
        let old = memory.flatMap { $0.isOf(now) ? $0 : nil }
        var new = HealthMemory(looked: now)
        var steadied: [Check] = []
        for var check in checks {
            let entry = entry(after: old?.entries[check.subject], check, atMs: now.sinceBootMs)
            if entry.state != check.found {
                let (count, most) = entry.worse > 0 ? (entry.worse, bad) : (entry.better, good)
                check.reason +=
                    "; \(check.found.rawValue) in \(count) of \(most) looks that must agree"
            }
            check.state = entry.state
            check.stateForMs = now.sinceBootMs - entry.sinceMs
            new.entries[check.subject] = entry
            steadied.append(check)
        }
        return (steadied, new)
    }
}
