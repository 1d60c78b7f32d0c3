import Glibc
import JSON
import Machine
import SandboxKit
import TestKit

/// One seeded sequence on a sandbox of its own: acts and turns, and after each the oracle is asked.
package struct Sequence {
    let box: Sandbox
    let seed: UInt64
    var oracle = Oracle()
    var tally = Tally()
    var step = 0
    /// What was done, for whoever reads a violation.
    var log: [String] = []
    /// How the last turn that was judged ended.
    var lastStatus: Int32?
    let report: (String) -> Void

    /// Runs one to its end, or to its first violation: what comes after one is its consequence.
    package static func run(
        seed: UInt64, steps: Int, report: @escaping (String) -> Void = { _ in }
    ) -> Tally {
        var tally = Tally()
        do {
            try Sandbox.fresh { box in
                var sequence = Sequence(box: box, seed: seed, report: report)
                defer { tally = sequence.tally }
                try sequence.prepare()
                var generator = Generator(seed: seed)
                for number in 1...max(1, steps) where sequence.tally.violations.isEmpty {
                    sequence.step = number
                    try sequence.take(generator.step())
                }
                if sequence.tally.violations.isEmpty { try sequence.end() }
            }
        } catch {
            tally.broken.append("seed \(seed): \(error)")
        }
        tally.sequences = 1
        return tally
    }

    private init(box: Sandbox, seed: UInt64, report: @escaping (String) -> Void) {
        self.box = box
        self.seed = seed
        self.report = report
    }

    /// The host's own files, and a first commit that becomes healthy.
    private mutating func prepare() throws {
        try box.prepareHost()
        try push(Wanted(), .commit)
        oracle.begin()
        try turn(.plain)
    }

    private mutating func take(_ step: Step) throws {
        tally.steps += 1
        for act in step.acts where tally.violations.isEmpty { try perform(act) }
        guard tally.violations.isEmpty else { return }
        try turn(step.turn)
        if step.asksAgain, tally.violations.isEmpty { try askAgain() }
    }

    /// Everything that was done to the host is over: it has to end well.
    private mutating func end() throws {
        step += 1
        for act in [Act.remoteBack, .resume, .endHold] { try perform(act) }
        try turn(.plain)
        if tally.violations.isEmpty { try askAgain() }
        try provokeQuarantine()
    }

    /// Content that failed, and would not fail any more, is not tried before it is cleared.
    private mutating func provokeQuarantine() throws {
        guard tally.violations.isEmpty, !oracle.isCheckLenient, let last = oracle.history.last
        else { return }
        var flawed = last.wanted
        flawed.spelling = .good
        flawed.isFlawed = true
        flawed.services["bad.service"] = nil
        try push(flawed, .commit)
        try turn(.plain)
        for act in [Act.makeCheckLenient, .push(flawed, .commit)] where tally.violations.isEmpty {
            try perform(act)
            try turn(.plain)
        }
        guard tally.violations.isEmpty else { return }
        try perform(.clearQuarantine)
        try turn(.plain)
    }

    // MARK: turns

    mutating func turn(_ wanted: TurnKind) throws {
        let isQuiet = !oracle.isRemoteAway && !oracle.isSuspended && oracle.pinned == nil
        let kind = wanted.isFault && !isQuiet ? .plain : wanted
        lastStatus = nil
        let before = HostPicture(of: box)
        note("turn \(kind)")
        let endings = try box.endings(of: kind)
        for ending in endings {
            tally.turns += 1
            if case .exited(let status) = ending.ending { tally.statuses[status, default: 0] += 1 }
        }
        switch kind {
        case .killed where endings[0].ending == .signalled(9):
            tally.kills += 1
            oracle.learnNothing()
        case .killed, .plain, .jumped:
            try judge(endings[0], oracle.expectation(), before)
        case .refused:
            tally.faults += 1
            try judge(endings[0], oracle.expectationWithFault(), before)
        case .twice:
            let done = endings.filter { $0.ending != .exited(6) }
            guard let last = done.last else {
                return violation("one of two turns runs", "both ended with 6")
            }
            try judge(last, oracle.expectation(), before)
        }
        try checkWords()
    }

    /// Holds the end of a turn against what may be.
    mutating func judge(
        _ result: CommandResult, _ expected: [Int32: [Oracle.Host]], _ before: HostPicture
    ) throws {
        let said = "\(result.ending)\n\(result.outputText)\(result.errorText)"
        guard case .exited(let status) = result.ending, let hosts = expected[status] else {
            return violation("exit \(expected.keys.sorted())", said)
        }
        if hosts.contains(where: { if case .unknown = $0 { true } else { false } }) {
            return oracle.learnNothing()
        }
        let (host, wrong, picture) = found(hosts, before)
        guard wrong.isEmpty, let host else {
            return violation(
                "exit \(status) and a host to match",
                wrong.joined(separator: "\n    ") + "\n  \(said)")
        }
        if status == 0 || status == 4, !picture.leftovers.isEmpty {
            violation("no half of a write", picture.leftovers.joined(separator: ", "))
        }
        lastStatus = status
        oracle.learn(status, host, live: picture.bounds)
    }

    /// Which of these hosts this is. Processes have a moment to become what they are to be.
    private func found(
        _ hosts: [Oracle.Host], _ before: HostPicture
    ) -> (Oracle.Host?, [String], HostPicture) {
        var closest: [String] = ["nothing may be"]
        for round in 0..<40 {
            let picture = HostPicture(of: box)
            closest = []
            for host in hosts {
                let wrong = differences(picture, host, before)
                if wrong.isEmpty { return (host, [], picture) }
                if closest.isEmpty || wrong.count < closest.count { closest = wrong }
            }
            let isSettled = !closest.contains { $0.hasPrefix("running") }
            if isSettled || round == 39 { return (nil, closest, picture) }
            pause(milliseconds: 50)
        }
        return (nil, closest, before)
    }

    private func differences(
        _ picture: HostPicture, _ host: Oracle.Host, _ before: HostPicture
    ) -> [String] {
        switch host {
        case .commit(let index, let bounds):
            return picture.differences(
                from: oracle.history[index].wanted, within: bounds, held: oracle.held)
        case .unchanged: return picture.differences(from: before)
        case .tightened:
            let config = "/etc/v6/reader/config.json"
            var wrong = picture.differences(from: before) { $0 == config }
            if let now = picture.bounds, let then = before.bounds, !now.isWithin(then) {
                wrong.append("envelope: \(then) became looser: \(now)")
            }
            return wrong
        case .unknown: return []
        }
    }

    /// A second turn finds nothing to do.
    private mutating func askAgain() throws {
        let isQuiet = !oracle.isRemoteAway && !oracle.isSuspended && oracle.pinned == nil
        guard isQuiet, oracle.held.isEmpty, !oracle.isUnfinished, lastStatus == 0,
            oracle.healthy == [oracle.tip]
        else { return }
        let again = try box.turn()
        let words = "No changes. Host matches \(oracle.history[oracle.tip].label).\n"
        if again.ending != .exited(0) || again.outputText != words {
            violation("exit 0, \(words)", "\(again.ending) \(again.outputText)\(again.errorText)")
        }
    }

    /// What the host says of itself: its journal is whole, and what it calls healthy may be it.
    private mutating func checkWords() throws {
        let verified = try box.reconcile(["verify"])
        if verified.ending != .exited(0) {
            violation("a whole journal", "\(verified.ending) \(verified.errorText)")
        }
        let status = try box.reconcile(["status", "--json"])
        guard let json = Result(catching: { try JSONValue.parse(status.output) }).value,
            let label = json["lastHealthyRevision"]?.asString
        else { return violation("status --json names what is healthy", status.outputText) }
        if let wrong = oracle.learnHealthy(label) { violation("a true status", wrong) }
    }

    // MARK: telling

    mutating func note(_ text: String) { log.append("\(step): \(text)") }

    mutating func violation(_ expected: String, _ seen: String) {
        let violation = Tally.Violation(seed: seed, step: step, expected: expected, seen: seen)
        tally.violations.append(violation)
        report("\(violation)\n  what was done:\n    \(log.joined(separator: "\n    "))\n")
    }
}

extension Result {
    fileprivate var value: Success? { if case .success(let value) = self { value } else { nil } }
}

/// Lets others run for a while.
func pause(milliseconds: Int) {
    var time = timespec(tv_sec: 0, tv_nsec: milliseconds * 1_000_000)
    nanosleep(&time, nil)
}
