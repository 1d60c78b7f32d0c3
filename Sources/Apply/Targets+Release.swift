import Machine
import Reconcile
import Release

extension Targets {
    /// The same target with its release at hand; nothing to do, nothing is done.
    ///
    /// `told`: what is going on, now and then.
    /// Throws `TargetError` when it could not be fetched, built or verified.
    func withRelease(
        _ target: Target, told: (String) -> Void
    ) throws(TargetError) -> Target {
        guard let pending = target.pending, let maker = releases.maker,
            let key = target.desired.release
        else { return target }
        try maker.make(
            pending, key, of: target.checkout, label: target.label, from: follower.mirror,
            told: told)
        var target = target
        target.pending = nil
        target.programs = try machine { () throws(MachineError) in
            try maker.ready.programs(pending.readyName(key), key: key.text)
        }
        return target
    }
}
