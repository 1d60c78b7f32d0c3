import TestKit

/// One thing that happens to a host between two turns.
enum Act: Hashable, Sendable {
    enum How: String, Hashable, Sendable { case commit, amend }

    case push(Wanted, How)
    /// A kind of drift, and a number by which the thing is chosen.
    case drift(Drift, Int)
    case remoteAway
    case remoteBack
    case suspend
    case resume
    case hold
    case endHold
    /// From now on the required check lets everything pass.
    case makeCheckLenient
    case clearQuarantine
    /// By hand, to one of the commits that were healthy here, chosen by this number.
    case rollBack(Int)
}

/// What somebody changes by hand.
enum Drift: String, Hashable, Sendable, CaseIterable {
    case bytes, mode, removed, folderInPlace, linkInPlace, linkElsewhere, linkRemoved, folderMode
    case treeBytes, treeRemoved, unitEdited, unitRemoved, dropInEdited, dropInStray, configuration
    case disabled, processKilled, supervisorKilled
}

/// How a turn is run.
enum TurnKind: Hashable, Sendable {
    case plain
    case killed(call: String, at: Int)
    case refused(call: String, error: String, at: Int)
    /// Two at once.
    case twice
    /// With the host's clock set wrong by so many seconds, for this turn.
    case jumped(Int)

    /// Whether something is done to the turn itself.
    var isFault: Bool {
        switch self {
        case .killed, .refused: true
        case .plain, .twice, .jumped: false
        }
    }
}

/// Some acts and a turn.
struct Step: Hashable, Sendable {
    var acts: [Act]
    var turn: TurnKind
    /// Whether a second turn has to find nothing to do.
    var asksAgain: Bool
}

/// Makes the steps of a sequence from its seed, and from nothing else.
struct Generator {
    private var dice: Dice
    private var history = [Wanted()]
    private var isAway = false

    init(seed: UInt64) { dice = Dice(seed: seed) }

    /// The next step.
    mutating func step() -> Step {
        var acts: [Act] = []
        for _ in 0..<(1 + dice.below(3)) { acts.append(act()) }
        return Step(acts: acts, turn: turn(), asksAgain: dice.oneIn(5))
    }

    private mutating func act() -> Act {
        switch dice.below(24) {
        case 0...5: return push(history[history.count - 1].changed(&dice))
        case 6...9: return push(history[history.count - 1].spoilt(&dice))
        case 10: return push(history[history.count - 1], .commit)
        case 11: return push(history[history.count - 1].changed(&dice), .amend)
        case 12: return push(history[max(0, history.count - 2)])
        case 13: return push(dice.pick(history))
        case 14...17: return .drift(dice.pick(Drift.allCases), dice.below(1_000))
        case 18: return rare()
        case 19: return dice.oneIn(2) ? .hold : .endHold
        case 20: return dice.oneIn(2) ? .suspend : .resume
        case 21: return dice.oneIn(3) ? .clearQuarantine : .resume
        case 22: return .rollBack(dice.below(1_000))
        default: return dice.oneIn(4) ? .makeCheckLenient : .drift(.bytes, dice.below(1_000))
        }
    }

    private mutating func rare() -> Act {
        isAway.toggle()
        return isAway ? .remoteAway : .remoteBack
    }

    private mutating func push(_ wanted: Wanted, _ how: Act.How = .commit) -> Act {
        history.append(wanted)
        return .push(wanted, how)
    }

    private mutating func turn() -> TurnKind {
        switch dice.below(12) {
        case 0...2:
            .killed(
                call: dice.pick(["fsync", "write", "renameat", "openat2", "unlinkat"]), at: place())
        case 3: .killed(call: "fsync", at: place())
        case 4, 5:
            .refused(call: "write", error: dice.pick(["ENOSPC", "EIO"]), at: place())
        case 6:
            dice.oneIn(2)
                ? .refused(call: "fsync", error: "EIO", at: place())
                : .refused(call: "renameat", error: "ENOSPC", at: place())
        case 7: .twice
        case 8: .jumped(dice.pick([-86_400 * 400, -3_600, -1, 3_600, 86_400 * 40]))
        default: .plain
        }
    }

    private mutating func place() -> Int { 1 + dice.below(dice.oneIn(2) ? 12 : 45) }
}
