import Facts
import Machine
import SandboxKit
import Services
import TestKit

/// Pairs of desired states: converge to A, push B, which fails at a random point, and demand that
/// the host is as it was.
package struct Pairs {
    /// How B fails.
    package enum Failure: String, CaseIterable, Hashable, Sendable {
        case unit = "a unit that fails"
        case check = "a required check"
        case refused = "a step refused"
        case killed = "a turn killed"
    }

    /// What many pairs came to.
    package struct Outcome: Sendable {
        package var pairs = 0
        package var equal = 0
        /// How often B failed by each; the words of `Failure`, or how a fault ended.
        package var by: [String: Int] = [:]
        package var differing: [String] = []
        package var broken: [String] = []

        package init() {}

        /// Adds what others came to.
        package mutating func add(_ other: Outcome) {
            pairs += other.pairs
            equal += other.equal
            by.merge(other.by, uniquingKeysWith: +)
            differing += other.differing
            broken += other.broken
        }

        /// Whether every pair was equal.
        package var isGood: Bool { pairs > 0 && equal == pairs && broken.isEmpty }

        /// The end line.
        package var text: String {
            let ways = by.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)\n" }
            return "\(pairs) pairs, \(equal) equal, \(broken.count) broken\n" + ways.joined()
        }
    }

    /// Pairs of one seed, one after the other on the same host.
    package static let pairsOfSeed = 10

    private let box: Sandbox
    private let seed: UInt64
    private var dice: Dice
    private var outcome = Outcome()
    private let report: (String) -> Void

    /// Runs the pairs of a seed.
    package static func run(
        seed: UInt64, count: Int = pairsOfSeed, report: @escaping (String) -> Void = { _ in }
    ) -> Outcome {
        var outcome = Outcome()
        do {
            try Sandbox.fresh { box in
                var pairs = Pairs(box: box, seed: seed, report: report)
                defer { outcome = pairs.outcome }
                try pairs.runAll(count)
            }
        } catch {
            outcome.broken.append("seed \(seed): \(error)")
        }
        return outcome
    }

    private init(box: Sandbox, seed: UInt64, report: @escaping (String) -> Void) {
        self.box = box
        self.seed = seed
        self.report = report
        dice = Dice(seed: seed)
    }

    private mutating func runAll(_ count: Int) throws {
        try box.prepareHost()
        // Things that no commit made, at places that some will take over.
        try box.shell(
            """
            cd "$HOST"; umask 022; mkdir -p srv/d1 srv/tree
            echo mine >srv/a; chmod 0604 srv/a; echo mine >srv/d1/mine; chmod 0705 srv/d1
            echo mine >srv/tree/one; ln -s /mine srv/link
            """)
        var wanted = Wanted()
        for number in 1...count {
            for _ in 0...dice.below(3) { wanted = wanted.changed(&dice) }
            try push(wanted)
            let first = try box.turn()
            guard first.ending == .exited(0) else {
                throw NotDone("converge to A of pair \(number)", first)
            }
            try runPair(number, wanted)
        }
    }

    private func push(_ wanted: Wanted) throws {
        try wanted.write(into: box)
        try box.shell(
            "git add -A; git commit -q --allow-empty -m state; git push -q --force ../v6.git main")
    }

    private mutating func runPair(_ number: Int, _ a: Wanted) throws {
        let before = try settledDigest()
        let failure = dice.pick(Failure.allCases)
        var b = a
        for _ in 0...dice.below(4) { b = b.changed(&dice) }
        // Going back keeps what is tighter; that is another property.
        b.bounds = a.bounds
        let story: String
        switch failure {
        case .unit:
            b.addFailingUnit(&dice)
            story = try failed(b, .plain, [4])
        case .check:
            b.isFlawed = true
            story = try failed(b, .plain, [4])
        case .refused:
            b.addFailingUnit(&dice)
            let call = dice.pick(["write", "renameat", "fsync", "openat2", "unlinkat"])
            let kind = TurnKind.refused(call: call, error: "ENOSPC", at: 1 + dice.below(45))
            story = try failed(b, kind, [1, 4, 5])
        case .killed:
            b.addFailingUnit(&dice)
            let call = dice.pick(["write", "renameat", "fsync", "openat2", "unlinkat"])
            story = try failed(b, .killed(call: call, at: 1 + dice.below(60)), [4])
        }
        outcome.pairs += 1
        outcome.by["\(failure.rawValue), \(story.prefix { $0 != "\n" })", default: 0] += 1
        let after = try settledDigest(like: before)
        let wrong = differingLines(before, after)
        if wrong.isEmpty, !story.contains("WRONG") {
            outcome.equal += 1
            return
        }
        let text = """
            DIFFERS seed \(seed) pair \(number), \(failure.rawValue): \(story)
              B: \(b.summary(since: a))
              A: \(a.summary(since: Wanted()))
              \(wrong.joined(separator: "\n  "))
            """
        outcome.differing.append(text)
        report(text)
    }

    /// Pushes B and runs turns until it is refused.
    ///
    /// - Returns: how that went, `WRONG` where an exit status is none of those allowed.
    private func failed(
        _ b: Wanted, _ kind: TurnKind, _ allowed: Set<Int32>
    ) throws -> String {
        try push(b)
        let first = try box.endings(of: kind)[0]
        guard case .exited(let status) = first.ending else {
            let next = try box.turn()
            let isRight = first.ending == .signalled(9) && next.ending == .exited(4)
            return "then \(next.ending)" + (isRight ? "" : " WRONG\n\(first)\n\(next.errorText)")
        }
        let said = "\(first.outputText)\(first.errorText)"
        if !allowed.contains(status) { return "exit \(status) WRONG\n\(said)" }
        if status == 4 { return "exit 4" }
        let next = try box.turn()
        let isRight = next.ending == .exited(4)
        return "exit \(status), then \(next.ending)"
            + (isRight ? "" : " WRONG\n\(said)\n\(next.outputText)\(next.errorText)")
    }

    // MARK: the digest

    /// All that is seen of a host, a line each: no time, no process number, no inode.
    private func digest() throws -> [String] {
        let picture = HostPicture(of: box)
        var lines = picture.entries.map { "\($0.key) \($0.value)" }.sorted()
        lines.append("running \(picture.numbers)")
        lines += picture.loaded.sorted { $0.key < $1.key }.compactMap { stem, text in
            picture.entries["/etc/v6/\(stem)/config.json"] == nil ? nil : "loaded \(stem): \(text)"
        }
        lines += picture.leftovers.map { "leftover \($0)" }
        let names = (Places.services + [Wanted.reader]).compactMap { UnitName($0) }
        let units = try Supervisor(
            files: try HostFiles(root: box.root, honoursOwners: false), program: box.program
        ).look(at: names)
        for (name, unit) in units.sorted(by: { $0.key < $1.key }) {
            lines.append("\(name) \(unit.load) \(unit.active) \(unit.enablement)")
        }
        return lines
    }

    /// The digest once processes have become what they are to be: two in a row are the same, or it
    /// is like the one that is expected.
    private func settledDigest(like expected: [String]? = nil) throws -> [String] {
        var last = try digest()
        for _ in 0..<40 {
            if last == expected { return last }
            pause(milliseconds: 50)
            let next = try digest()
            if next == last, expected == nil { return next }
            last = next
        }
        return last
    }

    private func differingLines(_ before: [String], _ after: [String]) -> [String] {
        let (old, new) = (Set(before), Set(after))
        return before.filter { !new.contains($0) }.map { "- \($0)" }
            + after.filter { !old.contains($0) }.map { "+ \($0)" }
    }
}
