import TestKit

/// The part of the envelope that schedules play with (design, section 2), and which of two is the
/// stricter (promise 7). Written from the design, not from the reconciler.
package struct Bounds: Hashable, Sendable {
    /// In order: each is stricter than the one before.
    enum Trading: String, CaseIterable, Sendable { case active, reducing, halted }

    var positionsMax = 20
    var quantityMax = 10
    var dryRun = true
    var trading = Trading.active

    /// Of each value the stricter one.
    func stricter(of other: Bounds) -> Bounds {
        Bounds(
            positionsMax: min(positionsMax, other.positionsMax),
            quantityMax: min(quantityMax, other.quantityMax), dryRun: dryRun || other.dryRun,
            trading: rank >= other.rank ? trading : other.trading)
    }

    /// Whether nothing here is looser than there.
    func isWithin(_ other: Bounds) -> Bool { stricter(of: other) == self }

    private var rank: Int { Trading.allCases.firstIndex(of: trading) ?? 0 }

    /// The same with some of it changed, in whichever direction.
    func changed(_ dice: inout Dice) -> Bounds {
        var result = self
        switch dice.below(4) {
        case 0: result.positionsMax = 1 + dice.below(40)
        case 1: result.quantityMax = 1 + dice.below(20)
        case 2: result.dryRun.toggle()
        default: result.trading = dice.pick(Trading.allCases)
        }
        return result
    }
}
