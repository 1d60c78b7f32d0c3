import Machine

/// Whether the branch has moved on while a unit does not come up; asked beside the look-out.
final class NewerCommit {
    private let target: Target
    private let targets: Targets
    private var asked: Asked<Bool>?
    private var next = Turn.doomedAfter

    init(_ target: Target, _ targets: Targets) {
        self.target = target
        self.targets = targets
    }

    /// `down`: for how long the unit has not come up.
    func isThere(whenDownFor down: Duration) -> Bool {
        if let answer = asked?.answer(by: ContinuousClock.now) {
            asked = nil
            if answer { return true }
        }
        guard asked == nil, down >= next else { return false }
        next = down + Turn.doomedAfter
        do throws(MachineError) {
            asked = try Asked { [target, targets] in targets.hasNewer(than: target) }
        } catch {
            // It is waited for as long as it takes.
        }
        return false
    }
}
