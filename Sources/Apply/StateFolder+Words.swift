package import Facts
import JSON
package import Machine
package import Reconcile

/// What persons said. Each is a small file of its own that is replaced whole, so that no lock is
/// needed: a person is heard also while a turn runs.
extension StateFolder {
    private static let suspensionName = "suspension.json"
    private static let holdsName = "holds"

    /// The suspension that holds now; nil where there is none, and where it has ended by itself.
    ///
    /// - Throws: `MachineError` also for one that cannot be understood: it may forbid everything.
    package func suspension(atUs nowUs: Int64) throws(MachineError) -> PersonsWord? {
        try word(Self.suspensionName).flatMap { $0.holds(atUs: nowUs) ? $0 : nil }
    }

    /// Suspends turns, from the next look on.
    package func suspend(_ word: PersonsWord) throws(MachineError) {
        try prepare()
        try write(Self.suspensionName, word.json)
    }

    /// Ends the suspension.
    package func endSuspension() throws(MachineError) {
        try files.remove(try path(Self.suspensionName))
    }

    /// Units that persons have in hand now.
    package func holds(atUs nowUs: Int64) throws(MachineError) -> [UnitName: PersonsWord] {
        var holds: [UnitName: PersonsWord] = [:]
        for file in try files.list(try path(Self.holdsName)) ?? [] where file.hasSuffix(".json") {
            guard let unit = UnitName(String(file.dropLast(".json".count))),
                let word = try word("\(Self.holdsName)/\(file)"), word.holds(atUs: nowUs)
            else { continue }
            holds[unit] = word
        }
        return holds
    }

    /// Takes a unit in hand.
    package func hold(_ unit: UnitName, _ word: PersonsWord) throws(MachineError) {
        try files.makeDirectories(try path(Self.holdsName), mode: 0o700)
        try write("\(Self.holdsName)/\(unit).json", word.json)
    }

    /// Gives a unit back.
    package func endHold(of unit: UnitName) throws(MachineError) {
        try files.remove(try path("\(Self.holdsName)/\(unit).json"))
    }

    private func word(_ name: String) throws(MachineError) -> PersonsWord? {
        guard let document = try document(name) else { return nil }
        guard let word = PersonsWord(document) else {
            throw MachineError(
                "read", files.outside(try path(name)),
                .found("it is not of a shape known here; look at it, then remove it"))
        }
        return word
    }
}
