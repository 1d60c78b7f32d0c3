/// What many sequences came to.
package struct Tally: Sendable {
    /// Something that must not be.
    package struct Violation: Hashable, Sendable, CustomStringConvertible {
        package var seed: UInt64
        var step: Int
        var expected: String
        var seen: String

        package var description: String {
            "VIOLATION seed \(seed) step \(step)\n  expected: \(expected)\n  seen: \(seen)"
        }
    }

    package var sequences = 0
    package var steps = 0
    package var turns = 0
    package var kills = 0
    package var faults = 0
    package var violations: [Violation] = []
    /// How often each exit status of a turn was reached.
    package var statuses: [Int32: Int] = [:]
    /// Seeds whose sequence could not be run to its end for another reason than the program.
    package var broken: [String] = []

    package init() {}

    /// Adds what others came to.
    package mutating func add(_ other: Tally) {
        sequences += other.sequences
        steps += other.steps
        turns += other.turns
        kills += other.kills
        faults += other.faults
        violations += other.violations
        statuses.merge(other.statuses, uniquingKeysWith: +)
        broken += other.broken
    }

    /// Whether nothing was violated, and both ends that matter were reached: a program that always
    /// calls for a person would violate little.
    package var isGood: Bool {
        violations.isEmpty && broken.isEmpty && statuses[0] != nil && statuses[4] != nil
    }

    /// The end line, and how often each exit status was reached.
    package var text: String {
        let exits = statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        let seeds = Set(violations.map(\.seed)).count
        return """
            \(sequences) sequences, \(steps) steps, \(turns) turns, \(kills) kills, \
            \(faults) faults, \(violations.count) violations in \(seeds) sequences, \
            \(broken.count) broken
            exit statuses of turns: \(exits.joined(separator: ", "))
            """
    }
}
