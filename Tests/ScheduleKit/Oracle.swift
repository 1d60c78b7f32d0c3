/// What has to hold of a host, by what was pushed and done to it, and by the promises of the design
/// (section 4) and its exit statuses (section 6). It knows nothing of plans, steps or records.
struct Oracle {
    struct Pushed {
        var wanted: Wanted
        /// Its first seven digits.
        var label: String
    }

    /// A host that there may be at the end of a turn.
    enum Host {
        /// What this commit says, with one of these envelopes.
        case commit(Int, Set<Bounds>)
        /// As before the turn.
        case unchanged
        /// As before, but for an envelope that may have become tighter.
        case tightened
        /// Nothing can be said, which the exit status has to say.
        case unknown
    }

    private(set) var history: [Pushed] = []
    /// Commits one of which is healthy; more than one only after a fault.
    private(set) var healthy: Set<Int> = []
    private(set) var everHealthy: [Int] = []
    /// Envelopes one of which is live.
    private(set) var live: Set<Bounds> = []
    private(set) var quarantined: [Wanted] = []
    /// Content that a turn which was cut short may have put there.
    private(set) var perhapsQuarantined: [Wanted] = []
    /// A turn was killed, or ended with 5, and none has ended well since.
    private(set) var isUnfinished = false
    /// Commits one of which is the newest that the host knows.
    private(set) var fetched: Set<Int> = []
    private(set) var pinned: (target: Int, tip: Int)?
    var isSuspended = false
    var held: Set<String> = []
    var isRemoteAway = false
    var isCheckLenient = false

    var tip: Int { history.count - 1 }

    mutating func push(_ wanted: Wanted, label: String) {
        history.append(Pushed(wanted: wanted, label: label))
    }

    /// Nothing is live yet; what the first commit says will be.
    mutating func begin() {
        live = [history[0].wanted.bounds]
        fetched = [0]
    }

    mutating func clearQuarantine() {
        quarantined = []
        perhapsQuarantined = []
    }

    mutating func resume() {
        isSuspended = false
        pinned = nil
    }

    /// Whether this content would not become healthy if it were tried.
    func isBad(_ wanted: Wanted) -> Bool {
        guard wanted.spelling == .good else { return false }
        return wanted.hasFailingUnit || (wanted.isFlawed && !isCheckLenient)
    }

    private func matches(_ wanted: Wanted, _ list: [Wanted]) -> Bool {
        guard wanted.spelling == .good else { return false }
        return list.contains { $0.core == wanted.core && wanted.bounds.isWithin($0.bounds) }
    }

    private func isHealthyContent(_ wanted: Wanted) -> Bool {
        healthy.contains { history[$0].wanted == wanted }
    }

    /// Whether the newest commit may be amended: no host may have it for healthy, now or later.
    var mayBeRewritten: Bool {
        guard history.count > 1, pinned == nil, !everHealthy.contains(tip), !healthy.contains(tip)
        else { return false }
        let wanted = history[tip].wanted
        return !fetched.contains(tip) || wanted.spelling != .good || wanted.hasFailingUnit
    }

    /// Whether the healthy commit knows this unit.
    func knows(_ unit: String) -> Bool {
        healthy.allSatisfy { history[$0].wanted.services[unit] != nil }
    }

    // MARK: what may be

    /// Every healthy commit there may be, with nothing looser than what was live.
    private func back(tried: Bounds?) -> [Host] {
        healthy.map { index in
            let own = history[index].wanted.bounds
            return .commit(
                index,
                Set(
                    live.map { bounds in
                        let kept = bounds.stricter(of: own)
                        return tried.map { kept.stricter(of: $0) } ?? kept
                    }))
        }
    }

    /// What a turn that nobody disturbs may end with, and what the host then has to be.
    func expectation() -> [Int32: [Host]] {
        if isRemoteAway { return expectationAway() }
        let wanted = history[tip].wanted
        var result = expectation(of: tip)
        if let pinned, pinned.tip == tip {
            result = [3: back(tried: nil)]
            if wanted.spelling != .good { result[1] = back(tried: nil) }
            if matches(wanted, quarantined + perhapsQuarantined) {
                result = [4: back(tried: nil) + back(tried: wanted.bounds), 3: back(tried: nil)]
            }
        }
        if isSuspended {
            result = [0: [.tightened], 3: [.tightened]]
            if wanted.spelling != .good { result[1] = [.tightened] }
            if matches(wanted, quarantined + perhapsQuarantined) { result[4] = [.tightened] }
        }
        if !held.isEmpty, let done = result[0] { result[3] = done }
        return result
    }

    private func expectation(of index: Int) -> [Int32: [Host]] {
        let wanted = history[index].wanted
        // A unit that cannot run stops a turn before its first step, the healing of drift included.
        if wanted.spelling == .refusedUnit { return [1: back(tried: nil) + [.unchanged]] }
        if wanted.spelling != .good { return [1: back(tried: nil)] }
        let applied: [Int32: [Host]] = [0: [.commit(index, [wanted.bounds])]]
        if isHealthyContent(wanted), healthy.count == 1 { return applied }
        let stays: [Int32: [Host]] = [4: back(tried: wanted.bounds)]
        if isBad(wanted) || matches(wanted, quarantined) { return stays }
        if matches(wanted, perhapsQuarantined) { return applied.merging(stays) { $1 } }
        return applied
    }

    /// The remote cannot be asked: drift is healed, and success is never said.
    private func expectationAway() -> [Int32: [Host]] {
        if isSuspended { return [1: [.tightened], 3: [.tightened], 4: [.tightened]] }
        var hosts = back(tried: nil)
        var isQuarantined = false
        for index in fetched {
            let wanted = history[index].wanted
            hosts += back(tried: wanted.bounds)
            if isBad(wanted) || matches(wanted, quarantined + perhapsQuarantined) {
                isQuarantined = true
            } else if wanted.spelling == .refusedUnit {
                hosts.append(.unchanged)
            } else if wanted.spelling == .good, pinned == nil {
                hosts.append(.commit(index, [wanted.bounds]))
            }
        }
        var result: [Int32: [Host]] = [1: hosts]
        if isQuarantined { result[4] = hosts }
        if pinned != nil { result[3] = hosts }
        return result
    }

    /// The same for a turn to which something is done: besides, it may have undone everything, or
    /// say that a person is needed.
    func expectationWithFault() -> [Int32: [Host]] {
        var result = expectation()
        let tried = history[tip].wanted.bounds
        result[1] = [.unchanged] + back(tried: nil) + back(tried: tried)
        result[5] = [.unknown]
        return result
    }

    /// What a rollback by hand may end with.
    func expectationOfRollback(to index: Int) -> [Int32: [Host]] {
        let own = history[index].wanted.bounds
        let hosts: [Host] = [.commit(index, Set(live.map { $0.stricter(of: own) }))]
        return held.isEmpty ? [0: hosts] : [0: hosts, 3: hosts]
    }

    // MARK: what is learnt

    /// A turn was killed, or says that a person is needed: much may be so.
    mutating func learnNothing() {
        let wanted = history[tip].wanted
        isUnfinished = true
        fetched.insert(tip)
        guard wanted.spelling == .good else { return }
        live.formUnion(live.map { $0.stricter(of: wanted.bounds) })
        if isBad(wanted) {
            perhapsQuarantined.append(wanted)
        } else {
            healthy.insert(tip)
        }
        live.insert(wanted.bounds)
    }

    /// A turn ended with this status, and the host is found to be this.
    mutating func learn(_ status: Int32, _ host: Host, live seen: Bounds?) {
        if !isRemoteAway { fetched = [tip] }
        let wanted = history[tip].wanted
        if let pinned, pinned.tip != tip, !isRemoteAway { self.pinned = nil }
        if case .commit(let index, _) = host {
            isUnfinished = false
            if status == 0 || (status == 3 && pinned == nil) {
                // The same content may keep its older name.
                healthy = healthy.filter { history[$0].wanted == history[index].wanted }
                healthy.insert(index)
                everHealthy.append(index)
            } else if isRemoteAway {
                healthy.insert(index)
                healthy.formUnion(
                    fetched.filter {
                        history[$0].wanted.spelling == .good && !isBad(history[$0].wanted)
                    })
            }
        }
        if status == 4, !isSuspended, !isRemoteAway, !matches(wanted, quarantined) {
            quarantined.append(wanted)
        }
        if status == 4, isRemoteAway { perhapsQuarantined += fetched.map { history[$0].wanted } }
        if case .unchanged = host { live.formUnion(live.map { $0.stricter(of: wanted.bounds) }) }
        if isSuspended {
            live.formUnion(live.map { $0.stricter(of: wanted.bounds) })
        } else if let seen, case .commit = host {
            live = [seen]
        }
    }

    mutating func learnRollback(to index: Int, live seen: Bounds?) {
        healthy = [index]
        pinned = (index, tip)
        if let seen { live = [seen] }
    }

    /// What `status` says is healthy.
    ///
    /// - Returns: what is wrong with it; nil when it may be so.
    mutating func learnHealthy(_ label: String) -> String? {
        let named = healthy.filter { history[$0].label == label }
        guard !named.isEmpty else {
            return "status says healthy is \(label), which is none of "
                + "\(healthy.map { history[$0].label })"
        }
        healthy = named
        everHealthy += named
        return nil
    }
}
